// SPDX-License-Identifier: GPL-3.0-or-later
#include <io.h>
#include <windows.h>

#include "app/cli/passphrase.h"

namespace quorate::cli {

bool isTerminal() { return _isatty(0) != 0; }

HiddenTyping::HiddenTyping()
{
    DWORD mode = 0;
    const HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    if (GetConsoleMode(input, &mode) == 0) return;
    m_before = mode;
    m_changed = SetConsoleMode(input, mode & ~static_cast<DWORD>(ENABLE_ECHO_INPUT)) != 0;
}

HiddenTyping::~HiddenTyping()
{
    if (m_changed) SetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), static_cast<DWORD>(m_before));
}

}  // namespace quorate::cli
