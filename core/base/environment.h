// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace quorate {

/// Sets a variable of this process's environment; for libraries that are configured no other way. Before any thread starts.
void setEnvironment(const std::string& name, const std::string& value);

}  // namespace quorate
