// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/seen_versions.h"

#include <charconv>
#include <map>
#include <sstream>

#include "core/study/version_rule.h"
#include "core/vault/files.h"
#include "services/site_agent/line_file.h"

namespace quorate::services {
namespace {

constexpr const char* kFirstLine = "quorate-seen-versions-1";

/// Study and kind to the newest version.
using Seen = std::map<std::pair<Uuid, std::string>, study::ObjectVersion>;

Result<std::uint32_t> parseVersion(std::string_view text)
{
    std::uint32_t out = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) {
        return fail(ErrorKind::Malformed, "a version is not a number");
    }
    return out;
}

/// "<study> <kind> <version> <digest>"
Result<void> readLine(const std::string& line, Seen& out)
{
    std::istringstream words(line);
    std::string study, kind, version, digest, rest;
    words >> study >> kind >> version >> digest;
    if (digest.empty() || words >> rest) return fail(ErrorKind::Malformed, "a line is not study, kind, version and digest");
    TRY_ASSIGN(id, parseHexFixed<16>(study));
    TRY_ASSIGN(number, parseVersion(version));
    TRY_ASSIGN(bytes, parseHexFixed<32>(digest));
    if (!out.try_emplace({id, kind}, study::ObjectVersion{number, bytes}).second) {
        return fail(ErrorKind::Malformed, "a kind is listed twice");
    }
    return {};
}

Result<Seen> readSeen(const std::filesystem::path& file)
{
    Seen out;
    TRY_ASSIGN(lines, readLineFile(file, kFirstLine));
    for (const auto& line : lines) TRY(readLine(line, out));
    return out;
}

std::string textOf(const Seen& seen)
{
    std::string out = std::string(kFirstLine) + "\n";
    for (const auto& [key, object] : seen) {
        out += toHex(key.first) + " " + key.second + " " + std::to_string(object.version) + " " + toHex(object.digest) + "\n";
    }
    return out;
}

}  // namespace

Result<void> raiseSeenVersions(const std::filesystem::path& file, const study::VerifiedPackage& package)
{
    auto seen = readSeen(file);
    if (!seen) return failAt(file.string(), seen.error());
    const std::pair<const char*, study::ObjectVersion> offered[] = {
        {study::kinds::kRoster, {package.roster.version, package.rosterDigest}},
        {study::kinds::kPolicy, {package.policy.version, package.policyDigest}},
        {study::kinds::kReferenceValues, {package.referenceValues.version, package.referenceValuesDigest}},
        {study::kinds::kProtocol, {package.protocol.version, package.protocolDigest}}};
    bool newer = false;
    for (const auto& [kind, object] : offered) {
        const auto known = seen->find({package.protocol.id, kind});
        TRY_ASSIGN(succession, study::checkSuccession(kind, known == seen->end() ? std::nullopt : std::optional(known->second), object));
        newer = newer || succession == study::Succession::Newer;
        (*seen)[{package.protocol.id, kind}] = object;
    }
    if (!newer) return {};
    return vault::writePrivateFile(file, asBytes(textOf(*seen)));
}

}  // namespace quorate::services
