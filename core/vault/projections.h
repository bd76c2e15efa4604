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
};

namespace projections {
inline constexpr Projection kEnvelopes{"envelopes", "hex(study) || '/' || kind || '/' || hex(payload_digest)",
                                       "study, kind, payload_digest, envelope, stored_at_ms",
                                       "study = ? AND kind = ? AND payload_digest = ?"};
inline constexpr Projection kEvents{"events", "hex(study) || '/' || sequence", "study, sequence, at_ms, body",
                                    "study = ? AND sequence = ?"};
/// With the digests of its collateral, in the order of the names.
inline constexpr Projection kEvidence{
    "evidence", "'' || id",
    "study, site, tee, report, certificates, transcript, appraisal, appraised_at_ms, encoded, "
    "(SELECT group_concat(hex(name) || ':' || hex(digest)) FROM "
    "(SELECT name, digest FROM evidence_collateral WHERE evidence = evidence.id ORDER BY name))",
    "id = ?"};
inline constexpr Projection kIdentities{"identities", "hex(member)", "member, signing_key, hpke_key, certificate", "member = ?"};
inline constexpr Projection kSettings{"settings", "name", "name, value", "name = ?"};
inline constexpr Projection kVersions{"versions", "kind || '/' || hex(scope)", "kind, scope, version, digest",
                                      "kind = ? AND scope = ?"};
std::span<const Projection* const> all();
}  // namespace projections

/// Gives entry, key, then the columns of the projection's rows; `condition` narrows them.
Result<Statement> selectRows(const Database& database, const Projection& projection, const std::string& condition = {});
/// Of the row that the statement of selectRows stands on.
audit::RecordReference recordOf(const Projection& projection, const Statement& row);

}  // namespace quorate::vault
