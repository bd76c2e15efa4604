// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "core/schema/conformance.h"

namespace quorate::schema {
namespace {

using Json = nlohmann::ordered_json;

std::string counted(std::uint64_t count, const char* one) { return std::to_string(count) + " " + one + (count == 1 ? "" : "s"); }

/// "3 cells not a number (rows 2, 7, 9)"
void addFault(std::string& out, const FaultCount& fault, const char* what)
{
    if (fault.count == 0) return;
    out += "  " + counted(fault.count, "cell") + " " + what + " (" + (fault.rows.size() == 1 ? "row " : "rows ");
    for (std::size_t i = 0; i < fault.rows.size(); ++i) out += (i == 0 ? "" : ", ") + std::to_string(fault.rows[i]);
    out += std::string(fault.count > fault.rows.size() ? ", ..." : "") + ")";
}

std::string lineOf(const VariableConformance& variable)
{
    std::string out = std::string(variable.conforms() ? "ok    " : "FAIL  ") + variable.name;
    if (!variable.unit.empty()) out += " [" + variable.unit + "]";
    if (!variable.isInFile) return out + "  is missing from the header";
    out += "  " + counted(variable.values, "value");
    addFault(out, variable.missing, variable.mustNotBeMissing ? "missing, which the study does not allow" : "missing");
    addFault(out, variable.notANumber, "not a number");
    addFault(out, variable.notWhole, "not a whole number");
    addFault(out, variable.outOfRange, "out of range");
    addFault(out, variable.unknownLevel, "with an unknown level");
    if (variable.looksLikeAnotherUnit()) out += "  -> most numbers are out of range; are they in another unit?";
    return out;
}

Json toJson(const FaultCount& fault) { return {{"count", fault.count}, {"firstRows", fault.rows}}; }

}  // namespace

std::string toText(const ConformanceReport& report)
{
    std::string out = report.file + ": " + counted(report.records, "record") + ", of which " + std::to_string(report.usable) +
                      " would remain for the study\n";
    if (!report.harmonisation.isZero()) out += "harmonisation rules " + toHex(report.harmonisation) + "\n";
    for (const auto column : report.unknownColumns) out += "FAIL  column " + std::to_string(column) + " has a name that the dictionary does not know\n";
    for (const auto column : report.repeatedColumns) out += "FAIL  column " + std::to_string(column) + " repeats the name of another\n";
    const std::pair<const FaultCount&, const char*> ofRecords[] = {
        {report.ragged, "with another number of cells than the header"},
        {report.badIdentifiers, "without a usable identifier"},
        {report.duplicateIdentifiers, "with the identifier of another"},
    };
    for (const auto& [fault, what] : ofRecords) {
        if (fault.count != 0) out += "FAIL  " + counted(fault.count, "record") + " " + what + ", first in row " + std::to_string(fault.rows.front()) + "\n";
    }
    for (const auto& variable : report.variables) out += lineOf(variable) + "\n";
    return out + (report.conforms() ? "The file conforms to the study's dictionary.\n" : "The file does not conform to the study's dictionary.\n");
}

std::string toJson(const ConformanceReport& report)
{
    Json out{{"file", report.file},
             {"conforms", report.conforms()},
             {"records", report.records},
             {"usable", report.usable},
             {"ragged", toJson(report.ragged)},
             {"badIdentifiers", toJson(report.badIdentifiers)},
             {"duplicateIdentifiers", toJson(report.duplicateIdentifiers)},
             {"unknownColumns", report.unknownColumns},
             {"repeatedColumns", report.repeatedColumns},
             {"ignoredColumns", report.ignoredColumns},
             {"variables", Json::array()}};
    if (!report.harmonisation.isZero()) out["harmonisation"] = toHex(report.harmonisation);
    for (const auto& variable : report.variables) {
        out["variables"].push_back({{"name", variable.name},
                                    {"unit", variable.unit},
                                    {"conforms", variable.conforms()},
                                    {"inFile", variable.isInFile},
                                    {"converted", variable.isConverted},
                                    {"values", variable.values},
                                    {"missing", toJson(variable.missing)},
                                    {"notANumber", toJson(variable.notANumber)},
                                    {"notWhole", toJson(variable.notWhole)},
                                    {"outOfRange", toJson(variable.outOfRange)},
                                    {"unknownLevel", toJson(variable.unknownLevel)},
                                    {"perhapsAnotherUnit", variable.looksLikeAnotherUnit()}});
    }
    return out.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace quorate::schema
