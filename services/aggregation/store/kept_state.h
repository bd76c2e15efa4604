// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <set>

#include "core/crypto/dsse.h"
#include "core/study/events.h"
#include "services/aggregation/store/stored_envelope.h"

namespace quorate::services {

/// A model or an update in a file of the study's folder.
struct KeptModel {
    Digest32 digest;
    std::string file;
};
struct KeptUpdate {
    Uuid site;
    Digest32 digest;
    std::uint64_t valueBytes = 0;
    std::string file;
    study::SiteRoundMetrics metrics;
};
struct OpenedRound {
    std::uint32_t round = 0;
    std::set<Uuid> expected;
};

/// What of a study outlives the service's process; also one change of it, which then has only what is new.
struct KeptState {
    std::vector<study::StudyEvent> events;
    bool started = false;                    ///< A coordinator started the rounds.
    std::optional<KeptModel> model;
    std::vector<dsse::Envelope> receipts;    ///< One for each round that is closed.
    std::optional<OpenedRound> opened;
    std::vector<KeptUpdate> updates;         ///< Accepted since the round was opened; closing it ends them.
    std::optional<dsse::Envelope> modelStatement;
    std::vector<Received> orders;            ///< About the rounds, in the order of their numbers.
    std::string serverStateFile;             ///< What the aggregation rule carries; empty: nothing.

    void add(KeptState change);
};

Bytes encode(const KeptState& state);
Result<KeptState> decodeKeptState(BytesView bytes);

}  // namespace quorate::services
