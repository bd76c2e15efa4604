// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QString>

#include "core/crypto/self_test.h"
#include "core/ports/study_desk.h"

namespace quorate::ui {

/// The known answers of the cryptography, and whether the vault's database encrypts.
std::vector<SelfTestOutcome> runSelfTest();

/// What a person may send to whoever looks for a fault: versions, self-test, sizes, counts and states, each named here. No
/// name, path, address, study, digest, error message or anything typed is ever among it.
QString diagnosticsText(const std::vector<SelfTestOutcome>& tests, const DeskStatus& status, const StudySnapshot* study,
                        const std::optional<VaultInfo>& vault);

}  // namespace quorate::ui
