// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <cmath>

#include "core/study/events.h"
#include "core/study/participation.h"
#include "core/study/receipt.h"
#include "core/study/reference_codec.h"
#include "core/study/roster.h"
#include "core/study/study_package.h"
#include "tests/core/study/sample_protocol.h"

using namespace quorate;
using namespace quorate::study;

TEST_CASE("a protocol survives its payload")
{
    const StudyProtocol protocol = tests::sampleProtocol();
    const Bytes payload = encode(protocol);
    const auto decoded = decodeProtocol(payload);
    REQUIRE(decoded);
    CHECK(*decoded == protocol);
    CHECK(encode(*decoded) == payload);
}

TEST_CASE("a cut or oversized protocol is refused, never half read")
{
    const Bytes payload = encode(tests::sampleProtocol());
    int accepted = 0;
    for (std::size_t size = 0; size < payload.size(); ++size) {
        if (decodeProtocol(BytesView(payload).first(size))) ++accepted;
    }
    // Cutting off the last optional fields leaves a legal message; every other cut lacks an id or digest.
    CHECK(accepted <= 8);
    CHECK_FALSE(decodeProtocol(Bytes(2 * 1024 * 1024)));
}

TEST_CASE("roster, participation, receipt, policy and event survive their payloads")
{
    Roster roster{3, "Consortium", {{tests::uuid(1), "Coordinator", "Cleveland", Role::Coordinator, {}, Bytes{1, 2}, {}},
                                    {tests::uuid(2), "Custodian", "Zurich", Role::Custodian, tests::uuid(9), Bytes{3}, {}}}};
    CHECK(*decodeRoster(encode(roster)) == roster);
    roster.members[1].signingKeySpki = roster.members[0].signingKeySpki;
    CHECK_FALSE(decodeRoster(encode(roster)));

    Participation participation;
    participation.decision = Decision::Approve;
    participation.conditions = {"ask-again-on-change"};
    participation.reason = "scope unchanged";
    CHECK(*decodeParticipation(encode(participation)) == participation);

    RoundReceipt receipt;
    receipt.round = 4;
    receipt.entries.push_back({tests::uuid(3), {}, 199, "aggregated"});
    CHECK(*decodeReceipt(encode(receipt)) == receipt);
    receipt.privacy = PrivacySpent{.3, 2.9, 1, 1.5, 1.4, .12, 1.7, 1e-3};
    CHECK(*decodeReceipt(encode(receipt)) == receipt);
    for (const double bad : {-1.0, std::nan(""), HUGE_VAL}) {
        receipt.privacy->epsilonTotal = bad;
        CHECK_FALSE(decodeReceipt(encode(receipt)));
    }

    attestation::AppraisalPolicy policy = attestation::AppraisalPolicy{};
    policy.profile = attestation::PolicyProfile::Training;
    policy.acceptedTees = {attestation::TeeKind::Tdx};
    policy.acceptedTcbStatuses = {{"UpToDate", {}}, {"OutOfDate", *parseRfc3339("2026-12-31T00:00:00Z")}};
    CHECK(*decodePolicy(*encode(policy)) == policy);
    for (const auto profile : {attestation::PolicyProfile::Strict, attestation::PolicyProfile::Standard}) {
        attestation::AppraisalPolicy shipped = attestation::shippedPolicy(profile);
        shipped.snp.chipIds.any = false;
        shipped.snp.chipIds.values.insert(Digest64{{7}});
        shipped.snp.vlekCspIds.values = {"a", "b"};
        shipped.snp.minimumAbi = {1, 55};
        shipped.snp.requiredCurrentMitigations = 0x3f;
        shipped.tdx.platformInstances.values.insert(FixedBytes<16>{{9}});
        CHECK(*decodePolicy(*encode(shipped)) == shipped);
    }
    policy.profile = attestation::PolicyProfile::ChainOnly;
    CHECK_FALSE(encode(policy));

    attestation::Transcript transcript;
    transcript.purpose = attestation::Purpose::ReleaseConfirm;
    transcript.keyEpoch = 7;
    CHECK(*decodeTranscript(encode(transcript)) == transcript);
    transcript.sessionBinder = Bytes(31);
    CHECK_FALSE(decodeTranscript(encode(transcript)));

    StudyEvent event;
    event.sequence = 12;
    event.at = UtcMillis(std::chrono::milliseconds(1795252320123));
    event.kind = EventKind::UpdateAccepted;
    event.metrics = SiteRoundMetrics{{104, .6, .7, .71, .2, {}, {}}, {104, .5, .75, {}, .19, {}, {}}, 199, 1.5, .7, 1900, 73};
    event.own = Evaluation{104, .5, {}, {}, {}, 2.5, {}};
    event.federated = Evaluation{104, .5, {}, {}, {}, {}, .66};
    CHECK(*decodeEvent(encode(event)) == event);
    event.kind = EventKind::PrivacyBudgetReached;
    event.epsilon = 0;
    CHECK(*decodeEvent(encode(event)) == event);
    event.epsilon = std::nan("");
    CHECK_FALSE(decodeEvent(encode(event)));
}

TEST_CASE("reference values survive their payload, and a PCR that is repeated or does not exist is refused")
{
    attestation::ReferenceValues values;
    values.version = 2;
    values.programVersion = "0.2.0";
    values.tdx = {{Digest48{{1}}}, {Digest48{{2}}}, {Digest48{{3}}}, {Digest48{{4}}}, {Digest48{{5}}}, {Digest48{{6}}}};
    values.sevSnp.measurement = {Digest48{{7}}, Digest48{{8}}};
    const Bytes withoutPcrs = encode(values);
    values.vtpmPcrs = {{0, {}}, {23, {Digest32{{9}}, Digest32{{10}}}}};
    const Bytes payload = encode(values);
    const auto decoded = decodeReferenceValues(payload);
    REQUIRE(decoded);
    CHECK(*decoded == values);
    CHECK(encode(*decoded) == payload);
    // Field 10, two bytes long: a VtpmPcr whose index is 23, which is there already, or 24.
    for (const std::uint8_t index : {23, 24}) {
        Bytes more = payload;
        for (const std::uint8_t byte : {std::uint8_t{0x52}, std::uint8_t{2}, std::uint8_t{8}, index}) more.push_back(byte);
        CHECK_FALSE(decodeReferenceValues(more));
    }
    CHECK(decodeReferenceValues(withoutPcrs)->vtpmPcrs.empty());
}

TEST_CASE("every event kind has a name of its own")
{
    for (int kind = 0; kind <= static_cast<int>(EventKind::PrivacyBudgetReached); ++kind) {
        CHECK(*parseEventKind(nameOf(static_cast<EventKind>(kind))) == static_cast<EventKind>(kind));
    }
    CHECK_FALSE(parseEventKind("study-vanished"));
}

TEST_CASE("a protocol's faults are all named at once")
{
    StudyProtocol protocol = tests::sampleProtocol();
    CHECK(violations(protocol).empty());
    protocol.mode = StudyMode::Production;
    protocol.pooledComparison = true;
    protocol.quorum.threshold = 1;
    protocol.plan.minimumSites = 5;
    protocol.sites[1].id = protocol.sites[0].id;
    // The threshold of one also leaves more organisations wanted than approvals.
    CHECK(violations(protocol).size() == 5);
}

TEST_CASE("a study package's text is refused for what it is, never half read")
{
    const dsse::Envelope envelope{"type", Bytes{1}, {{std::string(64, 'a'), Bytes{2}}}};
    const std::string json = toJson(StudyPackage{envelope, envelope, envelope, envelope});
    REQUIRE(packageFromJson(json));
    for (const std::string& text : {json + '\0', json + '\0' + "more", json + "x", std::string(R"({"format":3})"), std::string("[]"),
                                    std::string(R"({"format":"quorate-study-package-1"})")}) {
        CAPTURE(text.substr(0, 60));
        const auto package = packageFromJson(text);
        REQUIRE_FALSE(package);
        CHECK(package.error().kind == ErrorKind::Malformed);
    }
}
