// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <doctest/doctest.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#ifndef _WIN32
#include <sys/wait.h>
#endif

#include "tests/support/shared_vectors.h"

namespace quorate::tests {

struct Outcome {
    int code = -1;
    std::string output;
    [[nodiscard]] nlohmann::json parsed() const { return nlohmann::json::parse(output, nullptr, false); }
};

/// Runs a program of this build; both its outputs in one text.
inline Outcome runProgram(const std::string& name, const std::string& arguments)
{
    const std::string command = std::string("\"") + environment("QUORATE_BIN", ".") + "/" + name + "\" " + arguments + " 2>&1";
    Outcome out;
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    char chunk[4096];
    for (std::size_t count = 0; (count = fread(chunk, 1, sizeof chunk, pipe)) > 0;) out.output.append(chunk, count);
    out.code = WEXITSTATUS(pclose(pipe));
    return out;
}

inline Outcome quoratectl(const std::string& arguments) { return runProgram("quoratectl", arguments); }

}  // namespace quorate::tests
