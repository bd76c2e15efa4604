// SPDX-License-Identifier: GPL-3.0-or-later
#include <termios.h>
#include <unistd.h>

#include "app/cli/passphrase.h"

namespace quorate::cli {

bool isTerminal() { return isatty(STDIN_FILENO) != 0; }

HiddenTyping::HiddenTyping()
{
    termios mode{};
    if (tcgetattr(STDIN_FILENO, &mode) != 0) return;
    m_before = mode.c_lflag;
    mode.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    m_changed = tcsetattr(STDIN_FILENO, TCSAFLUSH, &mode) == 0;
}

HiddenTyping::~HiddenTyping()
{
    termios mode{};
    if (!m_changed || tcgetattr(STDIN_FILENO, &mode) != 0) return;
    mode.c_lflag = static_cast<tcflag_t>(m_before);
    tcsetattr(STDIN_FILENO, TCSANOW, &mode);
}

}  // namespace quorate::cli
