// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/attestation/appraisal.h"

namespace quorate::ui {

/// What a person reads about one check. One entry per family of check ids; an unknown id keeps itself as its name.
struct CheckText {
    QString name;  ///< "Boot loader and kernel (RTMR1)"
    QString why;   ///< Why it matters that it failed.
    QString todo;  ///< What to do when it did.
};

CheckText textFor(const std::string& checkId);
/// "Pass", "Fail", "Does not apply", "Not checked".
QString wordFor(attestation::CheckOutcome outcome);
/// A register's field name as the manuals write it, and what it measures: {"RTMR2", "Command line, initrd"}.
struct RegisterText {
    QString field;
    QString meaning;
};
RegisterText registerText(const std::string& claim);

}  // namespace quorate::ui
