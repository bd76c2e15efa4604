// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/base/result.h"

namespace quorate::ui {

/// What a person needs after a failure.
struct ErrorText {
    QString what;  ///< One sentence.
    QString todo;  ///< What to do next, and the program's own words for what is and what is wanted.
};

ErrorText sentenceFor(const Error& error);

}  // namespace quorate::ui
