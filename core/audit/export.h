// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <set>

#include "core/audit/log.h"
#include "core/crypto/dsse.h"

namespace quorate::audit {

/// What an export carries besides the log, so that its signatures can be checked with nothing else at hand.
struct ExportParties {
    Bytes rootSpki;                       ///< The consortium's root, which signed the rosters; empty before there is one.
    std::vector<dsse::Envelope> rosters;  ///< Versions ascending.
    std::vector<NoteKey> keys;            ///< Signers that no roster names: the service, an owner without a consortium.
};

inline constexpr std::size_t kMaxExportRosters = 256;
inline constexpr std::size_t kMaxExportKeys = 256;

/// Writes the log as JSON lines (docs/formats/audit-log.md): every entry, each checkpoint after the last entry that it covers.
/// Sign the head first: a reader refuses entries that no signature covers. StorageFailed when `out` fails.
Result<void> writeExport(const LogStore& store, const std::string& origin, const ExportParties& parties, std::ostream& out);

/// Whom the auditor believes. With neither root nor keys the export is only checked against itself, which whoever made it
/// could have made up as a whole; with either, the log's owner must be among them.
struct ExportTrust {
    std::optional<Digest32> rootKey;           ///< The root's SPKI must be this one.
    std::set<Digest32> keys;                   ///< SPKI of signers to believe without a roster.
    std::vector<SignedCheckpoint> checkpoints; ///< Kept by the auditor from earlier, of this log.
};

/// One key and what it signed.
struct ExportSigner {
    std::string name;            ///< On the line: the log's origin for the owner.
    Digest32 spkiSha256;
    std::string person;          ///< As the roster prints it; empty when no roster names the key.
    bool isVouchedFor = false;   ///< By a roster of `ExportTrust::rootKey`, or by `ExportTrust::keys`.
    std::uint64_t signatures = 0;
    std::uint64_t newestSize = 0;
    std::optional<UtcSeconds> newestAt;  ///< Of cosignatures, which carry a time.
};

struct ExportReport {
    std::string origin;
    CompactTree tree;                   ///< Over the entries that were read.
    std::uint64_t checkpoints = 0;
    std::uint64_t coveredUntil = 0;     ///< Entries below this index are under the owner's signature.
    std::optional<Digest32> rootKey;    ///< SPKI of the root that the export names.
    bool isRootPinned = false;          ///< `ExportTrust::rootKey` was given and is it.
    std::vector<ExportSigner> signers;
    std::optional<LogFault> fault;      ///< The first that was found; reading ends there.
    [[nodiscard]] bool holds() const { return !fault; }
};

/// Reads an export from start to end and believes nothing that it did not recompute. `each` sees every entry before its
/// signature has been met, in order. Memory does not grow with the number of entries or checkpoints.
ExportReport verifyExport(std::istream& in, const ExportTrust& trust, const std::function<void(const Entry&)>& each = {});

}  // namespace quorate::audit
