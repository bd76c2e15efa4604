// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/csv_dataset.h"

#include <doctest/doctest.h>

#include "tests/support/shared_vectors.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::schema;
using quorate::tests::TemporaryFolder;

namespace {

/// record_id; dose (decimal 0-10, input), stage (levels 1-3, input), note (integer, not an input), outcome (target > 0).
DataDictionary smallDictionary()
{
    Variable id, dose, stage, note, outcome;
    id.name = "record_id";
    id.type = VariableType::Identifier;
    id.isInput = false;
    dose.name = "dose";
    dose.minimum = 0;
    dose.maximum = 10;
    stage.name = "stage";
    stage.type = VariableType::Categorical;
    stage.levels = {{"1", "early"}, {"2", "middle"}, {"3", "late"}};
    note.name = "note";
    note.type = VariableType::Integer;
    note.isInput = false;
    outcome.name = "outcome";
    outcome.type = VariableType::Integer;
    outcome.isInput = false;
    DataDictionary dictionary;
    dictionary.variables = {id, dose, stage, note, outcome};
    dictionary.target = "outcome";
    return dictionary;
}

const std::string kHeader = "record_id,dose,stage,note,outcome\n";
const std::string kRecords = "a,1.5,1,,0\nb,2,2,7,1\nc,3,3,,2\n";
const std::string kSplit = "record_id,part\na,train\nb,train\nc,test\n";

Result<Dataset> read(const std::string& records, const std::string& split = kSplit, const CsvLimits& limits = {})
{
    const TemporaryFolder folder;
    return readDataset(smallDictionary(), folder.write("site.csv", records), folder.write("site.split.csv", split), limits);
}

void checkRefusal(const Result<Dataset>& result, const std::string& expected)
{
    CAPTURE(expected);
    REQUIRE_FALSE(result.has_value());
    CAPTURE(result.error().message);
    CHECK(result.error().kind == ErrorKind::Malformed);
    CHECK(result.error().message.starts_with(expected));
}

}  // namespace

TEST_CASE("records become one-hot coded numbers in the dictionary's order, whatever the order of the file's columns")
{
    const auto result = read(kHeader + kRecords);
    REQUIRE(result.has_value());
    CHECK(result->inputNames == std::vector<std::string>{"dose", "stage_2", "stage_3"});
    CHECK(result->train.features == std::vector<double>{1.5, 0, 0, 2, 1, 0});
    CHECK(result->test.features == std::vector<double>{3, 0, 1});
    CHECK(result->train.targets == std::vector<double>{0, 1});
    CHECK(result->test.targets == std::vector<double>{1});

    const auto reordered = read("outcome,stage,record_id,dose,note\n0,1,a,1.5,\n1,2,b,2,7\n2,3,c,3,\n");
    REQUIRE(reordered.has_value());
    CHECK(*reordered == *result);
}

TEST_CASE("what RFC 4180 and common programs write is read alike")
{
    const auto plain = read(kHeader + kRecords);
    REQUIRE(plain.has_value());
    const std::string legal[] = {
        "\xef\xbb\xbf" + kHeader + kRecords,
        "record_id,dose,stage,note,outcome\r\na,1.5,1,,0\r\nb,2,2,7,1\r\nc,3,3,,2\r\n",
        kHeader + "a,1.5,1,,0\nb,2,2,7,1\nc,3,3,,2",
        kHeader + "\"a\",\"1.5\",\"1\",\"\",0\nb,2.0,2,7.0,1\n\"c\",3e0,\"3\",,\"2\"\n",
        kHeader + "\n" + kRecords + "\n\r\n",
    };
    for (const std::string& text : legal) {
        CAPTURE(text);
        const auto result = read(text);
        REQUIRE(result.has_value());
        CHECK(*result == *plain);
    }
    const auto quoted = read(kHeader + "\"a,\"\"\n1\",1,1,,0\nb,2,2,7,1\nc,3,3,,2\n",
                             "record_id,part\n\"a,\"\"\n1\",train\nb,train\nc,test\n");
    CHECK(quoted.has_value());
}

TEST_CASE("a hostile or faulty file is refused with its name, row and column")
{
    struct Row {
        const char* expected;
        std::string records;
    };
    const Row rows[] = {
        {"site.csv, row 3, column dose: is not a number", kHeader + "a,1,1,,0\nb,abc,2,,1\n"},
        {"site.csv, row 2, column dose: is not a number", kHeader + "a,nan,1,,0\n"},
        {"site.csv, row 2, column dose: is not a number", kHeader + "a,1e999,1,,0\n"},
        {"site.csv, row 2, column dose: is not a number", kHeader + "a,0x1p3,1,,0\n"},
        {"site.csv, row 2, column dose: is not a number", kHeader + "a, 1,1,,0\n"},
        {"site.csv, row 2, column dose: is out of range, want 0 to 10", kHeader + "a,10.5,1,,0\n"},
        {"site.csv, row 2, column stage: is not a known level, want one of 1 2 3", kHeader + "a,1,4,,0\n"},
        {"site.csv, row 2, column note: is not a whole number", kHeader + "a,1,1,1.5,0\n"},
        {"site.csv, row 2, column record_id: is missing", kHeader + ",1,1,,0\n"},
        {"site.csv, row 3, column record_id: another record has the same identifier", kHeader + "a,1,1,,0\na,1,1,,0\n"},
        {"site.csv, row 1, column outcome: is missing from the header", "record_id,dose,stage,note\na,1,1,\n"},
        {"site.csv, row 1, column dose: stands in the header twice", "record_id,dose,dose,stage,note,outcome\n"},
        {"site.csv, row 1, column 2: the header's name is not in the data dictionary", "record_id,63,stage,note,outcome\n"},
        {"site.csv, row 1: cells are separated by semicolons", "record_id;dose;stage;note;outcome\na;1;1;;0\n"},
        {"site.csv, row 2: has 4 cells, want 5", kHeader + "a,1,1,0\n"},
        {"site.csv, row 2: has 6 cells, want 5", kHeader + "a,1,1,,0,\n"},
        {"site.csv, row 2: has a quotation mark that is never closed", kHeader + "\"a,1,1,,0\nb,2,2,7,1\n"},
        {"site.csv, row 2: has a quotation mark inside a cell", kHeader + "a\"b\",1,1,,0\n"},
        {"site.csv, row 2: has text after a closing quotation mark", kHeader + "\"a\"b,1,1,,0\n"},
        {"site.csv, row 2: has a carriage return", kHeader + "a,1,1,,0\rb,1,1,,0\r"},
        {"site.csv, row 2: has a NUL byte", kHeader + std::string("a\0,1,1,,0\n", 10)},
        {"site.csv, row 2: is longer than 65536 bytes", kHeader + std::string(10 << 20, 'x')},
        {"site.csv, row 2: is longer than 65536 bytes", kHeader + "\"" + std::string(10 << 20, '\n')},
        {"site.csv, row 1: has more than 512 cells", std::string(10 << 20, ',')},
        {"site.csv: is compressed (gzip)", std::string("\x1f\x8b\x08\x00", 4)},
        {"site.csv: is a workbook", std::string("PK\x03\x04rest", 8)},
        {"site.csv: is UTF-16", std::string("\xff\xfer\0e\0", 6)},
        {"site.csv: is empty", ""},
        {"site.csv: is empty", "\xef\xbb\xbf"},
        {"site.csv: the split names 3 records that are not in it", kHeader},
        {"site.csv: the split names 1 records that are not in it", kHeader + "a,1,1,,0\nb,2,2,,1\n"},
    };
    for (const Row& row : rows) checkRefusal(read(row.records), row.expected);
}

TEST_CASE("a faulty split file is refused with its name, row and column")
{
    struct Row {
        const char* expected;
        const char* split;
    };
    const Row rows[] = {
        {"site.split.csv, row 1: the header must be record_id,part", "id,part\na,train\n"},
        {"site.split.csv, row 3, column part: want train or test", "record_id,part\na,train\nb,Train\n"},
        {"site.split.csv, row 3, column record_id: the same record", "record_id,part\na,train\na,test\n"},
        {"site.split.csv, row 2, column record_id: is missing", "record_id,part\n,train\n"},
        {"site.split.csv, row 2: has 1 cells, want 2", "record_id,part\na\n"},
        {"site.split.csv: is empty", ""},
        {"site.csv: has 1 training and 1 test records", "record_id,part\na,train\nb,test\n"},
    };
    for (const Row& row : rows) checkRefusal(read(kHeader + kRecords, row.split), row.expected);
}

TEST_CASE("no message holds a value, an identifier or an unknown header's text")
{
    const std::string secret = "s3cr3t";
    const std::string files[] = {
        kHeader + "a," + secret + ",1,,0\n",
        kHeader + "a,1," + secret + ",,0\n",
        kHeader + secret + ",1,1,,0\n" + secret + ",1,1,,0\n",
        kHeader + "\"" + secret + ",1,1,,0\n",
        secret + ",dose,stage,note,outcome\n",
    };
    for (const std::string& file : files) {
        const auto result = read(file);
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().message.find(secret) == std::string::npos);
    }
}

TEST_CASE("10 GB declared by a file that holds next to nothing is a sentence and costs no memory")
{
    const TemporaryFolder folder;
    const auto records = folder.write("site.csv", kHeader + kRecords);
    const auto split = folder.write("site.split.csv", kSplit);
    std::filesystem::resize_file(records, 10'000'000'000ULL);
    const auto result = readDataset(smallDictionary(), records, split);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().message == "site.csv: is 10000000000 bytes, want at most 268435456");
}

TEST_CASE("a hole inside the allowed size is refused at its first byte")
{
    const TemporaryFolder folder;
    const auto records = folder.write("site.csv", kHeader + kRecords);
    const auto split = folder.write("site.split.csv", kSplit);
    std::filesystem::resize_file(records, 200'000'000ULL);
    checkRefusal(readDataset(smallDictionary(), records, split), "site.csv, row 5: has a NUL byte");
}

TEST_CASE("a file that is absent is unavailable, and a folder or a device is no file")
{
    const TemporaryFolder folder;
    const auto split = folder.write("site.split.csv", kSplit);
    const auto absent = readDataset(smallDictionary(), folder.path() / "none.csv", split);
    REQUIRE_FALSE(absent.has_value());
    CHECK(absent.error().kind == ErrorKind::Unavailable);
    CHECK(absent.error().message == "none.csv: there is no such file");
    const auto device = readDataset(smallDictionary(), "/dev/zero", split);
    REQUIRE_FALSE(device.has_value());
    CHECK(device.error().message == "zero: is not a regular file");
}

TEST_CASE("the limits on records and on the file hold")
{
    CsvLimits limits;
    limits.records = 3;
    checkRefusal(read(kHeader + kRecords, "record_id,part\na,train\nb,train\n", limits),
                 "site.csv, row 4: the file has more than 3 records");
    limits = {};
    limits.fileBytes = 60;
    checkRefusal(read(kHeader + kRecords, kSplit, limits), "site.csv: is 64 bytes, want at most 60");
}

TEST_CASE("a record with a missing value that the study needs is dropped; elsewhere a missing value does not matter")
{
    const auto result = read(kHeader + kRecords + "d,,1,,0\ne,1,,,0\nf,1,1,,\ng,1,1,,1\n");
    REQUIRE(result.has_value());
    CHECK(result->recordsInFile == 7);
    CHECK(result->droppedRecords == 3);
    CHECK(result->unassignedRecords == 1);
    CHECK(result->train.records() == 2);

    DataDictionary strict = smallDictionary();
    strict.variables[1].missing = MissingRule::Refuse;
    const TemporaryFolder folder;
    checkRefusal(readDataset(strict, folder.write("site.csv", kHeader + "a,,1,,0\n"), folder.write("s.csv", kSplit)),
                 "site.csv, row 2, column dose: is missing");
}

TEST_CASE("the four hospitals' files give the benchmark's record counts")
{
    const auto folder = quorate::tests::sharedFile("data/heart-disease");
    if (!folder) return;
    struct Row {
        const char* site;
        std::size_t file, train, test;
    };
    for (const Row& row : {Row{"cleveland", 303, 199, 104}, Row{"hungarian", 294, 172, 89}, Row{"switzerland", 123, 30, 16},
                           Row{"va", 200, 85, 45}}) {
        CAPTURE(row.site);
        const std::string name = row.site;
        const auto result = readDataset(heartDiseaseDictionary(), *folder / (name + ".csv"), *folder / (name + ".split.csv"));
        REQUIRE(result.has_value());
        CHECK(result->recordsInFile == row.file);
        CHECK(result->train.records() == row.train);
        CHECK(result->test.records() == row.test);
        CHECK(result->droppedRecords == row.file - row.train - row.test);
        CHECK(result->unassignedRecords == 0);
        CHECK(result->train.columns == 13);
    }
}
