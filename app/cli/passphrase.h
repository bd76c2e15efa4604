// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/base/secret_bytes.h"

namespace quorate::cli {

/// One line without its end: from `file` when it names one, else asked for on the terminal without showing what is typed,
/// else (standard input is no terminal) the next line of standard input. Malformed when it is empty or too long.
Result<SecretBytes> readPassphrase(const std::string& file, const char* prompt);

/// True when a person sits at standard input.
bool isTerminal();
/// While it lives, what is typed is not shown.
class HiddenTyping {
public:
    HiddenTyping();
    HiddenTyping(const HiddenTyping&) = delete;
    HiddenTyping& operator=(const HiddenTyping&) = delete;
    ~HiddenTyping();

private:
    unsigned long m_before = 0;
    bool m_changed = false;
};

}  // namespace quorate::cli
