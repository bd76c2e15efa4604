// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace quorate::schema {

/// How one made-up hospital differs from the others (docs/formats/synthetic-hospitals.md).
struct SyntheticHospital {
    std::string code;           ///< Of its files: CODE.csv, CODE.split.csv.
    std::string name;
    std::uint32_t records = 0;
    double meanAge = 0;         ///< Years.
    double maleShare = 0;
    double severity = 0;        ///< Shift of the log-odds of disease: the prevalence differs by it.
    double missingLaboratory = 0;  ///< Share of records without chol, and independently without fbs.
    double missingExercise = 0;    ///< Share without thalach, exang and oldpeak together.
    bool measuresCholesterol = true;  ///< Otherwise chol is 0 in every record, as some real files have it.
};

/// The four hospitals of the demo: unlike in size, age, prevalence and missing values.
std::vector<SyntheticHospital> syntheticHospitals();

/// Writes both files of each hospital into `folder`, which must exist; existing files are replaced. The files conform to
/// heartDiseaseDictionary(), every part holds both outcomes, and the same seed gives the same bytes. StorageFailed when a
/// file cannot be written.
Result<void> writeSyntheticHospitals(const std::filesystem::path& folder, std::uint64_t seed);

}  // namespace quorate::schema
