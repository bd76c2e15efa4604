// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/audit/entry.h"
#include "core/vault/database.h"

namespace quorate::vault {

/// A table whose rows the audit log vouches for. A row names the entry that wrote it, and that entry the row: table, key
/// and digest of the columns.
struct Projection {
    const char* table;
    const char* key;      ///< SQL expression, text: names one row.
    const char* columns;  ///< SQL list of all that the row holds but `entry`.
    const char* where;    ///< SQL condition with parameters: finds one row fast.
    const char* order;    ///< SQL list of the columns that the table itself is ordered by.
};

/// An index beside a table. Holds the table's key, so that reading it through does not touch the table.
struct ProjectionIndex {
    const char* name;
    const Projection* of;
    const char* order;  ///< SQL list of its columns.
};

namespace projections {
inline constexpr Projection kEnvelopes{"envelopes", "hex(study) || '/' || kind || '/' || hex(payload_digest)",
                                       "study, kind, payload_digest, envelope, stored_at_ms",
                                       "study = ? AND kind = ? AND payload_digest = ?", "id"};
inline constexpr Projection kEvents{"events", "hex(study) || '/' || sequence", "study, sequence, at_ms, body",
                                    "study = ? AND sequence = ?", "study, sequence"};
/// With the digests of its collateral, in the order of the names.
inline constexpr Projection kEvidence{
    "evidence", "'' || id",
    "study, site, tee, report, certificates, transcript, appraisal, appraised_at_ms, encoded, "
    "(SELECT group_concat(hex(name) || ':' || hex(digest)) FROM "
    "(SELECT name, digest FROM evidence_collateral WHERE evidence = evidence.id ORDER BY name))",
    "id = ?", "id"};
inline constexpr Projection kIdentities{"identities", "hex(member)", "member, signing_key, hpke_key, certificate", "member = ?",
                                        "member"};
inline constexpr Projection kSettings{"settings", "name", "name, value", "name = ?", "name"};
inline constexpr Projection kVersions{"versions", "kind || '/' || hex(scope)", "kind, scope, version, digest",
                                      "kind = ? AND scope = ?", "kind, scope"};
std::span<const Projection* const> all();
std::span<const ProjectionIndex> indices();
}  // namespace projections

/// Gives entry, key, then the columns of the projection's rows; `condition` narrows them.
Result<Statement> selectRows(const Database& database, const Projection& projection, const std::string& condition = {});
/// From which end of what it is ordered by a table or an index is read.
enum class End { First, Last };
/// The same rows as selectRows, as SQL, found by the table itself and by no index.
std::string sqlFrom(End end, const Projection& projection);
/// The keys of all rows that the index leads to, as SQL.
std::string sqlFrom(End end, const ProjectionIndex& index);
/// "a, b", or "a DESC, b DESC" from the last.
std::string orderFrom(End end, std::string_view columns);
/// Of the row that the statement of selectRows stands on.
audit::RecordReference recordOf(const Projection& projection, const Statement& row);

}  // namespace quorate::vault
