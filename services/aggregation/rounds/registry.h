// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <thread>

#include "services/aggregation/rounds/invitation_book.h"
#include "services/aggregation/rounds/study_host.h"

namespace quorate::services {

/// Who calls, by the certificate that TLS verified.
struct CallerKey {
    Uuid id;
    Digest32 spki;  ///< SHA-256 of the certificate's key.

    /// The member of this roster who has this id and this TLS key; null when there is none.
    [[nodiscard]] const study::Member* memberOf(const study::Roster& roster) const;
};

/// All studies of one service, and the clockwork that lets their rounds end. Thread-safe.
class Registry {
public:
    explicit Registry(HostContext context);
    ~Registry();
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    /// Verifies and admits a study. PolicyRefused when `publisher` is no coordinator of its roster or its roster is older than
    /// the newest, when the policy is not the one this machine was launched with, or when the study is known already. Unavailable without the study's TorchScript file, where it has one.
    Result<Digest32> publish(const study::StudyPackage& package, const CallerKey& publisher);
    /// The newest roster and the studies that an earlier process left in the state folder, each verified anew. They have no
    /// key until it is released again. A study that cannot be read is left as it is, and logged; a roster that cannot is an
    /// error: whom it revoked would act again.
    Result<void> reopen();
    /// Takes a later roster of the consortium, brought by a coordinator whom it names. Approvals of keys that are not released
    /// yet are void with it (trust protocol, section 5). The newest version, which may be this one already.
    Result<std::uint32_t> updateRoster(const dsse::Envelope& roster, const CallerKey& bearer);
    /// Unavailable when it is not known here.
    [[nodiscard]] Result<std::shared_ptr<StudyHost>> find(const Uuid& study) const;
    [[nodiscard]] std::vector<Uuid> list() const;
    [[nodiscard]] InvitationBook& invitations() { return m_invitations; }
    /// Calls that wait come back; before the server that they came through goes down.
    void close();
    [[nodiscard]] HostContext& context() { return m_context; }
    [[nodiscard]] const HostContext& context() const { return m_context; }

private:
    void run();
    Result<void> acceptRoster(const dsse::Envelope& roster);
    Result<void> reopen(const std::filesystem::path& folder);
    Result<std::shared_ptr<StudyHost>> makeHost(study::VerifiedPackage verified, const study::StudyPackage& package, const Uuid& publisher,
                                                std::unique_ptr<const learning::ModelStart> model);

    HostContext m_context;
    mutable std::mutex m_mutex;
    std::map<Uuid, std::shared_ptr<StudyHost>> m_studies;
    InvitationBook m_invitations;
    std::condition_variable m_wake;
    bool m_closing = false;
    std::thread m_ticker;
};

}  // namespace quorate::services
