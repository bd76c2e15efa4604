// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "app/cli/input_reader.h"

namespace CLI {
class App;
}

namespace quorate::cli {

/// What `appraise` takes from a study: its policy and reference values in place of files, and a quorum's acceptance.
struct StudyOptions {
    std::string package;
    std::string root;
    std::string acceptance;
};

/// Names that belong together are asked for together; --policy and --reference go with no study.
void addStudyOptions(CLI::App& command, StudyOptions& options);

/// Without a study nothing. With one, policy, reference values and mode are those of the package, which must lead to the
/// root, and the acceptance is one that its quorum gave and that holds at `inputs.at`: else Untrusted or PolicyRefused.
Result<void> takeFromStudy(const StudyOptions& options, InputReader& reader, attestation::AppraisalInputs& inputs);

}  // namespace quorate::cli
