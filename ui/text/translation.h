// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace quorate::ui {

/// English plural forms, for the whole program; call once, after the application object was made and before any window.
bool installTranslation();

}  // namespace quorate::ui
