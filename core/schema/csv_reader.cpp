// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/csv_reader.h"

#include <string_view>

namespace quorate::schema {

namespace {

constexpr int kEnd = -1;
constexpr std::size_t kBufferBytes = 64 << 10;

/// Signatures of files that people send instead of plain text.
struct Signature {
    std::string_view bytes;
    const char* message;
};
constexpr Signature kSignatures[] = {
    {"\x1f\x8b", "is compressed (gzip), want plain text"},
    {"PK\x03\x04", "is a workbook or an archive (zip), want plain text"},
    {"\xff\xfe", "is UTF-16, want UTF-8"},
    {"\xfe\xff", "is UTF-16, want UTF-8"},
};

}  // namespace

CsvReader::CsvReader(std::ifstream file, std::string fileName, const CsvLimits& limits)
    : m_file(std::move(file)), m_fileName(std::move(fileName)), m_limits(limits), m_buffer(kBufferBytes)
{
}

Result<CsvReader> CsvReader::open(const std::filesystem::path& path, const CsvLimits& limits)
{
    const std::string name = path.filename().string();
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (error || !std::filesystem::exists(status)) {
        return fail(ErrorKind::Unavailable, name + ": there is no such file");
    }
    if (!std::filesystem::is_regular_file(status)) {
        return fail(ErrorKind::Malformed, name + ": is not a regular file");
    }
    const auto sizeBytes = std::filesystem::file_size(path, error);
    if (error) {
        return fail(ErrorKind::Unavailable, name + ": its size cannot be read");
    }
    if (sizeBytes > limits.fileBytes) {
        return fail(ErrorKind::Malformed, name + ": is " + std::to_string(sizeBytes) + " bytes, want at most " +
                                              std::to_string(limits.fileBytes));
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(ErrorKind::Unavailable, name + ": cannot be opened for reading");
    }
    CsvReader reader(std::move(file), name, limits);
    TRY(reader.checkBeginning());
    return reader;
}

tl::unexpected<Error> CsvReader::failure(const std::string& message) const
{
    return fail(ErrorKind::Malformed, m_fileName + ", row " + std::to_string(m_row) + ": " + message);
}

tl::unexpected<Error> CsvReader::failure(const std::string& column, const std::string& message) const
{
    return fail(ErrorKind::Malformed,
                m_fileName + ", row " + std::to_string(m_row) + ", column " + column + ": " + message);
}

Result<void> CsvReader::checkBeginning()
{
    fill();
    TRY(checkSource());
    const std::string_view beginning(m_buffer.data(), m_available);
    for (const Signature& signature : kSignatures) {
        if (beginning.starts_with(signature.bytes)) {
            return fail(ErrorKind::Malformed, m_fileName + ": " + signature.message);
        }
    }
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (beginning.starts_with(kByteOrderMark)) {
        m_position = kByteOrderMark.size();
    }
    return {};
}

void CsvReader::fill()
{
    m_position = 0;
    m_available = 0;
    if (!m_file || m_fileBytes > m_limits.fileBytes) return;
    m_file.read(m_buffer.data(), static_cast<std::streamsize>(m_buffer.size()));
    m_available = static_cast<std::size_t>(m_file.gcount());
    m_fileBytes += m_available;
}

Result<void> CsvReader::checkSource() const
{
    if (m_file.bad()) {
        return fail(ErrorKind::Unavailable, m_fileName + ": reading it failed");
    }
    // The size was checked before; a file that grows meanwhile ends here.
    if (m_fileBytes > m_limits.fileBytes) {
        return fail(ErrorKind::Malformed, m_fileName + ": grew while it was read, want at most " +
                                              std::to_string(m_limits.fileBytes) + " bytes");
    }
    return {};
}

int CsvReader::peek()
{
    if (m_position == m_available) fill();
    return m_position == m_available ? kEnd : static_cast<unsigned char>(m_buffer[m_position]);
}

int CsvReader::get()
{
    const int character = peek();
    if (character != kEnd) {
        ++m_position;
        ++m_recordBytes;
    }
    return character;
}

Result<void> CsvReader::append(std::string& cell, int character)
{
    if (character == 0) {
        return failure("has a NUL byte, want text");
    }
    if (m_recordBytes > m_limits.recordBytes) {
        return failure("is longer than " + std::to_string(m_limits.recordBytes) + " bytes");
    }
    cell.push_back(static_cast<char>(character));
    return {};
}

Result<bool> CsvReader::next(std::vector<std::string>& cells)
{
    cells.clear();
    for (bool isEmpty = true; isEmpty;) {
        m_recordBytes = 0;
        if (peek() == kEnd) {
            TRY(checkSource());
            return false;
        }
        ++m_row;
        TRY_ASSIGN(skipped, skipEmptyLine());
        isEmpty = skipped;
    }
    if (++m_records > m_limits.records) {
        return failure("the file has more than " + std::to_string(m_limits.records) + " records");
    }
    for (CellEnd end = CellEnd::Comma; end == CellEnd::Comma;) {
        if (cells.size() == m_limits.columns) {
            return failure("has more than " + std::to_string(m_limits.columns) + " cells");
        }
        cells.emplace_back();
        TRY_ASSIGN(found, readCell(cells.back()));
        end = found;
    }
    TRY(checkSource());
    return true;
}

Result<bool> CsvReader::skipEmptyLine()
{
    if (peek() != '\n' && peek() != '\r') return false;
    TRY(readCellEnd());
    return true;
}

Result<CsvReader::CellEnd> CsvReader::readCell(std::string& cell)
{
    if (peek() == '"') return readQuotedCell(cell);
    while (true) {
        const int character = peek();
        if (character == ',' || character == '\n' || character == '\r' || character == kEnd) return readCellEnd();
        if (character == '"') {
            return failure("has a quotation mark inside a cell that does not begin with one");
        }
        TRY(append(cell, get()));
    }
}

Result<CsvReader::CellEnd> CsvReader::readQuotedCell(std::string& cell)
{
    get();
    while (true) {
        const int character = get();
        if (character == kEnd) {
            TRY(checkSource());
            return failure("has a quotation mark that is never closed");
        }
        if (character != '"') {
            TRY(append(cell, character));
            continue;
        }
        if (peek() != '"') return readCellEnd();
        TRY(append(cell, get()));
    }
}

Result<CsvReader::CellEnd> CsvReader::readCellEnd()
{
    switch (get()) {
    case ',': return CellEnd::Comma;
    case '\n':
    case kEnd: return CellEnd::Record;
    case '\r':
        if (get() == '\n') return CellEnd::Record;
        return failure("has a carriage return that no line feed follows");
    default: return failure("has text after a closing quotation mark");
    }
}

}  // namespace quorate::schema
