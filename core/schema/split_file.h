// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <unordered_map>

#include "core/schema/csv_reader.h"

namespace quorate::schema {

enum class Part { Train, Test };
/// Which records, by identifier, belong to which part.
using Split = std::unordered_map<std::string, Part>;

/// Reads a CSV with the columns `identifierName` and "part" (train, test), each identifier once. Errors as readDataset's.
Result<Split> readSplit(const std::string& identifierName, const std::filesystem::path& path, const CsvLimits& limits = {});

/// Malformed when it is empty or longer than 128 bytes.
Result<void> checkIdentifier(const std::string& identifier);
/// The first record of a file that must have one.
Result<void> readHeader(CsvReader& reader, std::vector<std::string>& cells);

}  // namespace quorate::schema
