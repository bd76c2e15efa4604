// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/azure/tpm_quote.h"

#include "core/base/byte_reader.h"

namespace quorate::attestation::azure {
namespace {

constexpr std::uint32_t kMagic = 0xff544347;
constexpr std::uint16_t kTypeQuote = 0x8018;
constexpr std::uint32_t kMaxSelections = 16;
constexpr std::size_t kMaxNameBytes = 68;
constexpr std::size_t kMaxDigestBytes = 64;

/// TPM2B: a 16-bit length, then that many bytes.
Result<Bytes> takeSized(ByteReader& reader, const char* field, std::size_t limit)
{
    TRY_ASSIGN(size, reader.u16be(field));
    if (size > limit) {
        return fail(ErrorKind::Malformed,
                    std::string("vTPM quote's ") + field + " is " + std::to_string(size) + " bytes, want at most " + std::to_string(limit));
    }
    TRY_ASSIGN(view, reader.take(size, field));
    return toBytes(view);
}

Result<void> readClock(ByteReader& reader, TpmQuote& out)
{
    TRY_ASSIGN(clock, reader.u64be("clock"));
    TRY_ASSIGN(resets, reader.u32be("reset count"));
    TRY_ASSIGN(restarts, reader.u32be("restart count"));
    TRY_ASSIGN(safe, reader.u8("safe"));
    if (safe > 1) return fail(ErrorKind::Malformed, "vTPM quote's clock flag is " + std::to_string(safe) + ", want 0 or 1");
    TRY_ASSIGN(firmware, reader.u64be("firmware version"));
    out.clockMs = clock;
    out.resetCount = resets;
    out.restartCount = restarts;
    out.firmwareVersion = firmware;
    return {};
}

Result<void> readSelections(ByteReader& reader, TpmQuote& out)
{
    TRY_ASSIGN(count, reader.u32be("number of PCR selections"));
    if (count > kMaxSelections) {
        return fail(ErrorKind::Malformed, "vTPM quote has " + std::to_string(count) + " PCR selections, want at most 16");
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        PcrSelection selection;
        TRY_ASSIGN(bank, reader.u16be("PCR bank"));
        TRY_ASSIGN(size, reader.u8("PCR bitmap size"));
        TRY_ASSIGN(bitmap, reader.take(size, "PCR bitmap"));
        selection.bank = bank;
        selection.bitmap = toBytes(bitmap);
        out.selections.push_back(std::move(selection));
    }
    return {};
}

}  // namespace

bool TpmQuote::selectsAllSha256Pcrs() const
{
    return selections.size() == 1 && selections[0].bank == kTpmSha256 && selections[0].bitmap == Bytes(kPcrCount / 8, 0xff);
}

std::string TpmQuote::selectionText() const
{
    std::string out;
    for (const PcrSelection& selection : selections) {
        const Bytes bank{static_cast<std::uint8_t>(selection.bank >> 8), static_cast<std::uint8_t>(selection.bank)};
        out += (out.empty() ? "bank 0x" : "; bank 0x") + toHex(bank) + ", bitmap " + toHex(selection.bitmap);
    }
    return out.empty() ? "no PCR" : out;
}

Result<TpmQuote> parseTpmQuote(BytesView bytes)
{
    ByteReader reader(bytes, "vTPM quote");
    TRY_ASSIGN(magic, reader.u32be("magic"));
    TRY_ASSIGN(type, reader.u16be("type"));
    if (magic != kMagic || type != kTypeQuote) {
        return fail(ErrorKind::Malformed, "vTPM quote does not begin with TPM_GENERATED and TPM_ST_ATTEST_QUOTE");
    }
    TpmQuote out;
    TRY(takeSized(reader, "signer name", kMaxNameBytes));
    TRY_ASSIGN(extraData, takeSized(reader, "extra data", kMaxDigestBytes));
    TRY(readClock(reader, out));
    TRY(readSelections(reader, out));
    TRY_ASSIGN(digest, takeSized(reader, "PCR digest", kMaxDigestBytes));
    TRY(reader.end());
    out.extraData = std::move(extraData);
    out.pcrDigest = std::move(digest);
    return out;
}

}  // namespace quorate::attestation::azure
