// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/snp/certificate_table.h"

#include <vector>

#include "core/base/byte_reader.h"

namespace quorate::attestation::snp {
namespace {

constexpr std::size_t kEntryBytes = 24;
constexpr std::size_t kMaxEntries = 32;

struct Entry {
    FixedBytes<16> guid;
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    [[nodiscard]] bool isTerminator() const { return guid.isZero() && offset == 0 && length == 0; }
};

std::string guidText(const FixedBytes<16>& guid)
{
    const std::string hex = toHex(guid);
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" + hex.substr(20);
}

Bytes guidBytes(std::string text)
{
    std::erase(text, '-');
    return parseHex(text).value_or(Bytes(16));
}

Result<Entry> readEntry(ByteReader& reader)
{
    TRY_ASSIGN(guid, reader.takeFixed<16>("GUID (or the all-zero terminator)"));
    TRY_ASSIGN(offset, reader.u32le("entry offset"));
    TRY_ASSIGN(length, reader.u32le("entry length"));
    return Entry{guid, offset, length};
}

}  // namespace

Result<CertificateTable> parseCertificateTable(BytesView bytes)
{
    CertificateTable table;
    if (bytes.empty()) return table;
    if (bytes.size() > kMaxTableBytes) {
        return fail(ErrorKind::Malformed, "certificate table is " + std::to_string(bytes.size()) + " bytes, want at most " +
                                              std::to_string(kMaxTableBytes));
    }
    ByteReader reader(bytes, "certificate table");
    std::vector<Entry> entries;
    while (true) {
        TRY_ASSIGN(entry, readEntry(reader));
        if (entry.isTerminator()) break;
        if (entries.size() == kMaxEntries) return fail(ErrorKind::Malformed, "certificate table has more than 32 entries");
        entries.push_back(entry);
    }
    for (const Entry& entry : entries) {
        // The length is compared with what is left, so that offset + length cannot wrap.
        if (entry.offset < reader.offset() || entry.offset > bytes.size() || entry.length > bytes.size() - entry.offset) {
            return fail(ErrorKind::Malformed, "certificate table entry " + guidText(entry.guid) + " lies outside the table");
        }
        if (!table.emplace(guidText(entry.guid), toBytes(bytes.subspan(entry.offset, entry.length))).second) {
            return fail(ErrorKind::Malformed, "certificate table names " + guidText(entry.guid) + " twice");
        }
    }
    return table;
}

Bytes encodeCertificateTable(const CertificateTable& table)
{
    ByteWriter header;
    ByteWriter blobs;
    const std::size_t headerBytes = (table.size() + 1) * kEntryBytes;
    for (const auto& [guid, blob] : table) {
        header.raw(guidBytes(guid))
            .u32le(static_cast<std::uint32_t>(headerBytes + blobs.bytes().size()))
            .u32le(static_cast<std::uint32_t>(blob.size()));
        blobs.raw(blob);
    }
    return header.zeros(kEntryBytes).raw(blobs.bytes()).take();
}

}  // namespace quorate::attestation::snp
