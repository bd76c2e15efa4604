// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cctype>
#include <doctest/doctest.h>
#include <filesystem>
#include <map>

#include "tests/architecture/source_rules.h"
#include "tests/support/shared_vectors.h"

using namespace quorate::tests;
namespace fs = std::filesystem;

namespace {

const fs::path& root()
{
    static const fs::path path = environment("QUORATE_SOURCE", ".");
    return path;
}

bool isOneOf(const std::string& text, std::initializer_list<const char*> all)
{
    return std::find(all.begin(), all.end(), text) != all.end();
}

/// Every file of the source folders, by its path from the root.
std::map<std::string, std::string> readSources()
{
    std::map<std::string, std::string> files;
    for (const char* folder : {"core", "learning", "collateral_client", "enclave_client", "services", "ui", "app", "bench", "tests", "cmake", "proto"}) {
        if (!fs::is_directory(root() / folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(root() / folder)) {
            const fs::path& path = entry.path();
            const bool isSource = isOneOf(path.extension().string(), {".cpp", ".h", ".cmake", ".proto"}) ||
                                  path.filename() == "CMakeLists.txt";
            if (entry.is_regular_file() && isSource) files[path.lexically_relative(root()).generic_string()] = readText(path);
        }
    }
    return files;
}

const std::map<std::string, std::string>& sources()
{
    static const auto files = readSources();
    return files;
}

bool isCode(const std::string& path) { return path.ends_with(".cpp") || path.ends_with(".h"); }

/// `name` stands in `text` with no letter, digit, _ or . directly before or after it.
bool hasWord(const std::string& text, const std::string& name)
{
    const auto isPart = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; };
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
        const auto end = at + name.size();
        if ((at == 0 || !isPart(text[at - 1])) && (end == text.size() || !isPart(text[end]))) return true;
    }
    return false;
}

/// Listed by its file name in a CMakeLists.txt of its folder or one above; a test also by its stem, as loops write it.
bool isListed(const std::string& path)
{
    const std::string name = fs::path(path).filename().string();
    const bool isTest = name.ends_with("_test.cpp");
    const std::string stem = isTest ? name.substr(0, name.size() - 9) : name;
    for (fs::path folder = fs::path(path).parent_path(); !folder.empty(); folder = folder.parent_path()) {
        const auto lists = sources().find((folder / "CMakeLists.txt").generic_string());
        if (lists != sources().end() && (hasWord(lists->second, name) || hasWord(lists->second, stem))) return true;
    }
    // By its path from the root, from another folder: support files that several tests share.
    return std::any_of(sources().begin(), sources().end(), [&](const auto& file) {
        return (file.first.ends_with("CMakeLists.txt") || file.first.ends_with(".cmake")) && file.second.find(path) != std::string::npos;
    });
}

}  // namespace

TEST_CASE("the sources are found")
{
    CHECK(sources().size() > 50);
    CHECK(sources().count("core/base/result.h") == 1);
}

TEST_CASE("no file includes what its layer must not see")
{
    for (const auto& [path, text] : sources()) {
        if (!isCode(path)) continue;
        for (const std::string& violation : includeViolations(path, text)) FAIL_CHECK(violation);
    }
}

TEST_CASE("an include of ours from the root names a file that is there")
{
    for (const auto& [path, text] : sources()) {
        for (const std::string& include : isCode(path) ? includesOf(text) : std::vector<std::string>{}) {
            const std::string name = include.substr(1);
            const bool isGenerated = name.ends_with(".pb.h") || name.ends_with(".moc") || name.starts_with("ui_");
            if (include[0] == '"' && !isGenerated && !fs::exists(root() / name)) FAIL_CHECK(path << " includes " << name << ", which is not there");
        }
    }
}

TEST_CASE("every file names its licence and every header guards itself")
{
    for (const auto& [path, text] : sources()) {
        for (const std::string& violation : headerViolations(path, text)) FAIL_CHECK(violation);
    }
    for (const char* script : {"dev", ".ci/run", "CMakeLists.txt"}) {
        for (const std::string& violation : headerViolations(script, readText(root() / script))) FAIL_CHECK(violation);
    }
}

TEST_CASE("every source is listed and none is globbed")
{
    for (const auto& [path, text] : sources()) {
        const bool isList = path.ends_with("CMakeLists.txt") || path.ends_with(".cmake");
        if (isList && (text.find("file(GLOB") != std::string::npos || text.find("aux_source_directory") != std::string::npos)) {
            FAIL_CHECK(path << " globs");
        }
        if (path.ends_with(".cpp") && !isListed(path)) FAIL_CHECK(path << " is in no CMakeLists.txt");
    }
}

TEST_CASE("each rule catches the file that breaks it")
{
    struct Row {
        const char* path;
        const char* line;
        const char* expected;
    };
    const Row rows[] = {
        {"core/base/a.cpp", "#include <QString>", "core may not see Qt"},
        {"core/base/a.cpp", "#include <QtGlobal>", "core may not see Qt"},
        {"core/base/a.h", "#include <grpcpp/grpcpp.h>", "core may not see grpc"},
        {"core/base/a.h", "#include <torch/torch.h>", "core may not see torch"},
        {"core/base/a.h", "#include \"ui/theme/theme.h\"", "core may not see ui"},
        {"core/study/a.h", "#include \"quorate/payload/v1/payload.pb.h\"", "inside core's .cpp files"},
        {"core/study/a.h", "#include <nlohmann/json.hpp>", "JSON stays inside"},
        {"learning/a.cpp", "#include <grpcpp/grpcpp.h>", "learning may not see grpc"},
        {"learning/a.cpp", "#include \"services/aggregation/a.h\"", "learning may not see services"},
        {"core/a.cpp", "#include <curl/curl.h>", "core may not see curl"},
        {"enclave_client/a.cpp", "#include <QObject>", "enclave_client may not see Qt"},
        {"enclave_client/a.cpp", "#include \"learning/model.h\"", "enclave_client may not see learning"},
        {"services/a.cpp", "#include <torch/torch.h>", "services may not see torch"},
        {"services/a.cpp", "#include \"app/demo/a.h\"", "services may not see app"},
        {"ui/a.cpp", "#include \"quorate/v1/rounds.pb.h\"", "ui may not see protobuf"},
        {"ui/a.cpp", "#include \"enclave_client/channel.h\"", "ui may not see enclave_client"},
        {"app/a.cpp", "#include <ATen/ATen.h>", "app may not see torch"},
        {"ui/a.cpp", "#include \"a.h\"", "included from the root"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.path);
        CAPTURE(row.line);
        const auto violations = includeViolations(row.path, std::string("// x\n") + row.line + "\n");
        REQUIRE(violations.size() == 1);
        CHECK(violations[0].find(row.expected) != std::string::npos);
    }
    CHECK(includeViolations("ui/a.cpp", "#include <QString>\n#include \"core/study/study.h\"\n#include <vector>\n").empty());
    CHECK(headerViolations("core/a.h", "#pragma once\n").size() == 1);
    CHECK(headerViolations("core/a.h", "// SPDX-License-Identifier: GPL-3.0-or-later\n").size() == 1);
}
