// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/event_stream.h"

#include <grpcpp/client_context.h>
#include <thread>

#include "enclave_client/attested_channel.h"
#include "enclave_client/status_map.h"
#include "enclave_client/wire.h"
#include "quorate/v1/monitor.grpc.pb.h"

namespace quorate {

struct EventStream::State {
    grpc::ClientContext context;
    std::atomic<bool> closing = false;
    std::thread thread;

    Error follow(const AttestedChannel& attested, const Uuid& study, std::uint64_t after, const OnEvent& onEvent)
    {
        const auto channel = attested.verifiedChannel();
        if (!channel) return channel.error();
        v1::WatchRequest request;
        request.set_study(wire::bytesOf(study));
        request.set_after_sequence(after);
        const auto stub = v1::MonitorService::NewStub(*channel);
        const auto reader = stub->Watch(&context, request);
        v1::WatchResponse response;
        while (reader->Read(&response)) {
            auto event = wire::read(response.event());
            if (!event) {
                context.TryCancel();
                reader->Finish();
                return event.error();
            }
            if (closing) break;
            onEvent(std::move(*event));
        }
        const auto status = reader->Finish();
        return status.ok() ? Error{ErrorKind::Unavailable, "the service ended the event stream"} : wire::toError(status);
    }
};

EventStream::EventStream(const AttestedChannel& channel, const Uuid& study, std::uint64_t afterSequence, OnEvent onEvent,
                         OnEnd onEnd)
    : m_state(std::make_unique<State>())
{
    State* state = m_state.get();
    state->thread = std::thread([state, &channel, study, afterSequence, onEvent = std::move(onEvent), onEnd = std::move(onEnd)] {
        const Error end = state->follow(channel, study, afterSequence, onEvent);
        if (!state->closing) onEnd(end);
    });
}

EventStream::~EventStream()
{
    m_state->closing = true;
    m_state->context.TryCancel();
    m_state->thread.join();
}

}  // namespace quorate
