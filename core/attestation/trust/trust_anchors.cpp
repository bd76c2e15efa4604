// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/trust/trust_anchors.h"

namespace quorate::attestation {
namespace {

Digest32 pin(std::string_view hex)
{
    // The literals below are digests; a test compares each with the vendors' certificates.
    return parseHexFixed<32>(hex).value_or(Digest32{});
}

}  // namespace

TrustAnchors productionAnchors()
{
    TrustAnchors anchors;
    anchors.intelSgxRoots = {pin("a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e")};
    anchors.amdRootKeys = {
        {"Milan", {pin("9f056bee44377e29308cb5ffa895bdfb62d18881fa6bed8d6f075b0204089cb9")}},
        {"Genoa", {pin("429a69c9422aa258ee4d8db5fcda9c6470ef15f8cd5a9cebd6cbc7d90b863831")}},
        {"Turin", {pin("4f125410563a2ab9a50356f9243f6fe0b6f73de98603f53f90339c70e9d7ad08")}},
    };
    return anchors;
}

}  // namespace quorate::attestation
