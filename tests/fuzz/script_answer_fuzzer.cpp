// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/script/script_messages.h"

using namespace quorate;
using namespace quorate::learning;

/// What a confined process may send: read, written and read again it is the same to the byte.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto answer = decodeScriptAnswer(BytesView(data, size));
    const Bytes written = encode(answer).value();
    const auto again = decodeScriptAnswer(written);
    if (again.has_value() != answer.has_value() || encode(again).value() != written) __builtin_trap();
    return 0;
}
