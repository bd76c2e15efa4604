// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/version_rule.h"

namespace quorate::study {

Result<Succession> checkSuccession(const char* what, const std::optional<ObjectVersion>& known, const ObjectVersion& offered)
{
    const std::string name(what);
    if (offered.version == 0) return fail(ErrorKind::Malformed, name + " has version 0, want 1 or more");
    if (!known || offered.version > known->version) return Succession::Newer;
    if (offered.version < known->version) {
        return fail(ErrorKind::PolicyRefused, name + " is version " + std::to_string(offered.version) + ", version " +
                                                  std::to_string(known->version) + " has been accepted before");
    }
    if (offered.digest == known->digest) return Succession::Same;
    return fail(ErrorKind::Untrusted, name + " version " + std::to_string(offered.version) + " has digest " + toHex(offered.digest) +
                                          ", the one accepted before has " + toHex(known->digest));
}

}  // namespace quorate::study
