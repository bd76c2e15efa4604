// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/log_export.h"

#include <algorithm>
#include <fstream>
#include <map>

#include "core/audit/odm.h"
#include "core/study/study_package.h"
#include "core/vault/files.h"

namespace quorate::vault {
namespace {

/// SPKIs in hex with a space between: what an export needs to check the services' lines by.
constexpr const char* kServiceKeysSetting = "audit.service-keys";
constexpr std::size_t kMaxServiceKeys = audit::kMaxExportKeys;
/// What belongs to no single study.
constexpr Uuid kConsortium{};

Result<void> addRosters(const Vault& vault, const Uuid& study, std::map<std::uint32_t, dsse::Envelope>& byVersion)
{
    TRY_ASSIGN(stored, vault.envelopes(study, study::kinds::kRoster));
    for (auto& item : stored) {
        TRY_ASSIGN(roster, study::decodeRoster(item.envelope.payload));
        byVersion.emplace(roster.version, std::move(item.envelope));
    }
    return {};
}

Result<void> noteExport(Vault& vault, AuditExportFormat format)
{
    audit::Entry entry;
    entry.kind = audit::EventKind::ExportMade;
    entry.subject = format == AuditExportFormat::Export ? "audit-log" : "audit-log.odm";
    return vault.note(std::move(entry));
}

Result<void> writeRecords(const audit::LogStore& store, const audit::Checkpoint& head, UtcSeconds at, std::ostream& out)
{
    const audit::EntrySource source = [&](const std::function<void(const audit::Entry&)>& each) {
        return store.leaves(0, head.size, [&](const audit::StoredLeaf& leaf) -> Result<void> {
            // What cannot be read is told by the check, and must not hide the rest.
            if (const auto entry = audit::decodeEntry(leaf.leaf)) each(*entry);
            return {};
        });
    };
    return audit::writeOdm(source, head.origin, at, out);
}

}  // namespace

Result<std::vector<audit::NoteKey>> cosigningServices(const Vault& vault)
{
    TRY_ASSIGN(kept, vault.setting(kServiceKeysSetting));
    std::vector<audit::NoteKey> out;
    std::string_view rest = kept ? std::string_view(*kept) : std::string_view();
    while (!rest.empty()) {
        const auto end = std::min(rest.find(' '), rest.size());
        TRY_ASSIGN(spki, parseHex(rest.substr(0, end)));
        TRY_ASSIGN(key, PublicKey::fromSpki(spki));
        out.push_back({audit::kServiceCosigner, std::move(key)});
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

Result<void> rememberCosigningService(Vault& vault, BytesView spki)
{
    TRY_ASSIGN(known, cosigningServices(vault));
    std::string value;
    for (const auto& key : known) {
        if (std::ranges::equal(key.key.spki(), spki)) return {};
        value += toHex(key.key.spki()) + " ";
    }
    if (known.size() == kMaxServiceKeys) {
        return fail(ErrorKind::PolicyRefused, "log is cosigned under as many keys of services as an export can name");
    }
    return vault.putSetting(kServiceKeysSetting, value + toHex(spki));
}

Result<audit::ExportParties> exportParties(const Vault& vault, const PublicKey& root, const Uuid& study)
{
    audit::ExportParties out;
    out.rootSpki = root.spki();
    TRY_ASSIGN(keys, cosigningServices(vault));
    out.keys = std::move(keys);
    std::map<std::uint32_t, dsse::Envelope> byVersion;
    TRY(addRosters(vault, kConsortium, byVersion));
    if (!study.isZero()) TRY(addRosters(vault, study, byVersion));
    for (auto& [version, envelope] : byVersion) out.rosters.push_back(std::move(envelope));
    return out;
}

Result<void> exportLog(Vault& vault, AuditExportFormat format, const std::filesystem::path& file,
                       const audit::ExportParties& parties, const std::function<Result<void>()>& signHead, UtcSeconds at)
{
    if (vault.readOnlyBecause().empty()) {
        TRY(noteExport(vault, format));
        TRY(signHead());
    }
    TRY_ASSIGN(head, vault.head());
    TRY_ASSIGN(store, vault.log());
    std::filesystem::path part = file;
    part += ".part";
    RemoveOnFailure cleanup;
    TRY(createPrivateFile(part));
    cleanup.watch(part);
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    if (format == AuditExportFormat::Export) {
        TRY(audit::writeExport(*store, head.origin, parties, out));
    } else {
        TRY(writeRecords(*store, head, at, out));
    }
    out.close();
    if (!out) return fail(ErrorKind::StorageFailed, "export cannot be written to " + file.string());
    TRY(replaceFile(part, file));
    cleanup.keep();
    return {};
}

}  // namespace quorate::vault
