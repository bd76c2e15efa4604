// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>

#include "core/privacy/ledger.h"
#include "core/study/protocol.h"

namespace quorate::services {

/// What this site's training records have spent in one study with privacy for records, in a file of the site's own
/// (docs/formats/record-ledger.md). It counts trainings and not rounds: one that is repeated is paid for again. Each call reads
/// the file; Malformed when that is not what this class writes, PolicyRefused when it holds more than the budget.
class RecordLedger {
public:
    /// `largestEpsilon`: what the hospital's own policy allows; none without a policy.
    RecordLedger(const std::filesystem::path& folder, const study::StudyProtocol& protocol, std::optional<double> largestEpsilon)
        : m_file(folder / ("privacy-" + toHex(protocol.id) + ".txt")), m_plan(protocol.plan), m_largestEpsilon(largestEpsilon)
    {
    }

    /// epsilon of the trainings so far.
    [[nodiscard]] Result<double> spent() const;
    /// PolicyRefused when one more training would exceed the protocol's budget or the hospital's limit.
    [[nodiscard]] Result<void> requireRoom() const;
    /// Writes one more training down, before its model is given out; epsilon with it. As requireRoom(), and StorageFailed, and
    /// then the model must not be given out.
    Result<double> charge() const;

private:
    [[nodiscard]] Result<privacy::PrivacyLedger> read() const;
    [[nodiscard]] Result<privacy::PrivacyLedger> withOneMore() const;

    std::filesystem::path m_file;
    study::TrainingPlan m_plan;
    std::optional<double> m_largestEpsilon;
};

}  // namespace quorate::services
