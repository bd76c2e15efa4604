// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/crypto/shamir.h"
#include "tests/support/random.h"

using namespace quorate;
using shamir::Share;

namespace {

Share copyOf(const Share& share) { return Share::decode(share.encoded().expose()).value(); }

std::vector<Share> pick(const std::vector<Share>& shares, std::initializer_list<std::size_t> which)
{
    std::vector<Share> out;
    for (const std::size_t i : which) out.push_back(copyOf(shares[i]));
    return out;
}

std::string messageOf(const Result<SecretBytes>& result) { return result ? "no error" : result.error().message; }

}  // namespace

TEST_CASE("every two of three shares give the secret, in any order")
{
    const SecretBytes secret = randomSecret(systemRandom(), 32).value();
    const auto shares = shamir::split(secret.expose(), 2, 3, systemRandom()).value();
    REQUIRE(shares.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            if (i == j) continue;
            CHECK(shamir::combine(pick(shares, {i, j})).value().equals(secret.expose()));
        }
    }
    CHECK(shamir::combine(pick(shares, {0, 1, 2})).value().equals(secret.expose()));
}

TEST_CASE("fewer shares than the threshold do not give the secret")
{
    const SecretBytes secret = randomSecret(systemRandom(), 32).value();
    const auto shares = shamir::split(secret.expose(), 3, 5, systemRandom()).value();
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK_FALSE(shamir::combine(pick(shares, {i})).value().equals(secret.expose()));
        CHECK_FALSE(shamir::combine(pick(shares, {i, (i + 1) % 5})).value().equals(secret.expose()));
        CHECK(shamir::combine(pick(shares, {i, (i + 1) % 5, (i + 3) % 5})).value().equals(secret.expose()));
    }
}

TEST_CASE("one share of two alone fits every secret: it says nothing about the byte")
{
    // For each candidate secret byte there is exactly one slope that gives the seen share.
    const Bytes secret{0x5a};
    const auto shares = shamir::split(secret, 2, 2, systemRandom()).value();
    std::array<bool, 256> reachable{};
    for (unsigned other = 0; other < 256; ++other) {
        std::vector<Share> pair = pick(shares, {0});
        pair.push_back(Share::decode(Bytes{2, static_cast<std::uint8_t>(other)}).value());
        reachable[shamir::combine(pair).value().expose()[0]] = true;
    }
    CHECK(std::all_of(reachable.begin(), reachable.end(), [](bool seen) { return seen; }));
}

TEST_CASE("shares lie on the polynomial that the random bytes name, in the field of AES")
{
    // f(x) = 0x53 + 0xca x: f(1) = 0x99, and 0x53 * 0xca = 1 in this field, so f(0x53) = 0x52.
    const RandomSource slope = [](std::span<std::uint8_t> out) -> Result<void> {
        std::fill(out.begin(), out.end(), 0xca);
        return {};
    };
    const auto shares = shamir::split(Bytes{0x53}, 2, 0x53, slope).value();
    CHECK(shares[0].encoded().equals(Bytes{0x01, 0x99}));
    CHECK(shares[1].encoded().equals(Bytes{0x02, 0xdc}));
    CHECK(shares[2].encoded().equals(Bytes{0x03, 0x16}));
    CHECK(shares[0x52].encoded().equals(Bytes{0x53, 0x52}));
}

TEST_CASE("a changed share, or another x, gives another secret")
{
    const Bytes secret = toBytes("thirty-two bytes of study key...");
    const auto shares = shamir::split(secret, 2, 3, systemRandom()).value();
    auto changed = pick(shares, {0, 1});
    changed[1].y.exposeMutable()[7] ^= 0x01;
    CHECK_FALSE(shamir::combine(changed).value().equals(secret));
    auto moved = pick(shares, {0, 1});
    moved[1].x = 9;
    CHECK_FALSE(shamir::combine(moved).value().equals(secret));
}

TEST_CASE("shares that cannot belong together are refused")
{
    const auto shares = shamir::split(toBytes("secret"), 2, 3, systemRandom()).value();
    CHECK(messageOf(shamir::combine({})) == "there are no shares to combine");
    CHECK(messageOf(shamir::combine(pick(shares, {1, 1}))) == "two shares have x = 2");
    auto zero = pick(shares, {0, 1});
    zero[0].x = 0;
    CHECK(messageOf(shamir::combine(zero)) == "share has x = 0, want 1 to 255");
    auto shorter = pick(shares, {0});
    shorter.push_back(Share::decode(Bytes{2, 1, 2, 3}).value());
    CHECK(messageOf(shamir::combine(shorter)) == "shares are 6 and 3 bytes, want equal lengths above 0");
    std::vector<Share> empty;
    empty.push_back(Share{1, SecretBytes()});
    CHECK_FALSE(shamir::combine(empty));
}

TEST_CASE("thresholds outside 1 <= m <= n <= 255 are refused")
{
    const Bytes secret = toBytes("secret");
    CHECK_FALSE(shamir::split(secret, 0, 3, systemRandom()));
    CHECK_FALSE(shamir::split(secret, 4, 3, systemRandom()));
    CHECK_FALSE(shamir::split(secret, 2, 256, systemRandom()));
    CHECK_FALSE(shamir::split({}, 1, 1, systemRandom()));
    CHECK_FALSE(shamir::split(secret, 2, 3, tests::failingRandom()));
    CHECK(shamir::combine(pick(shamir::split(secret, 1, 255, systemRandom()).value(), {254})).value().equals(secret));
    const auto all = shamir::split(secret, 255, 255, systemRandom()).value();
    CHECK(shamir::combine(all).value().equals(secret));
}

TEST_CASE("an encoded share reads back, and an empty or x = 0 share does not")
{
    const auto share = Share::decode(Bytes{7, 1, 2}).value();
    CHECK(share.x == 7);
    CHECK(share.encoded().equals(Bytes{7, 1, 2}));
    CHECK_FALSE(Share::decode(Bytes{}));
    CHECK_FALSE(Share::decode(Bytes{7}));
    CHECK_FALSE(Share::decode(Bytes{0, 1}));
}
