// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/projections.h"

#include <array>

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::vault {
namespace projections {

std::span<const Projection* const> all()
{
    static constexpr std::array kAll{&kEnvelopes, &kEvents, &kEvidence, &kIdentities, &kSettings, &kVersions};
    return kAll;
}

}  // namespace projections

Result<Statement> selectRows(const Database& database, const Projection& projection, const std::string& condition)
{
    const std::string sql = std::string("SELECT entry, ") + projection.key + ", " + projection.columns + " FROM " + projection.table +
                            (condition.empty() ? "" : " WHERE " + condition);
    return database.prepare(sql.c_str());
}

audit::RecordReference recordOf(const Projection& projection, const Statement& row)
{
    ByteWriter bytes;
    // A value's type counts: SQLite would let the text '1' stand where the number 1 was.
    for (int column = 2; column < row.columns(); ++column) {
        bytes.u8(row.typeOf(column)).lengthPrefixed(row.blob(column));
    }
    return {projection.table, row.text(1), sha256(bytes.take())};
}

}  // namespace quorate::vault
