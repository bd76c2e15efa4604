// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/synthetic_hospitals.h"

#include <doctest/doctest.h>
#include <set>

#include "core/schema/csv_dataset.h"
#include "tests/support/shared_vectors.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::schema;

TEST_CASE("the made-up hospitals conform to the dictionary, hold both outcomes in each part, and are unlike")
{
    for (const std::uint64_t seed : {0ULL, 42ULL, 43ULL, ~0ULL}) {
        CAPTURE(seed);
        const quorate::tests::TemporaryFolder folder;
        REQUIRE(writeSyntheticHospitals(folder.path(), seed).has_value());
        std::set<std::string> identifiers;
        double lowest = 1;
        double highest = 0;
        for (const SyntheticHospital& hospital : syntheticHospitals()) {
            CAPTURE(hospital.code);
            const auto data = readDataset(heartDiseaseDictionary(), folder.path() / (hospital.code + ".csv"),
                                          folder.path() / (hospital.code + ".split.csv"));
            REQUIRE(data.has_value());
            CHECK(data->recordsInFile == hospital.records);
            CHECK(data->unassignedRecords == 0);
            CHECK((data->droppedRecords > 0) == (hospital.missingLaboratory > 0));
            for (const RecordSet* part : {&data->train, &data->test}) {
                CHECK(part->records() >= 10);
                CHECK(part->positives() > 0);
                CHECK(part->positives() < part->records());
            }
            const double prevalence = static_cast<double>(data->train.positives()) / static_cast<double>(data->train.records());
            lowest = std::min(lowest, prevalence);
            highest = std::max(highest, prevalence);
        }
        CHECK(highest - lowest > 0.3);
    }
}

TEST_CASE("the same seed gives the same files and another seed others")
{
    const quorate::tests::TemporaryFolder a, b, c;
    REQUIRE(writeSyntheticHospitals(a.path(), 42).has_value());
    REQUIRE(writeSyntheticHospitals(b.path(), 42).has_value());
    REQUIRE(writeSyntheticHospitals(c.path(), 43).has_value());
    for (const SyntheticHospital& hospital : syntheticHospitals()) {
        for (const std::string& name : {hospital.code + ".csv", hospital.code + ".split.csv"}) {
            CHECK(quorate::tests::readText(a.path() / name) == quorate::tests::readText(b.path() / name));
        }
        const std::string records = hospital.code + ".csv";
        CHECK(quorate::tests::readText(a.path() / records) != quorate::tests::readText(c.path() / records));
    }
}

TEST_CASE("a folder that is not there is said")
{
    const quorate::tests::TemporaryFolder folder;
    const auto result = writeSyntheticHospitals(folder.path() / "none", 42);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().kind == ErrorKind::StorageFailed);
    CHECK(result.error().message == "harbour.csv: cannot be written");
}
