// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/attestation/appraisal.h"
#include "core/attestation/case_folder.h"

namespace quorate::cli {

/// Reads a command's input files. "-" is standard input, which can be read for one of them only.
class InputReader {
public:
    /// The whole file, of at most `maxBytes`; errors name it.
    Result<Bytes> read(const std::string& path, std::size_t maxBytes);
    /// A folder, or the bytes of one quote or report.
    Result<attestation::EvidenceCase> evidenceCase(const std::string& path);
    /// One of the shipped profiles by name, else a policy file.
    Result<attestation::AppraisalPolicy> policy(const std::string& nameOrPath);
    /// Intel's and AMD's, or a rehearsal's from a file.
    Result<attestation::TrustAnchors> anchors(const std::string& demoAnchorsPath);

    /// Reads with `parse`; errors name the file.
    template <typename Parse>
    auto parsed(const std::string& path, const Parse& parse) -> decltype(parse(BytesView()))
    {
        TRY_ASSIGN(bytes, read(path, kMaxInputBytes));
        auto value = parse(bytes);
        if (!value) return failAt(path, value.error());
        return value;
    }

private:
    static constexpr std::size_t kMaxInputBytes = 1024 * 1024;
    bool m_standardInputTaken = false;
};

/// For CLI11: empty when `text` names a shipped profile, a file or "-", else what is wrong with it.
std::string checkPolicyArgument(const std::string& text);

}  // namespace quorate::cli
