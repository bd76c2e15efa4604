// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/conformance.h"

#include <doctest/doctest.h>

#include "core/schema/csv_dataset.h"
#include "core/schema/synthetic_hospitals.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::schema;
using quorate::tests::TemporaryFolder;

namespace {

/// record_id; weight (decimal 20-200, kg, input), stage (levels a, b, input), outcome (integer, target > 0, never missing).
DataDictionary dictionary()
{
    Variable id, weight, stage, outcome;
    id.name = "record_id";
    id.type = VariableType::Identifier;
    id.isInput = false;
    weight.name = "weight";
    weight.unit = "kg";
    weight.minimum = 20;
    weight.maximum = 200;
    stage.name = "stage";
    stage.type = VariableType::Categorical;
    stage.levels = {{"a", "early"}, {"b", "late"}};
    outcome.name = "outcome";
    outcome.type = VariableType::Integer;
    outcome.isInput = false;
    outcome.missing = MissingRule::Refuse;
    DataDictionary out;
    out.variables = {id, weight, stage, outcome};
    out.target = "outcome";
    return out;
}

Result<ConformanceReport> check(const std::string& text, const Harmonisation& rules = {})
{
    const TemporaryFolder folder;
    return checkConformance(dictionary(), rules, folder.write("records.csv", text));
}

Harmonisation rules(const std::string& text)
{
    auto parsed = Harmonisation::parse("format = 'quorate-harmonisation/1'\n" + text, "rules.toml", dictionary());
    if (!parsed) FAIL(parsed.error().message);
    return *parsed;
}

std::string complaint(const std::string& text)
{
    const auto parsed = Harmonisation::parse("format = 'quorate-harmonisation/1'\n" + text, "rules.toml", dictionary());
    return parsed ? std::string("accepted") : parsed.error().message;
}

const std::string kHeader = "record_id,weight,stage,outcome\n";

}  // namespace

TEST_CASE("a file that fits conforms, and all its records remain")
{
    const auto report = check(kHeader + "r1,70,a,0\nr2,80.5,b,1\n").value();
    CHECK(report.conforms());
    CHECK(report.records == 2);
    CHECK(report.usable == 2);
    CHECK(report.variables.size() == 3);
    CHECK(toText(report).find("2 records, of which 2 would remain") != std::string::npos);
}

TEST_CASE("every fault is counted at its variable with its first rows, and reading goes on")
{
    const auto report = check(kHeader +
                              "r1,70,a,0\n"
                              "r2,seventy,a,0\n"
                              "r3,700,c,0\n"
                              "r4,,b,1\n"
                              "r5,70,b,\n"
                              "r6,70,b,0.5\n"
                              "r1,70,b,1\n"
                              ",70,b,1\n"
                              "r9,70\n")
                            .value();
    CHECK_FALSE(report.conforms());
    CHECK(report.records == 9);
    CHECK(report.usable == 1);
    CHECK(report.variables[0].notANumber == FaultCount{1, {3}});
    CHECK(report.variables[0].outOfRange == FaultCount{1, {4}});
    CHECK(report.variables[0].missing == FaultCount{1, {5}});
    CHECK(report.variables[1].unknownLevel == FaultCount{1, {4}});
    CHECK(report.variables[2].missing == FaultCount{1, {6}});
    CHECK(report.variables[2].notWhole == FaultCount{1, {7}});
    CHECK(report.duplicateIdentifiers == FaultCount{1, {8}});
    CHECK(report.badIdentifiers == FaultCount{1, {9}});
    CHECK(report.ragged == FaultCount{1, {10}});
    for (const auto& text : {toText(report), toJson(report)}) {
        for (const char* value : {"seventy", "700", "r3", "0.5"}) CHECK(text.find(value) == std::string::npos);
    }
}

TEST_CASE("a missing value is a fault only where the study does not allow it")
{
    const auto report = check(kHeader + "r1,,a,0\nr2,70,a,0\n").value();
    CHECK(report.conforms());
    CHECK(report.usable == 1);
}

TEST_CASE("columns that are missing, unknown or repeated are told by place, never by their text")
{
    const auto report = check("record_id,weight,Jane Doe,weight,stage\nr1,70,x,70,a\n").value();
    CHECK_FALSE(report.conforms());
    CHECK(report.unknownColumns == std::vector<std::size_t>{3});
    CHECK(report.repeatedColumns == std::vector<std::size_t>{4});
    CHECK_FALSE(report.variables[2].isInFile);
    CHECK(report.usable == 0);
    CHECK(toText(report).find("Jane") == std::string::npos);
    CHECK(toText(report).find("outcome  is missing from the header") != std::string::npos);
}

TEST_CASE("numbers that are mostly out of range suggest another unit")
{
    const auto report = check(kHeader + "r1,70000,a,0\nr2,80000,a,0\nr3,75,a,0\n").value();
    CHECK(report.variables[0].looksLikeAnotherUnit());
    CHECK(toText(report).find("in another unit?") != std::string::npos);
    CHECK_FALSE(check(kHeader + "r1,70000,a,0\nr2,75,a,0\n").value().variables[0].looksLikeAnotherUnit());
}

TEST_CASE("what the report says is what the reader does")
{
    const TemporaryFolder folder;
    REQUIRE(writeSyntheticHospitals(folder.path(), 7));
    for (const auto& hospital : syntheticHospitals()) {
        const auto records = folder.path() / (hospital.code + ".csv");
        const auto report = checkConformance(heartDiseaseDictionary(), {}, records).value();
        const auto dataset = readDataset(heartDiseaseDictionary(), records, folder.path() / (hospital.code + ".split.csv")).value();
        CHECK(report.conforms());
        CHECK(report.records == dataset.recordsInFile);
        CHECK(report.usable == dataset.recordsInFile - dataset.droppedRecords);
    }
}

TEST_CASE("rules rename columns, recode missing values, map levels, convert units and ignore columns")
{
    const auto site = rules(R"(
ignore = ["ward"]
[[variable]]
name = "weight"
column = "gewicht_g"
missing = ["-9", "NA"]
factor = 0.001
[[variable]]
name = "stage"
levels = { 1 = "a", 2 = "b" }
)");
    const std::string file = "record_id,gewicht_g,ward,stage,outcome\nr1,70000,x,1,0\nr2,NA,y,2,1\nr3,80500,z,b,1\nr4,-9,z,1,0\nr5,60000,z,1,0\n";
    const auto report = check(file, site).value();
    CHECK(report.conforms());
    CHECK(report.ignoredColumns == 1);
    CHECK(report.variables[0].isConverted);
    CHECK(report.variables[0].values == 3);
    CHECK(report.variables[0].missing.count == 2);
    CHECK(report.usable == 3);
    CHECK_FALSE(report.harmonisation.isZero());
    CHECK_FALSE(check(file).value().conforms());

    const TemporaryFolder folder;
    const auto dataset = readDataset(dictionary(), folder.write("records.csv", file),
                                     folder.write("split.csv", "record_id,part\nr1,train\nr3,train\nr5,test\n"), {}, site);
    REQUIRE(dataset);
    CHECK(dataset->train.features == std::vector<double>{70, 0, 80.5, 1});
    CHECK(dataset->test.features == std::vector<double>{60, 0});
    CHECK(dataset->droppedRecords == 2);
}

TEST_CASE("a conversion has an offset, keeps whole numbers whole and leaves what is no number to be refused")
{
    const auto site = rules("[[variable]]\nname = 'weight'\nfactor = 0.5\noffset = -10\n[[variable]]\nname = 'outcome'\nfactor = 0.1\n");
    const auto& variables = dictionary().variables;
    CHECK(site.apply(variables[1], "100") == "40");
    CHECK(site.apply(variables[1], "heavy") == "heavy");
    CHECK(site.apply(variables[1], "") == "");
    CHECK(site.apply(variables[3], "30") == "3");
    CHECK(site.apply(variables[3], "35") == "3.5");
    CHECK(site.apply(variables[2], "a") == "a");
}

TEST_CASE("a column that a rule moves away is no longer the variable")
{
    const auto site = rules("[[variable]]\nname = 'weight'\ncolumn = 'weight2'\n");
    CHECK(check("record_id,weight,weight2,stage,outcome\nr1,1,70,a,0\n", site).value().unknownColumns == std::vector<std::size_t>{2});
}

TEST_CASE("a bad rule names its line and what is wanted")
{
    CHECK(complaint("[[variable]]\nname = 'height'") == "rules.toml, line 3, name: is not a variable of the study's dictionary");
    CHECK(complaint("[[variable]]\ncolumn = 'x'") == "rules.toml, line 2, name: is missing");
    CHECK(complaint("[[variable]]\nname = 'weight'\nlevels = { x = 'a' }") == "rules.toml, line 4, levels: is for a categorical variable");
    CHECK(complaint("[[variable]]\nname = 'stage'\nlevels = { x = 'c' }") == "rules.toml, line 4, x: want one of the dictionary's levels: a b");
    CHECK(complaint("[[variable]]\nname = 'stage'\nfactor = 2") == "rules.toml, line 4, factor: is for a number");
    CHECK(complaint("[[variable]]\nname = 'weight'\nfactor = 0") == "rules.toml, line 4, factor: is 0, which would make all values the same");
    CHECK(complaint("[[variable]]\nname = 'weight'\nfaktor = 2") == "rules.toml, line 4, faktor: is not a key of this file's format");
    CHECK(complaint("[[variable]]\nname = 'record_id'\nmissing = ['0']") == "rules.toml, line 4, missing: is not for an identifier");
    CHECK(complaint("[[variable]]\nname = 'weight'\n[[variable]]\nname = 'weight'\ncolumn = 'w'") == "rules.toml, line 5, name: stands in the file twice");
    CHECK(complaint("[[variable]]\nname = 'weight'\ncolumn = 'w'\n[[variable]]\nname = 'stage'\ncolumn = 'w'") ==
          "rules.toml, line 7, column: stands in the file twice");
    CHECK(complaint("ignore = ['weight']\n[[variable]]\nname = 'weight'") == "rules.toml, line 3, column: stands in the file twice");
    CHECK(complaint("").find("accepted") == 0);
    CHECK_FALSE(Harmonisation::parse("", "rules.toml", dictionary()));
    CHECK_FALSE(Harmonisation::readFile("nowhere.toml", dictionary()));
}
