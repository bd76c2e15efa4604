// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "learning/script/script_folder.h"

namespace quorate::learning {

/// Fails as manifestOf(): for a TorchScript model, whose tensors are in its file, too.
Result<std::unique_ptr<StudyModel>> builtInModel(const study::ModelSpec& spec);

/// A study's model, ready to be trained: built in, or the folder's file with the digest that the study approved. Fails as
/// builtInModel() and openScript().
Result<std::unique_ptr<StudyModel>> openModel(const study::ModelSpec& spec, const ScriptFolder& scripts);

}  // namespace quorate::learning
