// SPDX-License-Identifier: GPL-3.0-or-later
#include <set>

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"
#include "core/crypto/shamir.h"
#include "core/release/share_binding.h"

namespace quorate::release {
namespace {

constexpr std::size_t kStudyKeyBytes = 32;

Result<void> checkCustodians(const std::vector<study::Member>& custodians, unsigned distinctOrganisations)
{
    std::set<Uuid> ids;
    std::set<Digest32> keys;
    std::set<std::string> organisations;
    for (const study::Member& custodian : custodians) {
        if (!ids.insert(custodian.id).second) {
            return fail(ErrorKind::PolicyRefused, "custodian " + toHex(custodian.id) + " is named twice");
        }
        if (custodian.hpkeKey.isZero()) {
            return fail(ErrorKind::PolicyRefused, "custodian " + toHex(custodian.id) + " has no HPKE key");
        }
        if (!keys.insert(custodian.hpkeKey).second) {
            return fail(ErrorKind::PolicyRefused, "custodian " + toHex(custodian.id) + " has the HPKE key of another");
        }
        organisations.insert(custodian.organisation);
    }
    if (organisations.size() < distinctOrganisations) {
        return fail(ErrorKind::PolicyRefused, "custodians are of " + std::to_string(organisations.size()) +
                                                  " organisations, want at least " + std::to_string(distinctOrganisations));
    }
    return {};
}

}  // namespace

ShareBinding bindingAtSplit(const Uuid& study, std::uint64_t keyEpoch, const Uuid& custodian)
{
    return {toBytes("quorate/v1/share"),
            ByteWriter().lengthPrefixed(study.view()).u64be(keyEpoch).lengthPrefixed(custodian.view()).take()};
}

ShareBinding bindingAtRelease(const ReleaseStatement& statement, const Digest32& statementDigest, const Uuid& custodian)
{
    return {ByteWriter().text("quorate/v1/release").raw(statementDigest.view()).take(),
            ByteWriter()
                .lengthPrefixed(statement.study.view())
                .u64be(statement.keyEpoch)
                .lengthPrefixed(custodian.view())
                .lengthPrefixed(statement.transcript.site.view())
                .take()};
}

Digest32 keyCommitment(const SecretBytes& key)
{
    return Sha256().update(asBytes("quorate/v1/key")).update(key.expose()).finish();
}

Result<study::QuorumRules> splitStudyKey(const Uuid& study, std::uint64_t keyEpoch,
                                         const std::vector<study::Member>& custodians, unsigned threshold,
                                         unsigned distinctOrganisations, const RandomSource& random)
{
    if (threshold < 2 || threshold > custodians.size() || distinctOrganisations > threshold) {
        return fail(ErrorKind::PolicyRefused, "quorum of " + std::to_string(threshold) + " from " +
                                                  std::to_string(distinctOrganisations) + " organisations cannot be met by " +
                                                  std::to_string(custodians.size()) + " custodians, or by fewer than two people");
    }
    TRY(checkCustodians(custodians, distinctOrganisations));
    TRY_ASSIGN(key, randomSecret(random, kStudyKeyBytes));
    TRY_ASSIGN(shares, shamir::split(key.expose(), threshold, static_cast<unsigned>(custodians.size()), random));
    study::QuorumRules out;
    out.threshold = threshold;
    out.distinctOrganisations = distinctOrganisations;
    out.keyCommitment = keyCommitment(key);
    for (std::size_t i = 0; i < custodians.size(); ++i) {
        const SecretBytes encoded = shares[i].encoded();
        const ShareBinding binding = bindingAtSplit(study, keyEpoch, custodians[i].id);
        auto sealed = hpke::seal(custodians[i].hpkeKey, binding.info, binding.aad, encoded.expose(), random);
        if (!sealed) return failAt("custodian " + toHex(custodians[i].id), sealed.error());
        out.shares.push_back({custodians[i].id, sha256(encoded.expose()), std::move(*sealed)});
    }
    return out;
}

Result<SecretBytes> openOwnShare(const study::StudyProtocol& protocol, const Uuid& custodian, const hpke::PrivateKey& key)
{
    for (const study::CustodianShare& share : protocol.quorum.shares) {
        if (share.custodian != custodian) continue;
        const ShareBinding binding = bindingAtSplit(protocol.id, protocol.keyEpoch, custodian);
        TRY_ASSIGN(opened, hpke::open(key, binding.info, binding.aad, share.sealedShare));
        if (sha256(opened.expose()) != share.shareDigest) {
            return fail(ErrorKind::Untrusted, "share has another digest than the protocol names");
        }
        return opened;
    }
    return fail(ErrorKind::PolicyRefused, "member " + toHex(custodian) + " holds no share of this study's key");
}

Digest32 releaseConfirmation(const SecretBytes& key, const Digest32& statementDigest)
{
    return hmacSha256(key.expose(), ByteWriter().text("quorate/v1/confirm").raw(statementDigest.view()).take());
}

Result<SecretBytes> deriveKey(const SecretBytes& studyKey, KeyUse use)
{
    const char* label = use == KeyUse::Model        ? "quorate/v1/model-key"
                        : use == KeyUse::Checkpoint ? "quorate/v1/checkpoint-key"
                                                    : "quorate/v1/results-key";
    return hkdfSha256(studyKey.expose(), asBytes(label), kStudyKeyBytes);
}

}  // namespace quorate::release
