// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/evidence.h"

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::attestation;

namespace {

Evidence sample()
{
    return {TeeKind::SevSnp, Bytes(5, 1), Bytes(4, 2), Bytes(3, 3), {Bytes(2, 4), Bytes(1, 5), Bytes(6, 6), Bytes(7, 7)}};
}

/// The same bytes again, but in one part less and the next one more.
std::vector<Evidence> changedInOnePart()
{
    std::vector<Evidence> out(8, sample());
    out[0].tee = TeeKind::Tdx;
    out[1].blob.push_back(2);
    out[2].auxBlob.push_back(3);
    out[3].eventLog.push_back(4);
    out[4].vtpm.hclReport.push_back(5);
    out[5].vtpm.attest.push_back(6);
    out[6].vtpm.signature.push_back(7);
    out[7].vtpm.pcrs.push_back(8);
    return out;
}

}  // namespace

TEST_CASE("evidence decodes to what was encoded")
{
    const Evidence evidence = sample();
    const auto decoded = decodeEvidence(encode(evidence));
    REQUIRE(decoded);
    CHECK(*decoded == evidence);
    const auto empty = decodeEvidence(encode(Evidence{}));
    REQUIRE(empty);
    CHECK(empty->vtpm.isEmpty());
}

TEST_CASE("the digest covers every part")
{
    for (const Evidence& changed : changedInOnePart()) CHECK(changed.digest() != sample().digest());
    Evidence moved = sample();
    moved.eventLog = moved.auxBlob;
    moved.auxBlob = sample().eventLog;
    CHECK(moved.digest() != sample().digest());
}

TEST_CASE("encoded evidence cut short, continued or with a part too large is malformed")
{
    const Bytes whole = encode(sample());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CHECK_FALSE(decodeEvidence(BytesView(whole).first(size)));
    }
    Bytes longer = whole;
    longer.push_back(0);
    CHECK(decodeEvidence(longer).error().message == "evidence has 1 bytes after its end");
    Evidence large = sample();
    large.eventLog.resize(kMaxEventLogBytes + 1);
    CHECK(decodeEvidence(encode(large)).error().message == "event log is 1048577 bytes, want at most 1048576");
}
