// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/data_dictionary.h"

#include <cmath>
#include <doctest/doctest.h>
#include <functional>

using namespace quorate;
using namespace quorate::schema;

TEST_CASE("the heart-disease dictionary is valid and has the benchmark's 13 inputs")
{
    const DataDictionary dictionary = heartDiseaseDictionary();
    CHECK(validate(dictionary).has_value());
    CHECK(dictionary.inputNames() == std::vector<std::string>{"age", "sex_1", "cp_2", "cp_3", "cp_4", "trestbps", "chol", "fbs_1",
                                                              "restecg_1", "restecg_2", "thalach", "exang_1", "oldpeak"});
    CHECK(dictionary.target == "num");
    for (const char* name : {"record_id", "slope", "ca", "thal", "num"}) {
        REQUIRE(dictionary.find(name) != nullptr);
        CHECK_FALSE(dictionary.find(name)->isInput);
    }
    CHECK(dictionary.find("bmi") == nullptr);
}

TEST_CASE("a dictionary that breaks a rule is refused for that rule")
{
    struct Row {
        const char* expected;
        std::function<void(DataDictionary&)> spoil;
    };
    const auto variable = [](DataDictionary& d, const char* name) { return const_cast<Variable*>(d.find(name)); };
    const Row rows[] = {
        {"has 0 variables", [](DataDictionary& d) { d.variables.clear(); }},
        {"variable name is empty", [](DataDictionary& d) { d.variables[1].name.clear(); }},
        {"variable name is empty", [](DataDictionary& d) { d.variables[1].name = "a,b"; }},
        {"age is defined twice", [](DataDictionary& d) { d.variables.push_back(d.variables[1]); }},
        {"2 identifiers", [](DataDictionary& d) { d.variables.push_back(d.variables[0]); d.variables.back().name = "other"; }},
        {"identifier and an input", [](DataDictionary& d) { d.variables[0].isInput = true; }},
        {"has levels", [&](DataDictionary& d) { variable(d, "age")->levels = {{"1", "one"}}; }},
        {"has 1 levels", [&](DataDictionary& d) { variable(d, "sex")->levels.resize(1); }},
        {"has level 0 twice", [&](DataDictionary& d) { variable(d, "sex")->levels[1].code = "0"; }},
        {"has a range, which only", [&](DataDictionary& d) { variable(d, "sex")->minimum = 0; }},
        {"minimum above its maximum", [&](DataDictionary& d) { variable(d, "age")->minimum = 200; }},
        {"range that is not finite", [&](DataDictionary& d) { variable(d, "age")->maximum = INFINITY; }},
        {"is not a variable", [](DataDictionary& d) { d.target = "death"; }},
        {"is the target, want a number", [](DataDictionary& d) { d.target = "sex"; }},
        {"is the target and an input", [](DataDictionary& d) { d.target = "age"; }},
        {"limit is not finite", [](DataDictionary& d) { d.targetPositiveAbove = NAN; }},
        {"has no input", [](DataDictionary& d) { for (auto& v : d.variables) v.isInput = false; }},
        {"same name after one-hot", [&](DataDictionary& d) { variable(d, "age")->name = "cp_2"; }},
    };
    for (const Row& row : rows) {
        CAPTURE(row.expected);
        DataDictionary dictionary = heartDiseaseDictionary();
        row.spoil(dictionary);
        const auto result = validate(dictionary);
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().kind == ErrorKind::Malformed);
        CHECK(result.error().message.find(row.expected) != std::string::npos);
    }
}
