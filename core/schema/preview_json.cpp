// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/attestation/verify/strict_json.h"
#include "core/schema/preview.h"

namespace quorate::schema {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kFormat[] = "quorate-preview/1";
constexpr std::size_t kMaxBytes = 2 * 1024 * 1024;
constexpr std::uint64_t kMaxRecords = 1'000'000'000'000;

Json toJson(const std::vector<PreviewCell>& cells)
{
    Json out = Json::array();
    for (const PreviewCell& cell : cells) {
        switch (cell.state) {
        case CellState::Shown: out.push_back(cell.count); break;
        case CellState::Small: out.push_back("small"); break;
        case CellState::Withheld: out.push_back("withheld"); break;
        }
    }
    return out;
}

tl::unexpected<Error> malformed(const std::string& what) { return fail(ErrorKind::Malformed, "preview: " + what); }

Result<std::uint64_t> readCount(const nlohmann::json& in, std::uint64_t most)
{
    if (!in.is_number_unsigned() || in.get<std::uint64_t>() > most) return malformed("want a count of at most " + std::to_string(most));
    return in.get<std::uint64_t>();
}

/// As many cells as `wanted`; what is shown is no small count and no more than there are records.
Result<std::vector<PreviewCell>> readCells(const nlohmann::json& in, std::size_t wanted, const SitePreview& preview)
{
    if (!in.is_array() || in.size() != wanted) return malformed("want " + std::to_string(wanted) + " cells");
    std::vector<PreviewCell> out;
    std::uint64_t shown = 0;
    for (const auto& item : in) {
        if (item == "small") {
            out.push_back({CellState::Small, 0});
        } else if (item == "withheld") {
            out.push_back({CellState::Withheld, 0});
        } else {
            TRY_ASSIGN(count, readCount(item, preview.records));
            if (count < preview.smallestCell) return malformed("shows a count below its smallest cell");
            shown += count;
            out.push_back({CellState::Shown, count});
        }
    }
    if (shown > preview.records) return malformed("shows more values than records");
    return out;
}

Result<void> readMoment(const nlohmann::json& in, const char* key, std::optional<double>& out)
{
    if (!in.contains(key)) return {};
    if (!in[key].is_number() || !std::isfinite(in[key].get<double>())) return malformed(std::string(key) + " is not a number");
    out = in[key].get<double>();
    return {};
}

Result<VariablePreview> readVariable(const nlohmann::json& in, const Variable& variable, const SitePreview& preview)
{
    if (!in.is_object() || !in.contains("name") || in["name"] != variable.name || !in.contains("cells")) {
        return malformed("want variable " + variable.name + " with its cells");
    }
    VariablePreview out;
    TRY_ASSIGN(cells, readCells(in["cells"], cellLabels(variable).size(), preview));
    out.cells = std::move(cells);
    TRY(readMoment(in, "mean", out.mean));
    TRY(readMoment(in, "deviation", out.deviation));
    if (out.deviation && *out.deviation < 0) return malformed("a deviation is below 0");
    const std::size_t known = 2 + (out.mean ? 1u : 0u) + (out.deviation ? 1u : 0u);
    if (in.size() != known) return malformed("variable " + variable.name + " has a member that is not known");
    return out;
}

}  // namespace

std::string toJson(const SitePreview& preview, const DataDictionary& dictionary)
{
    Json out{{"format", kFormat}, {"smallestCell", preview.smallestCell}, {"records", preview.records},
             {"completeness", toJson(preview.completeness)}, {"harmonisation", toHex(preview.harmonisation)}, {"variables", Json::array()}};
    const auto variables = previewedVariables(dictionary);
    for (std::size_t i = 0; i < variables.size(); ++i) {
        Json item{{"name", variables[i]->name}, {"cells", toJson(preview.variables[i].cells)}};
        if (preview.variables[i].mean) item["mean"] = *preview.variables[i].mean;
        if (preview.variables[i].deviation) item["deviation"] = *preview.variables[i].deviation;
        out["variables"].push_back(std::move(item));
    }
    return out.dump();
}

Result<SitePreview> previewFromJson(std::string_view json, const DataDictionary& dictionary)
{
    TRY(attestation::checkStrictJson(json, kMaxBytes));
    const auto in = nlohmann::json::parse(json, nullptr, false);
    constexpr const char* kMembers[] = {"format", "smallestCell", "records", "completeness", "harmonisation", "variables"};
    if (!in.is_object() || in.size() != std::size(kMembers)) return malformed("want an object of six members");
    for (const char* member : kMembers) {
        if (!in.contains(member)) return malformed(std::string(member) + " is missing");
    }
    if (in["format"] != kFormat) return malformed(std::string("want format ") + kFormat);
    SitePreview out;
    TRY_ASSIGN(smallest, readCount(in["smallestCell"], 1'000'000));
    TRY_ASSIGN(records, readCount(in["records"], kMaxRecords));
    if (smallest < 2 || records < smallest) return malformed("want a smallest cell of 2 or more, and no fewer records");
    out.smallestCell = static_cast<std::uint32_t>(smallest);
    out.records = records;
    if (!in["harmonisation"].is_string()) return malformed("want harmonisation as hexadecimal digits");
    TRY_ASSIGN(digest, parseHexFixed<32>(in["harmonisation"].get_ref<const std::string&>()));
    out.harmonisation = digest;
    TRY_ASSIGN(completeness, readCells(in["completeness"], 2, out));
    out.completeness = std::move(completeness);
    const auto variables = previewedVariables(dictionary);
    if (!in["variables"].is_array() || in["variables"].size() != variables.size()) {
        return malformed("want " + std::to_string(variables.size()) + " variables");
    }
    for (std::size_t i = 0; i < variables.size(); ++i) {
        TRY_ASSIGN(variable, readVariable(in["variables"][i], *variables[i], out));
        out.variables.push_back(std::move(variable));
    }
    return out;
}

std::string textOf(const PreviewCell& cell, std::uint32_t smallestCell)
{
    switch (cell.state) {
    case CellState::Shown: return std::to_string(cell.count);
    case CellState::Small: return "< " + std::to_string(smallestCell);
    case CellState::Withheld: break;
    }
    return "withheld";
}

std::string toText(const SitePreview& preview, const DataDictionary& dictionary)
{
    const auto cell = [&](const PreviewCell& of) { return textOf(of, preview.smallestCell); };
    std::string out = std::to_string(preview.records) + " records: " + cell(preview.completeness[0]) + " would remain, " +
                      cell(preview.completeness[1]) + " would not\n";
    const auto variables = previewedVariables(dictionary);
    for (std::size_t i = 0; i < variables.size(); ++i) {
        const VariablePreview& variable = preview.variables[i];
        out += "\n" + variables[i]->name + (variables[i]->unit.empty() ? "" : " [" + variables[i]->unit + "]");
        char moments[64] = "";
        if (variable.mean && variable.deviation) std::snprintf(moments, sizeof moments, "  mean %g, sd %g", *variable.mean, *variable.deviation);
        out += std::string(moments) + "\n";
        const auto labels = cellLabels(*variables[i]);
        for (std::size_t n = 0; n < labels.size(); ++n) out += "  " + labels[n] + ": " + cell(variable.cells[n]) + "\n";
    }
    return out;
}

}  // namespace quorate::schema
