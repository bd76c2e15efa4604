// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "core/base/secret_bytes.h"

namespace quorate::attestation {

/// Named byte strings in one file (docs/formats/demo-vendor.md): the demo's keys and certificates.
using KeyBundle = std::map<std::string, SecretBytes>;

/// Reads the bundle, or writes the one that `make` yields. The file is written under another name, readable by its owner
/// only, and appears whole; of two programs that make one at the same time, both end up with the first one's.
Result<KeyBundle> openOrCreateBundle(const std::filesystem::path& file, const std::function<Result<KeyBundle>()>& make);

}  // namespace quorate::attestation
