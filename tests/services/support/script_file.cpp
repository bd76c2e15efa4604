// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/support/script_file.h"

#include <torch/script.h>

#include <sstream>

namespace quorate::tests {

Bytes scriptFile(int inputs, const char* code)
{
    torch::jit::Module module("Model");
    module.register_parameter("weight", torch::zeros({1, inputs}), false);
    module.register_parameter("bias", torch::zeros({1}), false);
    module.define(code);
    std::ostringstream out;
    module.save(out);
    const std::string text = out.str();
    return {text.begin(), text.end()};
}

}  // namespace quorate::tests
