// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/conformance.h"

#include <algorithm>
#include <unordered_set>

#include "core/crypto/digest.h"
#include "core/schema/cell_value.h"

namespace quorate::schema {
namespace {

constexpr std::size_t kRowsNamed = 5;
constexpr std::size_t kMaxIdentifierBytes = 128;
constexpr std::size_t kIgnored = static_cast<std::size_t>(-1);

void add(FaultCount& to, std::uint64_t row)
{
    if (++to.count <= kRowsNamed) to.rows.push_back(row);
}

FaultCount* faultOf(VariableConformance& variable, CellFault fault)
{
    switch (fault) {
    case CellFault::None: break;
    case CellFault::NotANumber: return &variable.notANumber;
    case CellFault::NotWhole: return &variable.notWhole;
    case CellFault::OutOfRange: return &variable.outOfRange;
    case CellFault::UnknownLevel: return &variable.unknownLevel;
    }
    return nullptr;
}

class Checker {
public:
    Checker(const DataDictionary& dictionary, const Harmonisation& rules, CsvReader& reader)
        : m_dictionary(dictionary), m_rules(rules), m_reader(reader), m_isNeeded(dictionary.variables.size())
    {
        m_report.file = reader.fileName();
        m_report.harmonisation = rules.digest();
        for (std::size_t i = 0; i < dictionary.variables.size(); ++i) {
            const Variable& variable = dictionary.variables[i];
            VariableConformance entry;
            entry.name = variable.name;
            entry.unit = variable.unit;
            entry.mustNotBeMissing = variable.missing == MissingRule::Refuse;
            const auto rule = rules.rules().find(variable.name);
            entry.isConverted = rule != rules.rules().end() && rule->second.factor.has_value();
            m_isNeeded[i] = variable.isInput || variable.name == dictionary.target;
            m_report.variables.push_back(std::move(entry));
        }
    }

    Result<ConformanceReport> run()
    {
        std::vector<std::string> cells;
        TRY_ASSIGN(found, m_reader.next(cells));
        if (!found) return fail(ErrorKind::Malformed, m_reader.fileName() + ": is empty, want a header and records");
        readHeader(cells);
        while (true) {
            TRY_ASSIGN(more, m_reader.next(cells));
            if (!more) break;
            readRecord(cells);
        }
        std::erase_if(m_report.variables, [this](const VariableConformance& entry) {
            return m_dictionary.find(entry.name)->type == VariableType::Identifier && entry.isInFile;
        });
        return std::move(m_report);
    }

private:
    void readHeader(const std::vector<std::string>& header)
    {
        for (std::size_t column = 0; column < header.size(); ++column) {
            const Variable* variable = m_rules.variableOf(header[column], m_dictionary);
            m_columns.push_back(kIgnored);
            if (variable == nullptr) {
                if (m_rules.isIgnored(header[column])) ++m_report.ignoredColumns;
                else m_report.unknownColumns.push_back(column + 1);
                continue;
            }
            const auto index = static_cast<std::size_t>(variable - m_dictionary.variables.data());
            if (m_report.variables[index].isInFile) {
                m_report.repeatedColumns.push_back(column + 1);
                continue;
            }
            m_report.variables[index].isInFile = true;
            m_columns.back() = index;
        }
    }

    void readRecord(const std::vector<std::string>& cells)
    {
        ++m_report.records;
        if (cells.size() != m_columns.size()) {
            add(m_report.ragged, m_reader.row());
            return;
        }
        bool isUsable = true;
        for (std::size_t column = 0; column < cells.size(); ++column) {
            const std::size_t index = m_columns[column];
            if (index == kIgnored) continue;
            const Variable& variable = m_dictionary.variables[index];
            const bool isGood = variable.type == VariableType::Identifier
                                    ? takeIdentifier(cells[column])
                                    : takeCell(variable, m_report.variables[index], cells[column]) || !m_isNeeded[index];
            isUsable = isUsable && isGood;
        }
        for (std::size_t i = 0; i < m_isNeeded.size(); ++i) isUsable = isUsable && (!m_isNeeded[i] || m_report.variables[i].isInFile);
        if (isUsable) ++m_report.usable;
    }

    /// Whether the cell holds a value as the dictionary wants it.
    bool takeCell(const Variable& variable, VariableConformance& entry, const std::string& cell)
    {
        const CellValue read = readCell(variable, m_rules.apply(variable, cell));
        if (FaultCount* fault = faultOf(entry, read.fault)) {
            add(*fault, m_reader.row());
        } else if (!read.value) {
            add(entry.missing, m_reader.row());
        } else {
            ++entry.values;
        }
        return read.value.has_value();
    }

    bool takeIdentifier(const std::string& identifier)
    {
        if (identifier.empty() || identifier.size() > kMaxIdentifierBytes) {
            add(m_report.badIdentifiers, m_reader.row());
            return false;
        }
        if (m_seen.insert(identifier).second) return true;
        add(m_report.duplicateIdentifiers, m_reader.row());
        return false;
    }

    const DataDictionary& m_dictionary;
    const Harmonisation& m_rules;
    CsvReader& m_reader;
    std::vector<bool> m_isNeeded;          ///< By variable: a record without it takes no part.
    std::vector<std::size_t> m_columns;    ///< Variable of each column.
    std::unordered_set<std::string> m_seen;
    ConformanceReport m_report;
};

}  // namespace

bool VariableConformance::conforms() const
{
    return isInFile && notANumber.count == 0 && notWhole.count == 0 && outOfRange.count == 0 && unknownLevel.count == 0 &&
           (!mustNotBeMissing || missing.count == 0);
}

bool VariableConformance::looksLikeAnotherUnit() const { return outOfRange.count > values + notWhole.count; }

bool ConformanceReport::conforms() const
{
    return ragged.count == 0 && duplicateIdentifiers.count == 0 && badIdentifiers.count == 0 && unknownColumns.empty() &&
           repeatedColumns.empty() && std::all_of(variables.begin(), variables.end(), [](const auto& v) { return v.conforms(); });
}

Result<ConformanceReport> checkConformance(const DataDictionary& dictionary, const Harmonisation& rules,
                                           const std::filesystem::path& recordsFile, const CsvLimits& limits)
{
    TRY(validate(dictionary));
    TRY_ASSIGN(reader, CsvReader::open(recordsFile, limits));
    return Checker(dictionary, rules, reader).run();
}

}  // namespace quorate::schema
