// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bytes.h"

namespace quorate::tests {

/// A TorchScript file of a logistic regression over `inputs` values; its method is `code` where that is given.
Bytes scriptFile(int inputs, const char* code = "def forward(self, x):\n    return torch.linear(x, self.weight, self.bias)\n");

}  // namespace quorate::tests
