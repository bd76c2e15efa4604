// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/preview_totals.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "core/schema/synthetic_hospitals.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::schema;
using quorate::tests::TemporaryFolder;

namespace {

std::string words(const std::vector<PreviewCell>& cells, std::uint32_t smallest = 5)
{
    std::string out;
    for (const auto& cell : cells) out += textOf(cell, smallest) + ";";
    return out;
}

/// Every value that the cell at `index` may have for all that is published: cells that are shown, the group's total, what
/// Small and Withheld say of a count.
std::set<std::uint64_t> possible(const std::vector<PreviewCell>& cells, std::uint64_t total, std::uint64_t smallest, std::size_t index)
{
    std::set<std::uint64_t> out;
    std::vector<std::uint64_t> counts(cells.size());
    const bool isBlank = std::all_of(cells.begin(), cells.end(), [](const auto& cell) { return cell.state == CellState::Withheld; });
    const std::function<void(std::size_t, std::uint64_t)> fill = [&](std::size_t at, std::uint64_t left) {
        if (at == cells.size()) {
            if (left == 0) out.insert(counts[index]);
            return;
        }
        const auto& cell = cells[at];
        std::uint64_t least = cell.state == CellState::Shown ? cell.count : 0;
        std::uint64_t most = cell.state == CellState::Shown ? cell.count : cell.state == CellState::Small ? smallest - 1 : left;
        if (cell.state == CellState::Withheld && !isBlank) least = smallest;
        for (counts[at] = least; counts[at] <= std::min(most, left); ++counts[at]) fill(at + 1, left - counts[at]);
    };
    fill(0, total);
    return out;
}

DataDictionary dictionary()
{
    Variable id, score, weight, stage, outcome;
    id.name = "record_id";
    id.type = VariableType::Identifier;
    id.isInput = false;
    score.name = "score";
    score.type = VariableType::Integer;
    score.minimum = 0;
    score.maximum = 2;
    weight.name = "weight";
    weight.unit = "kg";
    weight.minimum = 0;
    weight.maximum = 100;
    stage.name = "stage";
    stage.type = VariableType::Categorical;
    stage.levels = {{"1", "early"}, {"2", "late"}};
    outcome.name = "outcome";
    outcome.isInput = false;
    DataDictionary out;
    out.variables = {id, score, weight, stage, outcome};
    out.target = "outcome";
    return out;
}

/// Twenty records: scores 0 x 9, 1 x 8, 2 x 3; one stage missing.
std::string twentyRecords()
{
    std::string out = "record_id,score,weight,stage,outcome\n";
    for (int i = 0; i < 20; ++i) {
        out += "r" + std::to_string(i) + "," + std::to_string(i < 9 ? 0 : i < 17 ? 1 : 2) + "," + std::to_string(5 * i) + "," +
               (i == 0 ? "" : i % 2 == 0 ? "1" : "2") + "," + std::to_string(i % 2) + "\n";
    }
    return out;
}

Result<SitePreview> preview(const std::string& text, std::uint32_t smallest = 5)
{
    const TemporaryFolder folder;
    return previewOf(dictionary(), {}, folder.write("records.csv", text), smallest);
}

}  // namespace

TEST_CASE("a lone small count takes another with it, so that the total does not give it away")
{
    CHECK(words(protect({10, 20, 30}, 5)) == "10;20;30;");
    CHECK(words(protect({3, 20, 30}, 5)) == "< 5;withheld;30;");
    CHECK(words(protect({0, 20, 30}, 5)) == "< 5;withheld;30;");
    // 5 beside 0 would say that both are what they are: a withheld count is no small one.
    CHECK(words(protect({0, 5, 30}, 5)) == "< 5;withheld;withheld;");
    CHECK(words(protect({3, 3, 30}, 5)) == "< 5;< 5;withheld;");
    CHECK(words(protect({2, 3, 3, 30}, 5)) == "< 5;< 5;< 5;30;");
    CHECK(words(protect({4, 4, 4, 30}, 5)) == "< 5;< 5;< 5;withheld;");
    CHECK(words(protect({0, 5}, 5)) == "withheld;withheld;");
}

TEST_CASE("whatever the counts, each small one may be anything below the smallest cell")
{
    for (const std::uint64_t smallest : {2u, 3u, 5u}) {
        for (std::uint64_t code = 0; code < 8 * 8 * 8 * 8; ++code) {
            const std::vector<std::uint64_t> counts{code % 8, code / 8 % 8, code / 64 % 8, 3 * (code / 512)};
            std::uint64_t total = 0;
            for (const auto count : counts) total += count;
            const auto cells = protect(counts, smallest);
            for (std::size_t i = 0; i < cells.size(); ++i) {
                if (cells[i].state == CellState::Shown) REQUIRE(cells[i].count >= smallest);
                if (cells[i].state != CellState::Small) continue;
                const auto values = possible(cells, total, smallest, i);
                CAPTURE(words(cells, static_cast<std::uint32_t>(smallest)));
                REQUIRE(values.size() == smallest);
            }
        }
    }
}

TEST_CASE("counts, moments and missing values of each variable, small ones kept back")
{
    const auto result = preview(twentyRecords());
    REQUIRE(result);
    const auto& variables = result->variables;
    REQUIRE(variables.size() == 4);
    CHECK(result->records == 20);
    CHECK(words(variables[0].cells) == "9;withheld;< 5;< 5;");
    // Each cell is one value here: a mean would give the hidden counts away.
    CHECK_FALSE(variables[0].mean);
    CHECK(variables[1].cells.size() == 11);
    CHECK(*variables[1].mean == doctest::Approx(47.5));
    CHECK(*variables[1].deviation == doctest::Approx(29.6));
    CHECK(words(variables[2].cells) == "withheld;10;< 5;");
    CHECK_FALSE(variables[2].mean);
    CHECK(cellLabels(dictionary().variables[1]) == std::vector<std::string>{"0", "1", "2", "missing"});
    CHECK(cellLabels(dictionary().variables[2])[1] == "10 to 20");
    CHECK(words(result->completeness) == "withheld;< 5;");
}

TEST_CASE("a file with too few records, or that does not conform, is not previewed")
{
    CHECK(preview(twentyRecords(), 21).error().kind == ErrorKind::PolicyRefused);
    CHECK(preview("record_id,score\nr1,1\n").error().kind == ErrorKind::Malformed);
}

TEST_CASE("a preview survives its JSON, and no other text is taken for one")
{
    const TemporaryFolder folder;
    REQUIRE(writeSyntheticHospitals(folder.path(), 7));
    const auto heart = heartDiseaseDictionary();
    const auto made = previewOf(heart, {}, folder.path() / (syntheticHospitals().front().code + ".csv"), 5).value();
    const auto json = toJson(made, heart);
    CHECK(previewFromJson(json, heart).value() == made);
    CHECK(toText(made, heart).find("records: ") != std::string::npos);
    CHECK_FALSE(previewFromJson(json, dictionary()));
    for (std::size_t length = 0; length < json.size(); length += 7) CHECK_FALSE(previewFromJson(json.substr(0, length), heart));

    const auto with = [&](const std::string& from, const std::string& to) {
        auto text = toJson(preview(twentyRecords()).value(), dictionary());
        const auto at = text.find(from);
        REQUIRE(at != std::string::npos);
        return previewFromJson(text.replace(at, from.size(), to), dictionary());
    };
    REQUIRE(with("20", "20"));
    CHECK_FALSE(with("[9,", "[4,"));
    CHECK_FALSE(with("[9,", "[21,"));
    CHECK_FALSE(with("[9,", "[9,9,"));
    CHECK_FALSE(with("[9,", "[-9,"));
    CHECK_FALSE(with("\"small\"", "\"tiny\""));
    CHECK_FALSE(with("\"mean\":47.5", "\"mean\":\"x\""));
    CHECK_FALSE(with("\"mean\":47.5", "\"mode\":47.5"));
    CHECK_FALSE(with("\"smallestCell\":5", "\"smallestCell\":1"));
    CHECK_FALSE(with("\"name\":\"score\"", "\"name\":\"weight\""));
    CHECK_FALSE(with("\"records\":20", "\"records\":20,\"x\":1"));
}

TEST_CASE("sites add up to what is shown, and a hidden count makes a total a lower bound")
{
    auto first = preview(twentyRecords()).value();
    auto second = first;
    // Values 0, 5 ... 95 at one site, and 20 more by 10 higher at the other.
    *second.variables[1].mean += 10;
    for (auto* site : {&first, &second}) site->variables[1].cells.back() = {CellState::Shown, 0};
    const std::vector<SitePreview> sites{first, second};
    const auto totals = totalsOf(sites, dictionary());
    CHECK(totals.records == 40);
    CHECK(totals.variables[0].cells[0] == CellTotal{18, true});
    CHECK(totals.variables[0].cells[2] == CellTotal{0, false});
    CHECK(totals.variables[1].sitesInMoments == 2);
    CHECK(*totals.variables[1].mean == doctest::Approx(52.5));
    CHECK(*totals.variables[1].deviation == doctest::Approx(std::sqrt((2 * 19 * 29.6 * 29.6 + 40 * 25.0) / 39)));
    CHECK_FALSE(totals.variables[0].mean);
    CHECK(toText(totals, dictionary()).find("2: at least 0") != std::string::npos);
    CHECK(totalsOf({}, dictionary()).records == 0);
}
