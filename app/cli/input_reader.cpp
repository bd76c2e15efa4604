// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/input_reader.h"

#include <filesystem>
#include <iostream>
#include <optional>

#include "core/attestation/input_files.h"
#include "core/attestation/policy/policy_file.h"
#include "core/attestation/tdx/quote.h"

namespace quorate::cli {
namespace {

using namespace attestation;

std::optional<PolicyProfile> profileNamed(const std::string& name)
{
    for (const PolicyProfile profile :
         {PolicyProfile::Strict, PolicyProfile::Standard, PolicyProfile::Training, PolicyProfile::ChainOnly}) {
        if (name == nameOf(profile)) return profile;
    }
    return std::nullopt;
}

}  // namespace

Result<Bytes> InputReader::read(const std::string& path, std::size_t maxBytes)
{
    if (path != "-") return readBoundedFile(path, maxBytes);
    if (m_standardInputTaken) return fail(ErrorKind::Malformed, "standard input is named for two files");
    m_standardInputTaken = true;
    return readBounded(std::cin, "standard input", maxBytes);
}

Result<EvidenceCase> InputReader::evidenceCase(const std::string& path)
{
    if (path != "-") return readEvidenceCase(path);
    TRY_ASSIGN(blob, read(path, tdx::kMaxQuoteBytes));
    return evidenceCaseOf(std::move(blob));
}

Result<AppraisalPolicy> InputReader::policy(const std::string& nameOrPath)
{
    if (const auto profile = profileNamed(nameOrPath)) return shippedPolicy(*profile);
    return parsed(nameOrPath, parsePolicyFile);
}

Result<TrustAnchors> InputReader::anchors(const std::string& demoAnchorsPath)
{
    if (demoAnchorsPath.empty()) return productionAnchors();
    return parsed(demoAnchorsPath, parseDemoAnchorsFile);
}

std::string checkPolicyArgument(const std::string& text)
{
    std::error_code error;
    if (text == "-" || profileNamed(text) || std::filesystem::is_regular_file(text, error)) return {};
    return "neither strict, standard, training, chain-only nor a file: " + text;
}

}  // namespace quorate::cli
