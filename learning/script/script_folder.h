// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "learning/script/script_model.h"

namespace quorate::learning {

/// The TorchScript files that this computer's people put here, each named <SHA-256 in hexadecimal>.pt.
struct ScriptFolder {
    std::filesystem::path folder;  ///< Empty: there is none.
    ScriptWorker worker;           ///< Of an empty program: quorate-script-worker beside this one.
};

/// The folder's file with the digest that the study approved. Unavailable when there is none, else as ScriptModel::open.
Result<ScriptModel> openScript(const study::ModelSpec& spec, const ScriptFolder& scripts);

/// Where a study's model begins, whether it is built in or a file of the folder. Fails as builtInStart() and openScript().
Result<std::unique_ptr<ModelStart>> openStart(const study::ModelSpec& spec, const ScriptFolder& scripts);

}  // namespace quorate::learning
