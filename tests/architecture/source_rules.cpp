// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/architecture/source_rules.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

namespace quorate::tests {

namespace {

using Names = std::set<std::string>;

/// Layer -> folders of ours that it may include from (the table of cmake/Layers.cmake, seen from the text).
const std::map<std::string, Names>& mayInclude()
{
    static const std::map<std::string, Names> table = {
        {"core", {"core"}},
        {"learning", {"core", "learning"}},
        {"collateral_client", {"core", "collateral_client"}},
        {"enclave_client", {"core", "enclave_client"}},
        {"services", {"core", "learning", "enclave_client", "collateral_client", "services"}},
        {"ui", {"core", "ui"}},
        {"app", {"core", "learning", "enclave_client", "collateral_client", "services", "ui", "app"}},
        {"bench", {"core", "learning", "enclave_client", "services", "bench"}},
    };
    return table;
}

/// Layer -> outside libraries that it may see, of those that the table is about.
const std::map<std::string, Names>& mayUse()
{
    static const std::map<std::string, Names> table = {
        {"core", {"protobuf"}},
        {"learning", {"torch"}},
        {"collateral_client", {"curl"}},
        {"enclave_client", {"grpc", "protobuf"}},
        {"services", {"grpc", "protobuf"}},
        {"ui", {"Qt"}},
        {"app", {"Qt", "grpc"}},
        {"bench", {"grpc"}},  // Its baseline is gRPC alone.
    };
    return table;
}

bool startsWithAny(std::string_view text, std::initializer_list<std::string_view> beginnings)
{
    return std::any_of(beginnings.begin(), beginnings.end(), [&](std::string_view b) { return text.starts_with(b); });
}

/// Empty when the include is of no library that the table is about.
std::string libraryOf(const std::string& include)
{
    const std::string_view name = std::string_view(include).substr(1);
    if (name.size() > 1 && name[0] == 'Q' && (std::isupper(static_cast<unsigned char>(name[1])) != 0 || name[1] == 't')) return "Qt";
    if (startsWithAny(name, {"qt", "ui_"})) return "Qt";
    if (startsWithAny(name, {"grpc", "grpcpp/"}) || name.ends_with(".grpc.pb.h")) return "grpc";
    if (startsWithAny(name, {"curl/"})) return "curl";
    if (startsWithAny(name, {"torch/", "ATen/", "c10/", "caffe2/"})) return "torch";
    if (startsWithAny(name, {"google/protobuf/"}) || name.ends_with(".pb.h")) return "protobuf";
    return {};
}

std::string firstFolder(std::string_view path)
{
    const auto slash = path.find('/');
    return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

bool isHeader(const std::string& path) { return path.ends_with(".h"); }

}  // namespace

std::vector<std::string> includesOf(std::string_view text)
{
    std::vector<std::string> includes;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        constexpr std::string_view kDirective = "#include ";
        if (!line.starts_with(kDirective)) continue;
        line.remove_prefix(kDirective.size());
        const auto close = line.find_first_of("\">", 1);
        if (close != std::string_view::npos) includes.emplace_back(line.substr(0, close));
    }
    return includes;
}

std::vector<std::string> includeViolations(const std::string& path, std::string_view text)
{
    std::vector<std::string> violations;
    const std::string layer = firstFolder(path);
    const auto folders = mayInclude().find(layer);
    if (folders == mayInclude().end()) return violations;
    const Names& libraries = mayUse().at(layer);
    for (const std::string& include : includesOf(text)) {
        const auto complain = [&](const std::string& why) {
            violations.push_back(path + " includes " + include.substr(1) + ": " + why);
        };
        const std::string folder = firstFolder(std::string_view(include).substr(1));
        if (include[0] == '"' && mayInclude().count(folder) != 0 && folders->second.count(folder) == 0) {
            complain(layer + " may not see " + folder);
        }
        if (include[0] == '"' && folder.empty()) complain("ours are included from the root");
        const std::string library = libraryOf(include);
        if (!library.empty() && libraries.count(library) == 0) complain(layer + " may not see " + library);
        if (layer == "core" && library == "protobuf" && isHeader(path)) complain("generated types stay inside core's .cpp files");
        if (include == "<nlohmann/json.hpp" && isHeader(path)) complain("JSON stays inside .cpp files");
    }
    return violations;
}

std::vector<std::string> headerViolations(const std::string& path, std::string_view text)
{
    std::vector<std::string> violations;
    std::size_t thirdLine = 0;
    for (int line = 0; line < 3 && thirdLine != std::string_view::npos; ++line) {
        thirdLine = text.find('\n', thirdLine == 0 ? 0 : thirdLine + 1);
    }
    if (text.substr(0, thirdLine).find("SPDX-License-Identifier: GPL-3.0-or-later") == std::string_view::npos) {
        violations.push_back(path + " has no SPDX line");
    }
    if (isHeader(path) && text.find("#pragma once\n") == std::string_view::npos) {
        violations.push_back(path + " has no #pragma once");
    }
    return violations;
}

}  // namespace quorate::tests
