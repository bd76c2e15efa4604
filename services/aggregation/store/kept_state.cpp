// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/store/kept_state.h"

#include <iterator>

#include "enclave_client/wire.h"
#include "quorate/v1/state.pb.h"

namespace quorate::services {
namespace {

template <typename T>
void moveInto(std::vector<T>& out, std::vector<T>& in)
{
    out.insert(out.end(), std::make_move_iterator(in.begin()), std::make_move_iterator(in.end()));
}

Result<KeptUpdate> read(const v1::KeptUpdate& in)
{
    TRY_ASSIGN(site, wire::fixedFrom<16>(in.site(), "site id"));
    TRY_ASSIGN(digest, wire::fixedFrom<32>(in.digest(), "update digest"));
    return KeptUpdate{site, digest, in.value_bytes(), in.file(), wire::read(in.metrics())};
}

Result<OpenedRound> read(const v1::OpenedRound& in)
{
    OpenedRound out{in.round(), {}};
    for (const auto& site : in.expected()) {
        TRY_ASSIGN(id, wire::fixedFrom<16>(site, "site id"));
        out.expected.insert(id);
    }
    return out;
}

}  // namespace

void KeptState::add(KeptState change)
{
    moveInto(events, change.events);
    started = started || change.started;
    if (change.model) model = std::move(change.model);
    if (!change.receipts.empty()) updates.clear();
    moveInto(receipts, change.receipts);
    if (change.opened) {
        opened = std::move(change.opened);
        updates.clear();
    }
    moveInto(updates, change.updates);
    moveInto(orders, change.orders);
    if (change.modelStatement) modelStatement = std::move(change.modelStatement);
    if (!change.serverStateFile.empty()) serverStateFile = std::move(change.serverStateFile);
}

Bytes encode(const KeptState& state)
{
    v1::StateRecord out;
    for (const auto& event : state.events) wire::write(*out.add_events(), event);
    out.set_started(state.started);
    if (state.model) {
        out.mutable_model()->set_digest(wire::bytesOf(state.model->digest));
        out.mutable_model()->set_file(state.model->file);
    }
    for (const auto& receipt : state.receipts) wire::write(*out.add_receipts(), receipt);
    if (state.opened) {
        out.mutable_opened()->set_round(state.opened->round);
        for (const auto& site : state.opened->expected) out.mutable_opened()->add_expected(wire::bytesOf(site));
    }
    for (const auto& update : state.updates) {
        auto* item = out.add_updates();
        item->set_site(wire::bytesOf(update.site));
        item->set_digest(wire::bytesOf(update.digest));
        item->set_value_bytes(update.valueBytes);
        item->set_file(update.file);
        wire::write(*item->mutable_metrics(), update.metrics);
    }
    if (state.modelStatement) wire::write(*out.mutable_model_statement(), *state.modelStatement);
    for (const auto& order : state.orders) write(*out.add_orders(), order);
    out.set_server_state_file(state.serverStateFile);
    return toBytes(out.SerializeAsString());
}

Result<KeptState> decodeKeptState(BytesView bytes)
{
    v1::StateRecord in;
    if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return fail(ErrorKind::Malformed, "a state record cannot be read");
    KeptState out;
    for (const auto& item : in.events()) {
        TRY_ASSIGN(event, wire::read(item));
        out.events.push_back(std::move(event));
    }
    out.started = in.started();
    if (in.has_model()) {
        TRY_ASSIGN(digest, wire::fixedFrom<32>(in.model().digest(), "model digest"));
        out.model = KeptModel{digest, in.model().file()};
    }
    for (const auto& receipt : in.receipts()) out.receipts.push_back(wire::read(receipt));
    if (in.has_opened()) {
        TRY_ASSIGN(opened, read(in.opened()));
        out.opened = std::move(opened);
    }
    for (const auto& item : in.updates()) {
        TRY_ASSIGN(update, read(item));
        out.updates.push_back(std::move(update));
    }
    if (in.has_model_statement()) out.modelStatement = wire::read(in.model_statement());
    for (const auto& order : in.orders()) out.orders.push_back(read(order));
    out.serverStateFile = in.server_state_file();
    return out;
}

}  // namespace quorate::services
