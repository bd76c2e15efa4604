// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace quorate::schema {

/// What a file may cost before it is refused. Nothing is allocated by what a file says of itself.
struct CsvLimits {
    std::uint64_t fileBytes = 256ULL << 20;
    std::size_t recordBytes = 64 << 10;
    std::size_t columns = 512;
    std::uint64_t records = 2'000'000;
};

/// Reads comma-separated UTF-8 text record by record (RFC 4180: quotes doubled inside quotes, line ends LF or CRLF, the last
/// one optional), with an optional byte-order mark; empty lines are skipped. Anything else is an error that names the
/// file and the row as a spreadsheet counts it, the header being row 1. No message contains a cell's text.
class CsvReader {
public:
    /// Unavailable when the file cannot be read; Malformed when it is no plain text file or larger than allowed.
    static Result<CsvReader> open(const std::filesystem::path& path, const CsvLimits& limits = {});

    /// Reads the next record into `cells`; false at the end of the file.
    Result<bool> next(std::vector<std::string>& cells);

    /// Of the record that next() gave last.
    [[nodiscard]] std::uint64_t row() const { return m_row; }
    [[nodiscard]] const std::string& fileName() const { return m_fileName; }
    /// Malformed, "FILE, row N: message".
    [[nodiscard]] tl::unexpected<Error> failure(const std::string& message) const;
    /// Malformed, "FILE, row N, column NAME: message".
    [[nodiscard]] tl::unexpected<Error> failure(const std::string& column, const std::string& message) const;

private:
    enum class CellEnd { Comma, Record };

    CsvReader(std::ifstream file, std::string fileName, const CsvLimits& limits);
    Result<void> checkBeginning();
    int peek();
    int get();
    void fill();
    Result<void> checkSource() const;
    Result<void> append(std::string& cell, int character);
    Result<bool> skipEmptyLine();
    Result<CellEnd> readCell(std::string& cell);
    Result<CellEnd> readQuotedCell(std::string& cell);
    Result<CellEnd> readCellEnd();

    std::ifstream m_file;
    std::string m_fileName;
    CsvLimits m_limits;
    std::vector<char> m_buffer;
    std::size_t m_position = 0;
    std::size_t m_available = 0;
    std::uint64_t m_fileBytes = 0;
    std::size_t m_recordBytes = 0;
    std::uint64_t m_row = 0;
    std::uint64_t m_records = 0;
};

}  // namespace quorate::schema
