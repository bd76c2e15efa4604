// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audit/merkle.h"
#include "core/ports/audit_desk.h"

namespace quorate::tests {

/// An audit log of made-up entries whose checks and exports the test answers for.
class FakeLog final : public AuditDesk {
public:
    struct Exported {
        AuditExportFormat format;
        std::string file;
    };

    /// `entries` entries of a working day, cosigned by the service.
    explicit FakeLog(std::size_t entries = 12);

    // What tests set.
    void append(audit::Entry entry);
    void setDamage(std::vector<vault::Damage> damage);
    void setWitnessProblem(Error problem);
    void failNext(Error error) { m_error = std::move(error); }
    /// Completes every call in flight.
    void finishCalls() { m_executor.runQueued(); }

    // What tests read.
    std::vector<Exported> exports;
    std::vector<std::optional<std::uint64_t>> checks;
    std::size_t readings = 0;

    [[nodiscard]] std::shared_ptr<const AuditLogState> auditLog() const override { return m_state; }
    [[nodiscard]] PendingCall readEntries(std::uint64_t begin, std::uint64_t end, Completion<std::vector<audit::Entry>> done) override;
    [[nodiscard]] PendingCall verifyLog(std::optional<std::uint64_t> entry, Progress progress, Completion<AuditVerification> done) override;
    [[nodiscard]] PendingCall exportLog(AuditExportFormat format, const std::string& file, Completion<void> done) override;

private:
    template <typename T>
    PendingCall answer(Result<T> result, Completion<T> done);
    void change(const std::function<void(AuditLogState&)>& edit);

    ManualExecutor m_executor;
    std::vector<audit::Entry> m_entries;
    audit::CompactTree m_tree;
    std::shared_ptr<const AuditLogState> m_state;
    std::optional<Error> m_error;
};

/// Entry `index` of the made-up day.
audit::Entry sampleEntry(std::uint64_t index);

}  // namespace quorate::tests
