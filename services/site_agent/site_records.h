// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schema/dataset.h"
#include "core/schema/harmonisation.h"
#include "core/study/protocol.h"

namespace quorate::services {

/// By its name's ending, .safetensors; anything else is a table (CSV).
bool isTensorBundle(const std::filesystem::path& records);

/// A site's records as the study's model takes them: of a table or a tensor bundle, each number by its range where the protocol
/// protects records, else by the training part's mean and deviation. PolicyRefused for rules of harmonisation beside a bundle,
/// which they would not reach; else as readDataset and readTensorBundle.
Result<schema::Dataset> readSiteRecords(const study::StudyProtocol& protocol, const std::filesystem::path& records,
                                        const std::filesystem::path& split, const schema::Harmonisation& rules = {});

}  // namespace quorate::services
