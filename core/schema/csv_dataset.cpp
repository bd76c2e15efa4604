// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/csv_dataset.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "core/schema/cell_value.h"

namespace quorate::schema {

namespace {

constexpr std::size_t kMaxIdentifierBytes = 128;

enum class Part { Train, Test };
using Split = std::unordered_map<std::string, Part>;

/// Missing, a number, or the index of a level.
using Value = std::optional<double>;

tl::unexpected<Error> malformed(std::string message) { return fail(ErrorKind::Malformed, std::move(message)); }

Result<Value> parseCell(const Variable& variable, const std::string& cell)
{
    if (cell.empty()) {
        if (variable.missing == MissingRule::Refuse) {
            return malformed("is missing, and the study does not allow that");
        }
        return Value();
    }
    const CellValue read = readCell(variable, cell);
    if (read.fault != CellFault::None) return malformed(wordsFor(read.fault, variable));
    return Value(read.value);
}

Result<void> checkIdentifier(const std::string& identifier)
{
    if (identifier.empty()) return malformed("is missing, want a record's identifier");
    if (identifier.size() > kMaxIdentifierBytes) {
        return malformed("is longer than " + std::to_string(kMaxIdentifierBytes) + " bytes");
    }
    return {};
}

/// The file's columns as variables of the dictionary, in the file's order; null: ignored by the site's rules.
Result<std::vector<const Variable*>> matchHeader(const DataDictionary& dictionary, const Harmonisation& rules, const CsvReader& reader,
                                                 const std::vector<std::string>& header)
{
    if (header.size() == 1 && header[0].find_first_of(";\t") != std::string::npos) {
        return reader.failure("cells are separated by semicolons or tabs, want commas");
    }
    std::vector<const Variable*> columns;
    for (const std::string& name : header) {
        const Variable* variable = rules.variableOf(name, dictionary);
        if (variable == nullptr && !rules.isIgnored(name)) {
            return reader.failure(std::to_string(columns.size() + 1), "the header's name is not in the data dictionary");
        }
        if (variable != nullptr && std::find(columns.begin(), columns.end(), variable) != columns.end()) {
            return reader.failure(name, "stands in the header twice");
        }
        columns.push_back(variable);
    }
    for (const Variable& variable : dictionary.variables) {
        if (std::find(columns.begin(), columns.end(), &variable) == columns.end()) {
            return reader.failure(variable.name, "is missing from the header");
        }
    }
    return columns;
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

class DatasetBuilder {
public:
    DatasetBuilder(const DataDictionary& dictionary, const Harmonisation& rules, CsvReader& reader, Split split)
        : m_dictionary(dictionary), m_rules(rules), m_reader(reader), m_split(std::move(split)), m_values(dictionary.variables.size())
    {
        m_dataset.inputNames = dictionary.inputNames();
        m_dataset.train.columns = m_dataset.test.columns = m_dataset.inputNames.size();
    }

    Result<Dataset> read()
    {
        std::vector<std::string> cells;
        TRY(readHeader(m_reader, cells));
        TRY_ASSIGN(columns, matchHeader(m_dictionary, m_rules, m_reader, cells));
        while (true) {
            TRY_ASSIGN(found, m_reader.next(cells));
            if (!found) break;
            TRY(addRecord(columns, cells));
        }
        TRY(checkParts());
        return std::move(m_dataset);
    }

private:
    Result<void> addRecord(const std::vector<const Variable*>& columns, const std::vector<std::string>& cells)
    {
        if (cells.size() != columns.size()) {
            return m_reader.failure("has " + std::to_string(cells.size()) + " cells, want " + std::to_string(columns.size()));
        }
        const std::string* identifier = nullptr;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (columns[i] == nullptr) continue;
            const Variable& variable = *columns[i];
            if (variable.type == VariableType::Identifier) {
                identifier = &cells[i];
                if (auto checked = takeIdentifier(cells[i]); !checked) {
                    return m_reader.failure(variable.name, checked.error().message);
                }
                continue;
            }
            auto value = parseCell(variable, m_rules.apply(variable, cells[i]));
            if (!value) return m_reader.failure(variable.name, value.error().message);
            m_values[static_cast<std::size_t>(&variable - m_dictionary.variables.data())] = *value;
        }
        place(*identifier);
        return {};
    }

    Result<void> takeIdentifier(const std::string& identifier)
    {
        TRY(checkIdentifier(identifier));
        if (!m_seen.insert(identifier).second) return malformed("another record has the same identifier");
        return {};
    }

    void place(const std::string& identifier)
    {
        ++m_dataset.recordsInFile;
        const auto part = m_split.find(identifier);
        if (part != m_split.end()) ++m_matched;
        if (!isComplete()) {
            ++m_dataset.droppedRecords;
        } else if (part == m_split.end()) {
            ++m_dataset.unassignedRecords;
        } else {
            append(part->second == Part::Train ? m_dataset.train : m_dataset.test);
        }
    }

    [[nodiscard]] bool isComplete() const
    {
        for (std::size_t i = 0; i < m_values.size(); ++i) {
            const Variable& variable = m_dictionary.variables[i];
            const bool isNeeded = variable.isInput || variable.name == m_dictionary.target;
            if (isNeeded && !m_values[i]) return false;
        }
        return true;
    }

    void append(RecordSet& records) const
    {
        for (std::size_t i = 0; i < m_values.size(); ++i) {
            const Variable& variable = m_dictionary.variables[i];
            if (variable.name == m_dictionary.target) {
                records.targets.push_back(*m_values[i] > m_dictionary.targetPositiveAbove ? 1 : 0);
            }
            if (!variable.isInput) continue;
            if (variable.type != VariableType::Categorical) {
                records.features.push_back(*m_values[i]);
                continue;
            }
            for (std::size_t level = 1; level < variable.levels.size(); ++level) {
                records.features.push_back(*m_values[i] == static_cast<double>(level) ? 1.0 : 0.0);
            }
        }
    }

    Result<void> checkParts() const
    {
        if (m_matched != m_split.size()) {
            return fail(ErrorKind::Malformed, m_reader.fileName() + ": the split names " +
                                                  std::to_string(m_split.size() - m_matched) + " records that are not in it");
        }
        if (m_dataset.train.records() < 2 || m_dataset.test.records() < 1) {
            return fail(ErrorKind::Malformed, m_reader.fileName() + ": has " + std::to_string(m_dataset.train.records()) +
                                                  " training and " + std::to_string(m_dataset.test.records()) +
                                                  " test records, want at least 2 and 1");
        }
        return {};
    }

    const DataDictionary& m_dictionary;
    const Harmonisation& m_rules;
    CsvReader& m_reader;
    Split m_split;
    std::vector<Value> m_values;  ///< Of the record in hand, by variable.
    std::unordered_set<std::string> m_seen;
    std::size_t m_matched = 0;
    Dataset m_dataset;
};

}  // namespace

Result<Dataset> readDataset(const DataDictionary& dictionary, const std::filesystem::path& recordsFile,
                            const std::filesystem::path& splitFile, const CsvLimits& limits, const Harmonisation& rules)
{
    TRY(validate(dictionary));
    const auto identifier = std::find_if(dictionary.variables.begin(), dictionary.variables.end(),
                                         [](const Variable& v) { return v.type == VariableType::Identifier; });
    if (identifier == dictionary.variables.end()) {
        return malformed("dictionary has no identifier, which the split needs");
    }
    TRY_ASSIGN(split, readSplit(identifier->name, splitFile, limits));
    TRY_ASSIGN(reader, CsvReader::open(recordsFile, limits));
    return DatasetBuilder(dictionary, rules, reader, std::move(split)).read();
}

}  // namespace quorate::schema
