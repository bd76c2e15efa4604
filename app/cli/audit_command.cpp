// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/audit_command.h"

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/audit_export.h"
#include "app/cli/output.h"
#include "core/attestation/case_folder.h"
#include "core/audit/export.h"
#include "core/audit/filter.h"
#include "core/audit/odm.h"

namespace quorate::cli {
namespace {

using namespace audit;
using nlohmann::ordered_json;

struct Options {
    std::string file;
    std::vector<std::string> checkpoints;
    std::string rootKey;
    std::vector<std::string> trustedKeys;
    std::string study;
    std::string from;
    std::string until;
    EntryFilter filter;
    bool odm = false;
    bool json = false;
};

std::string printed(const ordered_json& value, int indent = -1)
{
    return value.dump(indent, ' ', false, ordered_json::error_handler_t::replace);
}

Result<ExportTrust> readTrust(const Options& options)
{
    ExportTrust trust;
    if (!options.rootKey.empty()) trust.rootKey = *parseHexFixed<32>(options.rootKey);
    for (const std::string& key : options.trustedKeys) trust.keys.insert(*parseHexFixed<32>(key));
    for (const std::string& path : options.checkpoints) {
        TRY_ASSIGN(note, attestation::readBoundedFile(path, kMaxNoteBytes));
        auto checkpoint = parseCheckpoint(asText(note));
        if (!checkpoint) return failAt(path, checkpoint.error());
        trust.checkpoints.push_back(std::move(*checkpoint));
    }
    return trust;
}

/// "-" is standard input.
Result<ExportReport> verifyFile(const Options& options, const ExportTrust& trust, const std::function<void(const Entry&)>& each)
{
    if (options.file == "-") return verifyExport(std::cin, trust, each);
    std::ifstream in(options.file, std::ios::binary);
    if (!in || in.peek() == std::ifstream::traits_type::eof()) {
        return fail(ErrorKind::Unavailable, "no audit export can be read from " + options.file);
    }
    return verifyExport(in, trust, each);
}

ordered_json faultJson(const LogFault& fault)
{
    return {{"kind", nameOf(fault.kind)}, {"first", fault.first}, {"last", fault.last}, {"detail", fault.detail}};
}

void printJson(const ExportReport& report)
{
    ordered_json out{{"holds", report.holds()},
                     {"origin", report.origin},
                     {"entries", report.tree.size()},
                     {"root", toHex(report.tree.root())},
                     {"checkpoints", report.checkpoints},
                     {"coveredUntil", report.coveredUntil},
                     {"rootKey", report.rootKey ? ordered_json(toHex(*report.rootKey)) : ordered_json()},
                     {"rootKeyPinned", report.isRootPinned},
                     {"signers", ordered_json::array()}};
    for (const ExportSigner& signer : report.signers) {
        out["signers"].push_back({{"name", signer.name},
                                  {"key", toHex(signer.spkiSha256)},
                                  {"person", signer.person},
                                  {"vouchedFor", signer.isVouchedFor},
                                  {"signatures", signer.signatures},
                                  {"newestSize", signer.newestSize},
                                  {"newestAt", signer.newestAt ? ordered_json(formatRfc3339(*signer.newestAt)) : ordered_json()}});
    }
    out["fault"] = report.fault ? faultJson(*report.fault) : ordered_json();
    printLine(printed(out, 2));
}

void printSigner(const ExportSigner& signer, const std::string& origin)
{
    const std::string who = signer.person.empty() ? "key " + toHex(signer.spkiSha256) : signer.person;
    std::string line = padded(signer.name == origin ? "Signed by" : "Cosigned by", 13) + printable(who) + ", " +
                       std::to_string(signer.signatures) + " times, newest at " + std::to_string(signer.newestSize) + " entries";
    if (signer.newestAt) line += " on " + formatRfc3339(*signer.newestAt);
    printLine(line);
    if (!signer.isVouchedFor) printLine(std::string(13, ' ') + "nobody you named vouches for the key " + toHex(signer.spkiSha256));
}

std::string places(const LogFault& fault)
{
    if (fault.first == fault.last) return "entry " + std::to_string(fault.first);
    return "entries " + std::to_string(fault.first) + " to " + std::to_string(fault.last);
}

void printReport(const ExportReport& report)
{
    printLine("Log          " + printable(report.origin));
    printLine("Entries      " + std::to_string(report.tree.size()) + ", root " + toHex(report.tree.root()));
    printLine("Checkpoints  " + std::to_string(report.checkpoints) + ", covering " + std::to_string(report.coveredUntil) + " entries");
    for (const ExportSigner& signer : report.signers) printSigner(signer, report.origin);
    if (report.rootKey) printLine("Root key     " + toHex(*report.rootKey) + (report.isRootPinned ? ", as you named it" : ", not compared"));
    printLine("");
    if (report.fault) {
        printLine("REFUSED: " + places(*report.fault) + ", " + nameOf(report.fault->kind) + ": " + printable(report.fault->detail));
    } else if (report.isRootPinned) {
        printLine("VERIFIED: every entry is what was signed, by people of the roster that this root signed.");
    } else {
        printLine("CONSISTENT: every entry is what was signed. Name the root with --root-key to know that it was not all made up.");
    }
}

ExitCode exitCodeFor(const ExportReport& report) { return report.holds() ? ExitCode::Ok : ExitCode::Refused; }

ExitCode runVerify(const Options& options)
{
    const auto trust = readTrust(options);
    if (!trust) return reportError(trust.error(), options.json);
    const auto report = verifyFile(options, *trust, {});
    if (!report) return reportError(report.error(), options.json);
    if (options.json) {
        printJson(*report);
    } else {
        printReport(*report);
    }
    return exitCodeFor(*report);
}

std::string optionalId(const Uuid& id) { return id.isZero() ? std::string() : toHex(id); }

ordered_json entryJson(const Entry& entry)
{
    ordered_json out{{"index", entry.index},
                     {"at", formatRfc3339(toSeconds(entry.at))},
                     {"atMs", entry.at.time_since_epoch().count()},
                     {"offsetMinutes", entry.offsetMinutes},
                     {"kind", nameOf(entry.kind)},
                     {"actor", optionalId(entry.actor)},
                     {"actorName", entry.actorName},
                     {"actorRole", entry.actorRole},
                     {"study", optionalId(entry.study)},
                     {"site", optionalId(entry.site)},
                     {"subject", entry.subject},
                     {"reason", entry.reason},
                     {"meaning", entry.meaning},
                     {"digests", ordered_json::object()}};
    for (const auto& [name, digest] : entry.digests) out["digests"][name] = toHex(digest);
    if (entry.record) {
        out["record"] = {{"table", entry.record->table}, {"key", entry.record->key}, {"digest", toHex(entry.record->digest)}};
    }
    return out;
}

void printEntry(const Entry& entry)
{
    std::string line = padded(std::to_string(entry.index), 8) + formatRfc3339(toSeconds(entry.at)) + "  " +
                       padded(nameOf(entry.kind), 24) + printable(entry.actorName.empty() ? "-" : entry.actorName);
    if (!entry.subject.empty()) line += "  [" + printable(entry.subject) + "]";
    if (!entry.meaning.empty()) line += "  signed as " + printable(entry.meaning);
    if (!entry.reason.empty()) line += "  " + printable(entry.reason);
    printLine(line);
}

Result<EntryFilter> filterOf(const Options& options)
{
    EntryFilter filter = options.filter;
    if (!options.study.empty()) filter.study = *parseHexFixed<16>(options.study);
    if (!options.from.empty()) filter.from = *parseRfc3339(options.from);
    if (!options.until.empty()) filter.until = *parseRfc3339(options.until);
    return filter;
}

/// The entries once for the people and sites, once for the records; nothing is printed of an export that does not hold.
ExitCode showOdm(const Options& options, const ExportTrust& trust, const EntryFilter& filter)
{
    if (options.file == "-") return reportError({ErrorKind::Unavailable, "audit records are read twice: name a file"}, options.json);
    const auto report = verifyFile(options, trust, {});
    if (!report) return reportError(report.error(), options.json);
    if (!report->holds()) {
        printReport(*report);
        return ExitCode::Refused;
    }
    const EntrySource source = [&](const std::function<void(const Entry&)>& each) -> Result<void> {
        TRY_ASSIGN(again, verifyFile(options, trust, [&](const Entry& entry) {
            if (matches(filter, entry)) each(entry);
        }));
        if (again.tree != report->tree) return fail(ErrorKind::Unavailable, "export changed while it was read");
        return {};
    };
    const auto written = writeOdm(source, report->origin, toSeconds(systemClock()()), std::cout);
    return written ? ExitCode::Ok : reportError(written.error(), options.json);
}

ExitCode runShow(const Options& options)
{
    const auto trust = readTrust(options);
    if (!trust) return reportError(trust.error(), options.json);
    const EntryFilter filter = *filterOf(options);
    if (options.odm) return showOdm(options, *trust, filter);
    const auto report = verifyFile(options, *trust, [&](const Entry& entry) {
        if (!matches(filter, entry)) return;
        if (options.json) {
            printLine(printed(entryJson(entry)));
        } else {
            printEntry(entry);
        }
    });
    if (!report) return reportError(report.error(), options.json);
    if (options.json && report->fault) printLine(printed({{"fault", faultJson(*report->fault)}}));
    if (!options.json) {
        printLine("");
        printReport(*report);
    }
    return exitCodeFor(*report);
}

void addTrustOptions(CLI::App& command, Options& options)
{
    const auto isDigest = [](const std::string& text) {
        return parseHexFixed<32>(text) ? std::string() : "not the SHA-256 of a key in hexadecimal: " + text;
    };
    command.add_option("file", options.file, "Audit export (JSON lines), or - for standard input")->required();
    command.add_option("--checkpoint", options.checkpoints, "Checkpoint of this log that you kept from earlier; may be repeated");
    command.add_option("--root-key", options.rootKey, "SHA-256 of the consortium root's SubjectPublicKeyInfo")->check(isDigest);
    command.add_option("--trust-key", options.trustedKeys, "SHA-256 of a signer's key to believe without a roster; may be repeated")
        ->check(isDigest);
    command.add_flag("--json", options.json, "Print JSON");
}

void addShowOptions(CLI::App& command, Options& options)
{
    const auto isTime = [](const std::string& text) {
        return parseRfc3339(text) ? std::string() : "not an RFC 3339 time: " + text;
    };
    command.add_option("--text", options.filter.text, "Only entries with this text");
    command.add_option("--kind", options.filter.kind, "Only this kind, or group of kinds: share.sealed, share");
    command.add_option("--member", options.filter.member, "Only this member: id, or part of the name");
    command.add_option("--study", options.study, "Only this study")->check([](const std::string& text) {
        return parseHexFixed<16>(text) ? std::string() : "not a study's id in hexadecimal: " + text;
    });
    command.add_option("--from", options.from, "Only from this time on")->check(isTime);
    command.add_option("--until", options.until, "Only before this time")->check(isTime);
    command.add_flag("--odm", options.odm, "Print audit records in the shape of CDISC ODM 1.3");
}

}  // namespace

void addAuditCommand(CLI::App& app, ExitCode& code)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("audit", "Export a vault's audit log; check or read an export, offline");
    command->require_subcommand(1);
    CLI::App* verify = command->add_subcommand("verify", "Recompute the log and check every signature; say where it was changed");
    addTrustOptions(*verify, *options);
    verify->callback([options, &code] { code = runVerify(*options); });
    CLI::App* show = command->add_subcommand("show", "List entries, and verify the export while doing so");
    addTrustOptions(*show, *options);
    addShowOptions(*show, *options);
    show->callback([options, &code] { code = runShow(*options); });
    addAuditExport(*command, code);
}

}  // namespace quorate::cli
