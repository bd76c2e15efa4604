// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/shamir.h"

#include "core/base/byte_reader.h"

namespace quorate::shamir {
namespace {

constexpr unsigned kMaxShares = 255;

/// Product in GF(2^8). No branch and no table index depends on the operands.
std::uint8_t multiply(std::uint8_t a, std::uint8_t b)
{
    unsigned product = 0;
    unsigned shifted = a;
    for (unsigned bit = 0; bit < 8; ++bit) {
        const unsigned take = 0U - ((b >> bit) & 1U);
        product ^= shifted & take;
        const unsigned overflow = 0U - ((shifted >> 7) & 1U);
        shifted = ((shifted << 1) & 0xffU) ^ (0x1bU & overflow);
    }
    return static_cast<std::uint8_t>(product);
}

/// a^254, which is 1/a for a != 0.
std::uint8_t inverse(std::uint8_t a)
{
    std::uint8_t power = a;
    std::uint8_t result = 1;
    for (int bit = 1; bit < 8; ++bit) {
        power = multiply(power, power);
        result = multiply(result, power);
    }
    return result;
}

/// Lagrange's basis polynomial of share `own` at 0: the product of x_j / (x_j - x_own), where minus is xor.
std::uint8_t weightAtZero(std::span<const Share> shares, std::size_t own)
{
    std::uint8_t weight = 1;
    for (std::size_t j = 0; j < shares.size(); ++j) {
        if (j == own) continue;
        const auto difference = static_cast<std::uint8_t>(shares[j].x ^ shares[own].x);
        weight = multiply(weight, multiply(shares[j].x, inverse(difference)));
    }
    return weight;
}

Result<void> checkShares(std::span<const Share> shares)
{
    if (shares.empty()) return fail(ErrorKind::Malformed, "there are no shares to combine");
    std::array<bool, kMaxShares + 1> seen{};
    for (const Share& share : shares) {
        if (share.x == 0) return fail(ErrorKind::Malformed, "share has x = 0, want 1 to 255");
        if (seen[share.x]) return fail(ErrorKind::Malformed, "two shares have x = " + std::to_string(share.x));
        seen[share.x] = true;
        if (share.y.empty() || share.y.size() != shares.front().y.size()) {
            return fail(ErrorKind::Malformed, "shares are " + std::to_string(shares.front().y.size()) + " and " +
                                                  std::to_string(share.y.size()) + " bytes, want equal lengths above 0");
        }
    }
    return {};
}

}  // namespace

SecretBytes Share::encoded() const
{
    SecretBytes out(1 + y.size());
    out.exposeMutable()[0] = x;
    std::copy(y.expose().begin(), y.expose().end(), out.exposeMutable().begin() + 1);
    return out;
}

Result<Share> Share::decode(BytesView bytes)
{
    if (bytes.size() < 2) {
        return fail(ErrorKind::Malformed, "share is " + std::to_string(bytes.size()) + " bytes, want at least 2");
    }
    if (bytes[0] == 0) return fail(ErrorKind::Malformed, "share has x = 0, want 1 to 255");
    return Share{bytes[0], SecretBytes::copyOf(bytes.subspan(1))};
}

Result<std::vector<Share>> split(BytesView secret, unsigned m, unsigned n, const RandomSource& random)
{
    if (m < 1 || m > n || n > kMaxShares || secret.empty()) {
        return fail(ErrorKind::Malformed, "cannot split " + std::to_string(secret.size()) + " bytes into " +
                                              std::to_string(n) + " shares with threshold " + std::to_string(m));
    }
    // Coefficients of x^1 .. x^(m-1), one polynomial per byte of the secret.
    std::vector<SecretBytes> coefficients;
    for (unsigned degree = 1; degree < m; ++degree) {
        TRY_ASSIGN(bytes, randomSecret(random, secret.size()));
        coefficients.push_back(std::move(bytes));
    }
    std::vector<Share> shares;
    for (unsigned x = 1; x <= n; ++x) {
        Share share{static_cast<std::uint8_t>(x), SecretBytes(secret.size())};
        const std::span<std::uint8_t> y = share.y.exposeMutable();
        for (std::size_t i = 0; i < secret.size(); ++i) {
            std::uint8_t value = 0;  // Horner, from the highest degree down.
            for (std::size_t degree = coefficients.size(); degree > 0; --degree) {
                value = multiply(value ^ coefficients[degree - 1].expose()[i], share.x);
            }
            y[i] = value ^ secret[i];
        }
        shares.push_back(std::move(share));
    }
    return shares;
}

Result<SecretBytes> combine(std::span<const Share> shares)
{
    TRY(checkShares(shares));
    SecretBytes secret(shares.front().y.size());
    const std::span<std::uint8_t> out = secret.exposeMutable();
    for (std::size_t s = 0; s < shares.size(); ++s) {
        const std::uint8_t weight = weightAtZero(shares, s);
        const BytesView y = shares[s].y.expose();
        for (std::size_t i = 0; i < out.size(); ++i) out[i] ^= multiply(y[i], weight);
    }
    return secret;
}

}  // namespace quorate::shamir
