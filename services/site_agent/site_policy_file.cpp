// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/attestation/case_folder.h"
#include "core/base/toml_table.h"
#include "services/site_agent/site_policy.h"

namespace quorate::services {
namespace {

constexpr char kFormat[] = "quorate-site-policy/1";
constexpr std::size_t kMaxFileBytes = 256 * 1024;
constexpr auto kLastModel = study::ModelKind::TorchScript;
constexpr auto kLastRule = study::AggregationRule::GeometricMedian;

/// A list of the names that nameOf() gives to the values up to `last`.
template <typename Enum>
Result<void> readNames(const TomlTable& in, const char* key, Enum last, std::set<Enum>& out)
{
    std::vector<std::string> names;
    TRY(in.read(key, names));
    for (const std::string& name : names) {
        std::string known;
        bool isFound = false;
        for (int i = 0; i <= static_cast<int>(last) && !isFound; ++i) {
            const auto value = static_cast<Enum>(i);
            known += std::string(i == 0 ? "" : ", ") + study::nameOf(value);
            isFound = name == study::nameOf(value);
            if (isFound) out.insert(value);
        }
        if (!isFound) return in.failure(key, "is not one of " + known);
    }
    return {};
}

Result<void> readStudies(const TomlTable& in, std::vector<SitePolicy::Study>& out)
{
    TRY_ASSIGN(tables, in.tables("study"));
    for (const TomlTable& table : tables) {
        SitePolicy::Study study;
        std::optional<UtcSeconds> lastDay;
        for (const char* key : {"code", "purpose", "until"}) TRY(table.require(key));
        TRY(table.read("code", study.code));
        TRY(table.read("purpose", study.purpose));
        TRY(table.read("until", lastDay));
        study.until = *lastDay + std::chrono::days(1);
        const auto same = [&](const SitePolicy::Study& other) { return other.code == study.code; };
        if (std::any_of(out.begin(), out.end(), same)) return table.failure("code", "stands in the file twice");
        out.push_back(std::move(study));
    }
    return {};
}

Result<void> readAllow(const TomlTable& in, SitePolicy& policy)
{
    TRY_ASSIGN(table, in.table("allow"));
    if (!table) return {};
    std::vector<std::string> purposes;
    std::vector<std::string> folders;
    TRY(table->read("purposes", purposes));
    TRY(table->read("trainingMode", policy.trainingMode));
    TRY(readNames(*table, "models", kLastModel, policy.models));
    TRY(readNames(*table, "aggregation", kLastRule, policy.aggregation));
    TRY(table->read("fewestSites", policy.fewestSites, 2, 100'000));
    TRY(table->read("dataFolders", folders));
    policy.purposes.insert(purposes.begin(), purposes.end());
    for (const auto& folder : folders) {
        if (!std::filesystem::path(folder).is_absolute()) return table->failure("dataFolders", "want absolute paths");
        policy.dataFolders.emplace_back(folder);
    }
    return {};
}

Result<void> readPrivacy(const TomlTable& in, SitePolicy& policy)
{
    TRY_ASSIGN(table, in.table("privacy"));
    if (!table) return {};
    TRY(table->read("withoutDifferentialPrivacy", policy.withoutDifferentialPrivacy));
    TRY(table->read("largestEpsilon", policy.largestEpsilon));
    TRY(table->read("largestDelta", policy.largestDelta));
    if (policy.largestEpsilon < 0) return table->failure("largestEpsilon", "want 0 or above");
    if (policy.largestDelta < 0 || policy.largestDelta > 1) return table->failure("largestDelta", "want 0 to 1");
    TRY(table->read("smallestCell", policy.smallestCell, 2, 1'000'000));
    TRY(table->read("previews", policy.previews, 0, 100));
    return {};
}

Result<void> readHours(const TomlTable& in, SitePolicy& policy)
{
    TRY_ASSIGN(table, in.table("hours"));
    if (!table) return {};
    std::optional<std::chrono::minutes> from;
    std::optional<std::chrono::minutes> to;
    for (const char* key : {"from", "to"}) TRY(table->require(key));
    TRY(table->read("from", from));
    TRY(table->read("to", to));
    if (*from == *to) return table->failure("to", "is the same as from; leave [hours] away to train at any time");
    policy.hours = SitePolicy::Hours{*from, *to};
    return {};
}

Result<void> readResources(const TomlTable& in, ResourceLimits& out)
{
    TRY_ASSIGN(table, in.table("resources"));
    if (!table) return {};
    TRY(table->read("threads", out.threads, 1, 1024));
    TRY(table->read("memoryMiB", out.memoryMiB, 512, 16'777'216));
    TRY(table->read("nice", out.niceness, 0, 19));
    TRY(table->read("roundMinutes", out.roundMinutes, 1, 100'000));
    return {};
}

}  // namespace

Result<SitePolicy> parseSitePolicy(std::string_view text, const std::string& fileName)
{
    TRY_ASSIGN(in, TomlTable::parse(text, fileName, kMaxFileBytes));
    std::string format;
    TRY(in.read("format", format));
    if (format != kFormat) return in.failure("format", std::string("want \"") + kFormat + "\"");
    SitePolicy policy;
    TRY(readStudies(in, policy.studies));
    TRY(readAllow(in, policy));
    TRY(readPrivacy(in, policy));
    TRY(readHours(in, policy));
    TRY_ASSIGN(telemetry, in.table("telemetry"));
    if (telemetry) {
        TRY(telemetry->read("roundMetrics", policy.roundMetrics));
        TRY(telemetry->read("timings", policy.timings));
    }
    TRY(readResources(in, policy.resources));
    TRY(in.requireAllRead());
    return policy;
}

Result<SitePolicy> readSitePolicy(const std::filesystem::path& file)
{
    auto content = attestation::readBoundedFile(file, kMaxFileBytes);
    if (!content) return failAt(file.string(), content.error());
    return parseSitePolicy(asText(*content), file.filename().string());
}

}  // namespace quorate::services
