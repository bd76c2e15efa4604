// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/passphrase.h"

#include <cstdio>
#include <memory>

namespace quorate::cli {
namespace {

constexpr std::size_t kMaxBytes = 1024;

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

/// Character by character into memory that is wiped: a stream would keep copies.
Result<SecretBytes> readLine(std::FILE* input)
{
    SecretBytes line(kMaxBytes);
    std::size_t size = 0;
    for (int c = std::fgetc(input); c != EOF && c != '\n'; c = std::fgetc(input)) {
        if (size == kMaxBytes) return fail(ErrorKind::Malformed, "passphrase is longer than 1024 bytes");
        line.exposeMutable()[size++] = static_cast<std::uint8_t>(c);
    }
    if (size > 0 && line.expose()[size - 1] == '\r') --size;
    if (size == 0) return fail(ErrorKind::Malformed, "passphrase is empty, want one on the first line");
    return SecretBytes::copyOf(line.expose().first(size));
}

}  // namespace

Result<SecretBytes> readPassphrase(const std::string& file, const char* prompt)
{
    if (!file.empty()) {
        const std::unique_ptr<std::FILE, CloseFile> input(std::fopen(file.c_str(), "rb"));
        if (!input) return fail(ErrorKind::Unavailable, file + " cannot be opened");
        std::setvbuf(input.get(), nullptr, _IONBF, 0);
        return readLine(input.get());
    }
    if (!isTerminal()) return readLine(stdin);
    std::fprintf(stderr, "%s: ", prompt);
    const HiddenTyping hidden;
    auto line = readLine(stdin);
    std::fprintf(stderr, "\n");
    return line;
}

}  // namespace quorate::cli
