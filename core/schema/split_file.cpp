// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/split_file.h"

namespace quorate::schema {

namespace {

constexpr std::size_t kMaxIdentifierBytes = 128;

}  // namespace

Result<void> checkIdentifier(const std::string& identifier)
{
    if (identifier.empty()) return fail(ErrorKind::Malformed, "is missing, want a record's identifier");
    if (identifier.size() > kMaxIdentifierBytes) {
        return fail(ErrorKind::Malformed, "is longer than " + std::to_string(kMaxIdentifierBytes) + " bytes");
    }
    return {};
}

Result<void> readHeader(CsvReader& reader, std::vector<std::string>& cells)
{
    TRY_ASSIGN(found, reader.next(cells));
    if (!found) {
        return fail(ErrorKind::Malformed, reader.fileName() + ": is empty, want a header and records");
    }
    return {};
}

Result<Split> readSplit(const std::string& identifierName, const std::filesystem::path& path, const CsvLimits& limits)
{
    TRY_ASSIGN(reader, CsvReader::open(path, limits));
    std::vector<std::string> cells;
    TRY(readHeader(reader, cells));
    if (cells != std::vector<std::string>{identifierName, "part"}) {
        return reader.failure("the header must be " + identifierName + ",part");
    }
    Split split;
    while (true) {
        TRY_ASSIGN(found, reader.next(cells));
        if (!found) return split;
        if (cells.size() != 2) {
            return reader.failure("has " + std::to_string(cells.size()) + " cells, want 2");
        }
        if (auto checked = checkIdentifier(cells[0]); !checked) {
            return reader.failure(identifierName, checked.error().message);
        }
        if (cells[1] != "train" && cells[1] != "test") {
            return reader.failure("part", "want train or test");
        }
        if (!split.emplace(cells[0], cells[1] == "train" ? Part::Train : Part::Test).second) {
            return reader.failure(identifierName, "the same record stands in the split twice");
        }
    }
}

}  // namespace quorate::schema
