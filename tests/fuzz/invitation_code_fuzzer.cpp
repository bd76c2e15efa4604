// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/code_text.h"
#include "core/study/invitation.h"

using namespace quorate;

/// A code that is read gives its content back, and no content of an invitation does harm, with or without a right check group.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto content = study::parseCode(text)) {
        const auto again = study::parseCode(study::toCode(*content));
        if (!again || *again != *content) __builtin_trap();
        // Whoever mends the check group can bring any content.
        Bytes changed = *content;
        if (!changed.empty()) changed[changed.size() / 2] ^= 1;
        if (study::readInvitation(study::toCode(changed), UtcSeconds())) __builtin_trap();
    }
    (void)study::readInvitation(study::toCode({data, size}), UtcSeconds());
    return 0;
}
