// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>

#include "core/base/environment.h"

namespace quorate {

void setEnvironment(const std::string& name, const std::string& value) { ::setenv(name.c_str(), value.c_str(), 1); }

}  // namespace quorate
