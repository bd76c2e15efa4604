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

std::span<const ProjectionIndex> indices()
{
    static constexpr std::array kIndices{
        ProjectionIndex{"sqlite_autoindex_envelopes_1", &kEnvelopes, "study, kind, payload_digest"},
        ProjectionIndex{"evidence_by_node", &kEvidence, "study, site, appraised_at_ms"},
    };
    return kIndices;
}

}  // namespace projections

namespace {

std::string selectFrom(const Projection& projection)
{
    return std::string("SELECT entry, ") + projection.key + ", " + projection.columns + " FROM " + projection.table;
}

}  // namespace

Result<Statement> selectRows(const Database& database, const Projection& projection, const std::string& condition)
{
    const std::string sql = selectFrom(projection) + (condition.empty() ? "" : " WHERE " + condition);
    return database.prepare(sql.c_str());
}

std::string orderFrom(End end, std::string_view columns)
{
    if (end == End::First) return std::string(columns);
    std::string out;
    for (const char c : columns) out += c == ',' ? " DESC," : std::string(1, c);
    return out + " DESC";
}

std::string sqlFrom(End end, const Projection& projection)
{
    return selectFrom(projection) + " NOT INDEXED ORDER BY " + orderFrom(end, projection.order);
}

std::string sqlFrom(End end, const ProjectionIndex& index)
{
    return std::string("SELECT ") + index.of->key + " FROM " + index.of->table + " INDEXED BY " + index.name + " ORDER BY " +
           orderFrom(end, index.order);
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
