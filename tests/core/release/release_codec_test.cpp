// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "quorate/payload/v1/payload.pb.h"
#include "tests/support/release_fixture.h"

using namespace quorate;
namespace pb = quorate::payload::v1;

namespace {

pb::ReleaseStatement statementMessage(const tests::ReleaseFixture& fixture)
{
    pb::ReleaseStatement message;
    const Bytes bytes = release::encode(fixture.statement);
    REQUIRE(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    return message;
}

Result<release::ReleaseStatement> decode(const pb::ReleaseStatement& message)
{
    return release::decodeStatement(asBytes(message.SerializeAsString()));
}

}  // namespace

TEST_CASE("a release statement survives its bytes, and equal values give equal bytes")
{
    const tests::ReleaseFixture fixture;
    const Bytes bytes = release::encode(fixture.statement);
    CHECK(release::decodeStatement(bytes).value() == fixture.statement);
    CHECK(release::encode(release::decodeStatement(bytes).value()) == bytes);
}

TEST_CASE("an approval, a refusal and a revocation survive their bytes")
{
    const tests::ReleaseFixture fixture;
    release::ReleaseApproval approval = fixture.approval(0);
    CHECK(release::decodeApproval(release::encode(approval)).value() == approval);
    approval.decision = study::Decision::Refuse;
    approval.sealedShare.clear();
    approval.reason = "measurement is not the one we reviewed";
    CHECK(release::decodeApproval(release::encode(approval)).value() == approval);
    const release::Revocation revocation{fixture.protocol.id, 1, tests::uuid(12), release::Revocation::Kind::Revoke, "incident",
                                         fixture.now};
    CHECK(release::decodeRevocation(release::encode(revocation)).value() == revocation);
}

TEST_CASE("a thaw names the freeze that it ends, and no other order does")
{
    release::Revocation order{tests::uuid(1), 1, tests::uuid(12), release::Revocation::Kind::Thaw, "over", UtcSeconds(std::chrono::seconds(1))};
    CHECK(release::decodeRevocation(release::encode(order)).error().kind == ErrorKind::Malformed);
    order.freeze.bytes.fill(7);
    CHECK(release::decodeRevocation(release::encode(order)).value() == order);
    order.kind = release::Revocation::Kind::Freeze;
    CHECK(release::decodeRevocation(release::encode(order)).error().kind == ErrorKind::Malformed);
}

TEST_CASE("an approval without a share and a refusal with one are refused")
{
    const tests::ReleaseFixture fixture;
    release::ReleaseApproval approval = fixture.approval(0);
    approval.decision = study::Decision::Refuse;
    CHECK(release::decodeApproval(release::encode(approval)).error().kind == ErrorKind::Malformed);
    approval.decision = study::Decision::Approve;
    approval.sealedShare.clear();
    CHECK(release::decodeApproval(release::encode(approval)).error().kind == ErrorKind::Malformed);
}

TEST_CASE("ids and digests of a wrong length are named")
{
    const tests::ReleaseFixture fixture;
    auto message = statementMessage(fixture);
    message.set_study(std::string(15, 'x'));
    CHECK(decode(message).error() == Error{ErrorKind::Malformed, "study id: value is 15 bytes, want 16"});
    message = statementMessage(fixture);
    message.set_evidence_digest(std::string(33, 'x'));
    CHECK(decode(message).error().message == "evidence digest: value is 33 bytes, want 32");
    message = statementMessage(fixture);
    message.mutable_transcript()->set_hpke_public_key("");
    CHECK_FALSE(decode(message));
    message = statementMessage(fixture);
    message.clear_transcript();
    CHECK(decode(message).error().message == "release statement has no transcript");
    message = statementMessage(fixture);
    message.mutable_collateral_digests(0)->set_digest("short");
    CHECK_FALSE(decode(message));
    message = statementMessage(fixture);
    message.set_not_after(-1);
    CHECK_FALSE(decode(message));
}

TEST_CASE("a name that occurs twice in a statement is refused")
{
    const tests::ReleaseFixture fixture;
    auto message = statementMessage(fixture);
    *message.add_claims() = message.claims(0);
    CHECK(decode(message).error().message == "release statement names a claim twice");
    message = statementMessage(fixture);
    *message.add_collateral_digests() = message.collateral_digests(0);
    CHECK(decode(message).error().message == "release statement names a digest twice");
}

TEST_CASE("unknown decisions and kinds of revocation are refused")
{
    const tests::ReleaseFixture fixture;
    pb::ReleaseApproval approval;
    const Bytes bytes = release::encode(fixture.approval(0));
    REQUIRE(approval.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    approval.set_decision(2);
    CHECK(release::decodeApproval(asBytes(approval.SerializeAsString())).error().kind == ErrorKind::Malformed);
    pb::Revocation revocation;
    revocation.set_study(std::string(16, 's'));
    revocation.set_member(std::string(16, 'm'));
    CHECK(release::decodeRevocation(asBytes(revocation.SerializeAsString())));
    revocation.set_kind(3);
    CHECK_FALSE(release::decodeRevocation(asBytes(revocation.SerializeAsString())));
}

TEST_CASE("payloads above one mebibyte and every truncation are refused")
{
    const tests::ReleaseFixture fixture;
    CHECK(release::decodeStatement(Bytes(1024 * 1024 + 1)).error().kind == ErrorKind::Malformed);
    CHECK(release::decodeApproval(Bytes(1024 * 1024 + 1)).error().kind == ErrorKind::Malformed);
    CHECK(release::decodeRevocation(Bytes(1024 * 1024 + 1)).error().kind == ErrorKind::Malformed);
    const Bytes statement = release::encode(fixture.statement);
    for (std::size_t size = 0; size < statement.size(); ++size) {
        const auto decoded = release::decodeStatement(BytesView(statement).first(size));
        if (decoded) CHECK_FALSE(*decoded == fixture.statement);
    }
    CHECK_FALSE(release::decodeApproval({}));
    CHECK_FALSE(release::decodeRevocation({}));
}
