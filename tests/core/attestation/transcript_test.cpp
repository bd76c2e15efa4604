// SPDX-License-Identifier: GPL-3.0-or-later
// The expected digests were computed with Python's hashlib and struct from the protocol's text, not with this code.
#include <doctest/doctest.h>

#include <set>

#include "core/attestation/transcript.h"

using namespace quorate;
using namespace quorate::attestation;

namespace {

/// first, first + 1, ...
template <std::size_t N>
FixedBytes<N> counting(std::uint8_t first)
{
    FixedBytes<N> out;
    for (std::size_t i = 0; i < N; ++i) out.bytes[i] = static_cast<std::uint8_t>(first + i);
    return out;
}

Transcript counted()
{
    Transcript transcript;
    transcript.nonce = counting<32>(0);
    transcript.tlsLeafSpki = counting<32>(32);
    transcript.hpkePublicKey = counting<32>(64);
    transcript.study = counting<16>(96);
    transcript.site = counting<16>(112);
    transcript.keyEpoch = 0x0102030405060708;
    transcript.policyDigest = counting<32>(128);
    transcript.referenceValuesDigest = counting<32>(160);
    transcript.rosterRootSpki = counting<32>(192);
    return transcript;
}

}  // namespace

TEST_CASE("report_data is the protocol's hash, with optional fields empty")
{
    CHECK(counted().encoded().size() == 306);
    CHECK(toHex(counted().reportData()) ==
          "0b579a0be4db0f1d97fcd4189bc4d3b8b0f86659d28167999d9a8d1062fc13fb"
          "d88412604d85e481b4991031aa37cdb417c46766438a895f29ea5144b8991d4f");
}

TEST_CASE("report_data is the protocol's hash, with every field in use")
{
    Transcript transcript = counted();
    transcript.purpose = Purpose::ReleaseConfirm;
    transcript.role = AttesterRole::SiteNode;
    transcript.sessionBinder = toBytes(counting<32>(224).view());
    transcript.receiptKeySpki = toBytes(counting<32>(16).view());
    transcript.keyEpoch = 2;
    CHECK(transcript.encoded().size() == 370);
    CHECK(toHex(transcript.reportData()) ==
          "10288efb7076aeefba17bc947e3bc59283233d9b0c823e92d5615c6ea4ebb109"
          "8ace9804e23ab327e67f3d0ecdd83a3f202d75c697aaa2816fe7d1e56af7be24");
}

TEST_CASE("what goes in at launch is the protocol's hash")
{
    CHECK(toHex(launchBinding(counting<32>(192), counting<32>(128))) ==
          "0641c5def51a9e4374ad4517373e452c67a3490da508eb0163cb7649255f437d");
    CHECK(launchBinding(counting<32>(192), counting<32>(128)) != launchBinding(counting<32>(128), counting<32>(192)));
}

TEST_CASE("a value that moves from one field to its neighbour changes the hash")
{
    Transcript left = counted();
    left.sessionBinder = toBytes(counting<32>(1).view());
    Transcript right = counted();
    right.receiptKeySpki = toBytes(counting<32>(1).view());
    std::set<Digest64> all{counted().reportData(), left.reportData(), right.reportData()};
    for (const Purpose purpose : {Purpose::ReleaseOffer, Purpose::ReleaseConfirm, Purpose::Reattest}) {
        Transcript other = counted();
        other.purpose = purpose;
        all.insert(other.reportData());
    }
    CHECK(all.size() == 6);
}
