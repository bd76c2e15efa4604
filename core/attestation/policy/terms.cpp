// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/policy/terms.h"

namespace quorate::attestation {
namespace {

constexpr BitWord kGuestPolicy[] = {{16, "smt"},           {20, "single-socket"}, {21, "cxl"},
                                    {22, "aes-256-xts"},   {23, "rapl-off"},      {24, "ciphertext-hiding"},
                                    {25, "page-swap-off"}};
constexpr BitWord kPlatformInfo[] = {{0, "smt"},      {1, "tsme"},
                                     {2, "ecc"},      {3, "rapl-off"},
                                     {4, "ciphertext-hiding"}, {5, "alias-check-complete"},
                                     {7, "tio"}};
constexpr BitWord kTdAttributes[] = {{28, "sept-ve-disable"}, {30, "pks"}, {31, "key-locker"}, {63, "perfmon"}};

}  // namespace

const std::span<const BitWord> kGuestPolicyWords = kGuestPolicy;
const std::span<const BitWord> kPlatformInfoWords = kPlatformInfo;
const std::span<const BitWord> kTdAttributeWords = kTdAttributes;

std::string wordsFor(std::uint64_t bits, std::span<const BitWord> words)
{
    std::string out;
    const auto add = [&out](const std::string& word) { out += (out.empty() ? "" : ", ") + word; };
    for (const BitWord& entry : words) {
        if ((bits >> entry.bit & 1) != 0) add(entry.word);
        bits &= ~(1ull << entry.bit);
    }
    for (int bit = 0; bit < 64; ++bit) {
        if ((bits >> bit & 1) != 0) add("bit " + std::to_string(bit));
    }
    return out.empty() ? "none" : out;
}

}  // namespace quorate::attestation
