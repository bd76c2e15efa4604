// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/wire.h"
#include "quorate/v1/studies.grpc.pb.h"
#include "services/aggregation/rpc/caller.h"
#include "services/aggregation/rpc/rpc_result.h"
#include "services/aggregation/rpc/rpc_services.h"

namespace quorate::services {
namespace {

class StudyRpc final : public v1::StudyService::Service {
public:
    explicit StudyRpc(Registry& registry) : m_registry(registry) {}

    grpc::Status PublishStudy(grpc::ServerContext* context, const v1::PublishStudyRequest* request,
                              v1::PublishStudyResponse* response) override
    {
        const auto key = callerKey(*context, m_registry);
        if (!key) return statusOf(key);
        const auto digest = m_registry.publish(wire::read(request->package()), *key);
        if (digest) response->set_protocol_digest(wire::bytesOf(*digest));
        return statusOf(digest);
    }

    grpc::Status ListStudies(grpc::ServerContext* context, const v1::ListStudiesRequest*, v1::ListStudiesResponse* response) override
    {
        const auto key = callerKey(*context, m_registry);
        if (!key) return statusOf(key);
        for (const Uuid& study : m_registry.list()) {
            // A study exists only for those who may look at it.
            if (callerOf(*context, m_registry, wire::bytesOf(study), ruleFor("StudyService.GetStudy"))) response->add_studies(wire::bytesOf(study));
        }
        return grpc::Status::OK;
    }

    grpc::Status GetStudy(grpc::ServerContext* context, const v1::GetStudyRequest* request, v1::GetStudyResponse* response) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("StudyService.GetStudy"));
        if (!caller) return statusOf(caller);
        auto& study = *caller->study;
        wire::write(*response->mutable_package(), study.receivedPackage());
        const auto objects = study.objects();
        for (const auto& item : objects.participations) write(*response->add_participations(), item);
        if (objects.statement) write(*response->mutable_statement(), *objects.statement);
        for (const auto& item : objects.approvals) write(*response->add_approvals(), item);
        for (const auto& item : objects.stops) write(*response->add_stops(), item);
        for (const auto& item : study.acceptances().kept()) write(*response->add_acceptances(), item);
        for (const auto& receipt : study.rounds().receipts()) wire::write(*response->add_receipts()->mutable_envelope(), receipt);
        for (const auto& order : study.rounds().orders()) write(*response->add_orders(), order);
        if (const auto statement = study.rounds().modelStatement()) {
            wire::write(*response->mutable_model_statement()->mutable_envelope(), *statement);
        }
        return grpc::Status::OK;
    }

    grpc::Status SubmitParticipation(grpc::ServerContext* context, const v1::SubmitParticipationRequest* request,
                                     v1::SubmitParticipationResponse*) override
    {
        const auto envelope = wire::read(request->participation());
        const auto participation = study::decodeParticipation(envelope.payload);
        if (!participation) return statusOf(participation);
        const auto caller = callerOf(*context, m_registry, wire::bytesOf(participation->study),
                                     ruleFor("StudyService.SubmitParticipation"));
        if (!caller) return statusOf(caller);
        return statusOf(caller->study->participate(envelope));
    }

    grpc::Status AcceptProduct(grpc::ServerContext* context, const v1::AcceptProductRequest* request, v1::AcceptProductResponse*) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("StudyService.AcceptProduct"));
        if (!caller) return statusOf(caller);
        return statusOf(caller->study->acceptProduct(wire::read(request->acceptance()), caller->member.id));
    }

    grpc::Status StartRounds(grpc::ServerContext* context, const v1::StartRoundsRequest* request, v1::StartRoundsResponse*) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("StudyService.StartRounds"));
        if (!caller) return statusOf(caller);
        return statusOf(caller->study->startRounds());
    }

    grpc::Status OrderRounds(grpc::ServerContext* context, const v1::OrderRoundsRequest* request, v1::OrderRoundsResponse*) override
    {
        const auto envelope = wire::read(request->order());
        const auto order = study::decodeRoundOrder(envelope.payload);
        if (!order) return statusOf(order);
        const auto caller = callerOf(*context, m_registry, wire::bytesOf(order->study), ruleFor("StudyService.OrderRounds"));
        if (!caller) return statusOf(caller);
        return statusOf(caller->study->order(envelope));
    }

    grpc::Status UpdateRoster(grpc::ServerContext* context, const v1::UpdateRosterRequest* request, v1::UpdateRosterResponse* response) override
    {
        const auto key = callerKey(*context, m_registry);
        if (!key) return statusOf(key);
        const auto version = m_registry.updateRoster(wire::read(request->roster()), *key);
        if (version) response->set_version(*version);
        return statusOf(version);
    }

    grpc::Status NewestRoster(grpc::ServerContext* context, const v1::NewestRosterRequest* request, v1::NewestRosterResponse* response) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("StudyService.NewestRoster"));
        if (!caller) return statusOf(caller);
        const auto newest = m_registry.context().rosters->newest();
        if (newest) wire::write(*response->mutable_roster(), *newest);
        return statusOf(newest);
    }

private:
    Registry& m_registry;
};

}  // namespace

std::unique_ptr<grpc::Service> makeStudyRpc(Registry& registry) { return std::make_unique<StudyRpc>(registry); }

}  // namespace quorate::services
