// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/schema/csv_reader.h"
#include "core/schema/data_dictionary.h"
#include "core/schema/dataset.h"
#include "core/schema/harmonisation.h"

namespace quorate::schema {

/// Reads a hospital's records against the study's dictionary and puts them into the parts that the split file
/// (columns: the identifier's name, "part"; parts: train, test) names. Strict: every column of the dictionary present
/// once, no other; every value of its type, in its levels and its range; identifiers unique. An empty cell is a missing
/// value: its variable's rule applies when the variable is an input or the target; elsewhere only Refuse does.
///
/// `rules` are the site's own and are applied to each cell before it is judged.
///
/// The first fault ends the reading: "cleveland.csv, row 17, column chol: is not a number". No message contains a value,
/// an identifier, or a header's text that the dictionary does not know (a file without a header begins with a record).
Result<Dataset> readDataset(const DataDictionary& dictionary, const std::filesystem::path& recordsFile,
                            const std::filesystem::path& splitFile, const CsvLimits& limits = {}, const Harmonisation& rules = {});

}  // namespace quorate::schema
