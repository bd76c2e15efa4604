// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/crypto/identity.h"
#include "core/study/invitation.h"
#include "core/vault/vault.h"

namespace quorate::vault {

/// Where the signing key of this vault's identity is, when it is on a token.
struct TokenBinding {
    std::string module;  ///< File of the PKCS #11 module.
    std::string serial;
    bool operator==(const TokenBinding&) const = default;
};

/// How a new identity comes by its keys.
struct NewKeys {
    std::shared_ptr<const Signer> onToken{};  ///< None: the signing key is made in memory and kept in the vault.
    TokenBinding token{};
};

/// The consortium as one vault knows it.
struct KnownConsortium {
    Certificate root;
    study::Roster roster;              ///< The newest that was accepted.
    dsse::Envelope rosterEnvelope;
    std::optional<Uuid> own{};         ///< None before this vault's owner is a member.
    std::optional<TokenBinding> token{};
};

/// A request to join whose answer has not come yet.
struct OpenRequest {
    study::Invitation invitation;
    dsse::Envelope request;
};

/// What a vault keeps of a consortium's root, of its owner's identity and of invitations under way, and the steps of
/// core/study/invitation.h over it. Every step is an entry of the log, and is stored before its outcome is given back.
/// Errors are those of the steps; Unavailable where the vault lacks what the step needs.
class Membership {
public:
    /// `vault` outlives it. Entries are in the owner's name from here on, where the vault has an owner.
    static Result<Membership> of(Vault& vault, Vault::Sources sources, std::int32_t offsetMinutes);

    /// Root, CA and the first coordinator, whose vault this is. PolicyRefused when the vault has an identity already.
    Result<void> createRoot(const std::string& consortium, const study::Member& coordinator, const NewKeys& newKeys);
    /// The same under a root that was made elsewhere. Its first roster is version 1 again, which whoever has seen a roster of
    /// this root refuses.
    Result<void> importRoot(const ConsortiumAuthority& root, const std::string& consortium, const study::Member& coordinator,
                            const NewKeys& newKeys);
    /// The code. `invited` names role, organisation and site; `service` may be empty.
    Result<std::string> invite(const study::Member& invited, const std::string& service, UtcSeconds expires);
    /// The request; keys stay here. PolicyRefused when the vault has an identity already.
    Result<dsse::Envelope> join(std::string_view code, const std::string& name, const NewKeys& newKeys);
    /// Who asks, before anything is confirmed. Unavailable when the request answers no invitation of this vault.
    [[nodiscard]] Result<study::Member> whoAsks(const dsse::Envelope& request) const;
    /// The answer, for the new member.
    Result<dsse::Envelope> confirm(const dsse::Envelope& request, std::string_view compared);
    /// Unavailable when this vault has not asked, PolicyRefused when it has been answered.
    [[nodiscard]] Result<OpenRequest> asked() const;
    Result<study::Member> accept(const dsse::Envelope& answer);
    /// The next roster.
    Result<dsse::Envelope> revoke(const Uuid& member, UtcSeconds from, const std::string& reason);
    /// A roster that came from elsewhere. Untrusted or PolicyRefused as study::checkSuccession says.
    Result<study::Roster> takeRoster(const dsse::Envelope& roster);
    /// A signature by the owner's key, whom the roster must let act now. `meaning`: "approval", ... (21 CFR 11.50). `onToken`:
    /// none means the key in the vault. The entry is written before the envelope is given back; without a signature there is
    /// no entry.
    Result<dsse::Envelope> sign(const std::string& kind, BytesView payload, const std::string& reason, const std::string& meaning,
                                std::shared_ptr<const Signer> onToken);
    /// Signs the log's head by the owner's key. Nothing where there is nothing to sign with: no owner yet, a key on a token
    /// that is not given, a vault that takes no change.
    Result<void> signHead(const std::shared_ptr<const Signer>& onToken);

    [[nodiscard]] Result<KnownConsortium> known() const;

private:
    Membership(Vault& vault, Vault::Sources sources, std::int32_t offsetMinutes)
        : m_vault(vault), m_sources(std::move(sources)), m_offsetMinutes(offsetMinutes)
    {
    }

    [[nodiscard]] UtcSeconds now() const { return toSeconds(m_sources.clock()); }
    [[nodiscard]] Result<ConsortiumAuthority> authority() const;
    Result<void> found(const ConsortiumAuthority& root, audit::EventKind how, const std::string& consortium,
                       const study::Member& coordinator, const NewKeys& newKeys);
    [[nodiscard]] Result<Identity> ownIdentity(const KnownConsortium& consortium, const study::Member& own,
                                               std::shared_ptr<const Signer> onToken) const;
    [[nodiscard]] Result<study::Invitation> issued(const Uuid& invitation) const;
    Result<void> keepRoster(const dsse::Envelope& roster, std::uint32_t version);
    [[nodiscard]] Result<bool> belongsToConsortium() const;
    Result<void> requireNoIdentity() const;
    Result<void> keepKeys(const Uuid& member, const study::JoinKeys& keys, const NewKeys& newKeys, const Bytes& certificateDer);
    Result<void> note(audit::EventKind kind, const Uuid& member, const std::string& reason, std::map<std::string, Digest32> digests);
    Result<void> actAsOwner();
    /// Entries are in this member's name from here on.
    void actAs(const study::Member& member);

    Vault& m_vault;
    Vault::Sources m_sources;
    std::int32_t m_offsetMinutes = 0;
};

}  // namespace quorate::vault
