// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output.h"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace quorate::cli {

void printLine(const std::string& text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fputc('\n', stdout);
}

ExitCode reportError(const Error& error, bool json)
{
    if (json) {
        const nlohmann::ordered_json out{{"error", {{"kind", nameOf(error.kind)}, {"message", error.message}}}};
        printLine(out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    } else {
        std::fprintf(stderr, "quoratectl: %s\n", printable(error.message).c_str());
    }
    return exitCodeFor(error);
}

ExitCode reportJudged(const Error& error, bool json)
{
    const ExitCode code = reportError(error, json);
    return error.kind == ErrorKind::PolicyRefused || error.kind == ErrorKind::Untrusted ? ExitCode::Refused : code;
}

std::string printable(const std::string& text)
{
    std::string out = text;
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    }
    return out;
}

std::string shortened(const std::string& text, std::size_t width)
{
    return text.size() <= width ? text : text.substr(0, width - 3) + "...";
}

std::string padded(std::string text, std::size_t width)
{
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
}

}  // namespace quorate::cli
