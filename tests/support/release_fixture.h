// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"
#include "core/release/release.h"
#include "tests/core/study/sample_protocol.h"
#include "tests/support/random.h"

namespace quorate::tests {

/// A study with three custodians of two organisations (A, A, B), two of them from two organisations needed, its frozen
/// statement and the service's attested key. Coordinator 10 requests; custodians are 11, 12, 13.
struct ReleaseFixture {
    UtcSeconds now = parseRfc3339("2026-11-21T09:00:00Z").value();
    std::vector<hpke::PrivateKey> custodianKeys;
    hpke::PrivateKey serviceKey = hpke::PrivateKey::generate(fixedRandom(9)).value();
    study::StudyProtocol protocol;
    study::Roster roster;
    release::ReleaseStatement statement;
    Digest32 statementDigest;

    explicit ReleaseFixture(unsigned threshold = 2, unsigned distinctOrganisations = 2)
    {
        addMember(10, "Coordinating centre", study::Role::Coordinator);
        for (std::uint8_t i = 0; i < 3; ++i) addMember(11 + i, i < 2 ? "Hospital A" : "Hospital B", study::Role::Custodian);
        protocol.id = uuid(100);
        protocol.policyDigest.bytes.fill(0x31);
        protocol.referenceValuesDigest.bytes.fill(0x32);
        protocol.quorum = release::splitStudyKey(protocol.id, protocol.keyEpoch, custodians(), threshold,
                                                 distinctOrganisations, fixedRandom(7))
                              .value();
        fillStatement();
        refreshDigest();
    }

    [[nodiscard]] std::vector<study::Member> custodians() const { return {roster.members.begin() + 1, roster.members.end()}; }
    void refreshDigest() { statementDigest = sha256(release::encode(statement)); }
    [[nodiscard]] SecretBytes shareOf(std::size_t index) const
    {
        return release::openOwnShare(protocol, custodians()[index].id, custodianKeys[index]).value();
    }
    [[nodiscard]] release::ShareCollector collector() const { return {protocol, roster, statement, statementDigest}; }

    /// The trust protocol's bytes, written out here a second time so that a change of either is noticed.
    [[nodiscard]] Bytes sealBytes(const SecretBytes& share, const Uuid& custodian, const Digest32& digest,
                                  const Digest32& recipientKey) const
    {
        const Bytes info = ByteWriter().text("quorate/v1/release").raw(digest.view()).take();
        Bytes aad{0, 0, 0, 16};
        aad.insert(aad.end(), statement.study.bytes.begin(), statement.study.bytes.end());
        aad.insert(aad.end(), {0, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(statement.keyEpoch), 0, 0, 0, 16});
        aad.insert(aad.end(), custodian.bytes.begin(), custodian.bytes.end());
        aad.insert(aad.end(), {0, 0, 0, 16});
        aad.insert(aad.end(), statement.transcript.site.bytes.begin(), statement.transcript.site.bytes.end());
        return hpke::seal(recipientKey, info, aad, share.expose(), systemRandom()).value();
    }
    [[nodiscard]] release::ReleaseApproval approval(std::size_t index) const
    {
        release::ReleaseApproval out;
        out.study = protocol.id;
        out.statementDigest = statementDigest;
        out.custodian = custodians()[index].id;
        out.decision = study::Decision::Approve;
        out.sealedShare = sealBytes(shareOf(index), out.custodian, statementDigest, serviceKey.publicKey());
        out.signedAt = now;
        out.expires = now + std::chrono::hours(8);
        return out;
    }

private:
    void addMember(std::uint8_t id, const char* organisation, study::Role role)
    {
        study::Member member;
        member.id = uuid(id);
        member.organisation = organisation;
        member.role = role;
        member.signingKeySpki = Bytes{id};
        if (role == study::Role::Custodian) {
            custodianKeys.push_back(hpke::PrivateKey::generate(fixedRandom(id)).value());
            member.hpkeKey = custodianKeys.back().publicKey();
        }
        roster.members.push_back(std::move(member));
    }
    void fillStatement()
    {
        statement.study = protocol.id;
        statement.protocolDigest.bytes.fill(0x41);
        statement.keyEpoch = protocol.keyEpoch;
        statement.requester = uuid(10);
        statement.transcript.purpose = attestation::Purpose::ReleaseOffer;
        statement.transcript.nonce.bytes.fill(0x51);
        statement.transcript.tlsLeafSpki.bytes.fill(0x52);
        statement.transcript.hpkePublicKey = serviceKey.publicKey();
        statement.transcript.study = protocol.id;
        statement.transcript.keyEpoch = protocol.keyEpoch;
        statement.transcript.policyDigest = protocol.policyDigest;
        statement.transcript.referenceValuesDigest = protocol.referenceValuesDigest;
        statement.evidenceDigest.bytes.fill(0x61);
        statement.collateralDigests["tcb_info.json"].bytes.fill(0x62);
        statement.claims = {{"mrtd", "aa"}, {"rtmr1", "bb"}, {"fmspc", "00806f050000"}};
        statement.checks = {{"tdx.debug", "pass"}, {"tdx.td.mrtd", "pass"}};
        statement.tee = "tdx";
        statement.product = "TDX 1.5";
        statement.tcbStatus = "UpToDate";
        statement.platformId = "00806f050000";
        statement.notBefore = now;
        statement.notAfter = now + std::chrono::hours(24);
    }
};

}  // namespace quorate::tests
