// SPDX-License-Identifier: GPL-3.0-or-later
// What a dictionary may call its target, and what of it comes out of a file.
#include <doctest/doctest.h>

#include "core/schema/csv_dataset.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::schema;

namespace {

Variable number(const std::string& name, bool isInput)
{
    Variable variable;
    variable.name = name;
    variable.isInput = isInput;
    return variable;
}

Variable category(const std::string& name, bool isInput)
{
    Variable variable = number(name, isInput);
    variable.type = VariableType::Categorical;
    variable.levels = {{"a", ""}, {"b", ""}, {"c", ""}};
    return variable;
}

DataDictionary dictionary(TargetKind kind)
{
    Variable record = number("record_id", false);
    record.type = VariableType::Identifier;
    DataDictionary out;
    out.variables = {record, number("dose", true), category("ward", false), number("days", false), number("died", false), category("stage", false)};
    out.targetKind = kind;
    out.target = kind == TargetKind::Class ? "stage" : "days";
    if (kind == TargetKind::TimeToEvent) out.eventVariable = "died";
    return out;
}

Result<Dataset> read(TargetKind kind, const std::string& firstDays = "12.5")
{
    const quorate::tests::TemporaryFolder folder;
    const std::string records = "record_id,dose,ward,days,died,stage\n1,1,b," + firstDays + ",1,c\n2,2,,3,0,a\n3,3,a,4,0,b\n";
    return readDataset(dictionary(kind), folder.write("site.csv", records), folder.write("split.csv", "record_id,part\n1,train\n2,train\n3,test\n"));
}

}  // namespace

TEST_CASE("a number, a class and a time come out of the file as what they are")
{
    CHECK(read(TargetKind::Decimal)->train.targets == std::vector<double>{12.5, 3});
    CHECK(read(TargetKind::Binary)->train.targets == std::vector<double>{1, 1});
    CHECK(read(TargetKind::Class)->train.targets == std::vector<double>{2, 0});
    const auto times = read(TargetKind::TimeToEvent).value();
    CHECK(times.train.targets == std::vector<double>{12.5, 3});
    CHECK(times.train.events == std::vector<std::uint8_t>{1, 0});
    CHECK(times.train.targetKind == TargetKind::TimeToEvent);
    CHECK(read(TargetKind::Decimal)->train.events.empty());
    CHECK(read(TargetKind::TimeToEvent, "-1").error().message == "site.csv, row 2, column days: is a time below 0");
    CHECK(read(TargetKind::Decimal, "-1").has_value());
}

TEST_CASE("a record without the event's variable is dropped, for it cannot be used")
{
    const quorate::tests::TemporaryFolder folder;
    const auto dataset = readDataset(dictionary(TargetKind::TimeToEvent),
                                     folder.write("site.csv", "record_id,dose,ward,days,died,stage\n1,1,b,2,1,c\n2,2,,3,0,a\n3,3,a,4,,b\n4,3,a,4,1,b\n"),
                                     folder.write("split.csv", "record_id,part\n1,train\n2,train\n3,train\n4,test\n"));
    REQUIRE(dataset.has_value());
    CHECK(dataset->train.records() == 2);
    CHECK(dataset->droppedRecords == 1);
}

TEST_CASE("every categorical variable but the target groups the records, missing values too")
{
    const auto dataset = read(TargetKind::Class).value();
    REQUIRE(dataset.train.groupings.size() == 1);
    CHECK(dataset.train.groupings[0].variable == "ward");
    CHECK(dataset.train.groupings[0].levels == std::vector<std::uint16_t>{1, Grouping::kMissing});
    CHECK(dataset.test.groupings[0].levels == std::vector<std::uint16_t>{0});
    CHECK(read(TargetKind::Decimal)->train.groupings.size() == 2);
}

TEST_CASE("a dictionary whose target is not of its kind is refused")
{
    for (const auto kind : {TargetKind::Binary, TargetKind::Decimal, TargetKind::Class, TargetKind::TimeToEvent}) {
        CHECK(validate(dictionary(kind)).has_value());
        DataDictionary changed = dictionary(kind);
        changed.target = kind == TargetKind::Class ? "days" : "stage";
        CHECK_FALSE(validate(changed).has_value());
        changed = dictionary(kind);
        changed.eventVariable = kind == TargetKind::TimeToEvent ? "" : "died";
        CHECK_FALSE(validate(changed).has_value());
    }
    DataDictionary changed = dictionary(TargetKind::TimeToEvent);
    for (const char* name : {"days", "dose", "ward", "nothing"}) {
        changed.eventVariable = name;
        CHECK_FALSE(validate(changed).has_value());
    }
    CHECK(dictionary(TargetKind::Class).targetClasses() == 3);
    CHECK(dictionary(TargetKind::Decimal).targetClasses() == 0);
}
