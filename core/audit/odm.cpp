// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audit/odm.h"

#include <ostream>

namespace quorate::audit {
namespace {

/// Text of an XML 1.0 document: what it cannot hold becomes U+FFFD.
std::string escaped(const std::string& text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\n': out += "&#10;"; break;
        case '\r': out += "&#13;"; break;
        case '\t': out += "&#9;"; break;
        default: out += static_cast<unsigned char>(c) < 0x20 ? std::string("\xef\xbf\xbd") : std::string(1, c);
        }
    }
    return out;
}

std::string userOid(const Uuid& actor) { return actor.isZero() ? "U.program" : "U." + toHex(actor); }
std::string locationOid(const Uuid& site) { return site.isZero() ? "L.none" : "L." + toHex(site); }

/// Local time with its offset: 2026-11-21T10:12:00+01:00.
std::string localTime(const Entry& entry)
{
    std::string out = formatRfc3339(toSeconds(entry.at + std::chrono::minutes(entry.offsetMinutes)));
    out.pop_back();  // "Z"
    const int minutes = entry.offsetMinutes < 0 ? -entry.offsetMinutes : entry.offsetMinutes;
    const auto twoDigits = [](int value) { return std::string(value < 10 ? "0" : "") + std::to_string(value); };
    return out + (entry.offsetMinutes < 0 ? "-" : "+") + twoDigits(minutes / 60) + ":" + twoDigits(minutes % 60);
}

struct Admin {
    std::map<Uuid, std::string> users;  ///< As last printed.
    std::map<Uuid, bool> sites;
};

void writeAdmin(const Admin& admin, const std::string& origin, std::ostream& out)
{
    out << "  <AdminData StudyOID=\"" << escaped(origin) << "\">\n";
    for (const auto& [actor, name] : admin.users) {
        out << "    <User OID=\"" << userOid(actor) << "\">";
        if (!name.empty()) out << "<FullName>" << escaped(name) << "</FullName>";
        out << "</User>\n";
    }
    for (const auto& [site, unused] : admin.sites) {
        out << "    <Location OID=\"" << locationOid(site) << "\" Name=\"" << (site.isZero() ? "none" : toHex(site)) << "\"/>\n";
    }
    out << "  </AdminData>\n";
}

void writeRecord(const Entry& entry, const std::string& origin, std::ostream& out)
{
    std::string why = nameOf(entry.kind);
    if (!entry.subject.empty()) why += " [" + entry.subject + "]";
    if (!entry.meaning.empty()) why += " (" + entry.meaning + ")";
    if (!entry.reason.empty()) why += ": " + entry.reason;
    out << "      <AuditRecord ID=\"A." << entry.index << "\" EditPoint=\"DBAudit\">\n"
        << "        <UserRef UserOID=\"" << userOid(entry.actor) << "\"/>\n"
        << "        <LocationRef LocationOID=\"" << locationOid(entry.site) << "\"/>\n"
        << "        <DateTimeStamp>" << localTime(entry) << "</DateTimeStamp>\n"
        << "        <ReasonForChange>" << escaped(why) << "</ReasonForChange>\n"
        << "        <SourceID>" << escaped(origin) << "#" << entry.index << "</SourceID>\n"
        << "      </AuditRecord>\n";
}

}  // namespace

Result<void> writeOdm(const EntrySource& entries, const std::string& origin, UtcSeconds createdAt, std::ostream& out)
{
    Admin admin;
    TRY(entries([&](const Entry& entry) {
        admin.users[entry.actor] = entry.actorName;
        admin.sites[entry.site] = true;
    }));
    const std::string created = formatRfc3339(createdAt);
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        << "<ODM xmlns=\"http://www.cdisc.org/ns/odm/v1.3\" ODMVersion=\"1.3\" FileType=\"Transactional\" FileOID=\""
        << escaped(origin) << "/" << created << "\" CreationDateTime=\"" << created << "\" SourceSystem=\"Quorate\">\n";
    writeAdmin(admin, origin, out);
    out << "  <ClinicalData StudyOID=\"" << escaped(origin) << "\" MetaDataVersionOID=\"1\">\n    <AuditRecords>\n";
    TRY(entries([&](const Entry& entry) { writeRecord(entry, origin, out); }));
    out << "    </AuditRecords>\n  </ClinicalData>\n</ODM>\n";
    out.flush();
    if (!out) return fail(ErrorKind::StorageFailed, "audit records cannot be written");
    return {};
}

}  // namespace quorate::audit
