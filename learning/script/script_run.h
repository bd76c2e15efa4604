// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "learning/script/script_messages.h"

namespace quorate::learning {

/// Makes LibTorch open and start now whatever it opens and starts on first use; to be called before the process is confined.
Result<void> warmUpTorch();

/// Loads, checks and runs the task's module in this process, which should be confined. PolicyRefused when the file cannot be
/// read, has a forbidden operator, buffers or parameters that are not float32, or fails while it runs.
Result<ScriptAnswer> runScript(const ScriptTask& task);

}  // namespace quorate::learning
