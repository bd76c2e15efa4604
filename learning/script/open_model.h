// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "learning/script/script_model.h"

namespace quorate::learning {

/// The TorchScript files that this computer's people put here, each named <SHA-256 in hexadecimal>.pt.
struct ScriptFolder {
    std::filesystem::path folder;  ///< Empty: there is none.
    ScriptWorker worker;           ///< Of an empty program: quorate-script-worker beside this one.
};

/// A study's model: built in, or the folder's file with the digest that the study approved. Unavailable when there is no such
/// file, else as builtInModel() and ScriptModel::open.
Result<std::unique_ptr<StudyModel>> openModel(const study::ModelSpec& spec, const ScriptFolder& scripts);

}  // namespace quorate::learning
