// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/schema/dataset.h"
#include "core/schema/split_file.h"
#include "core/study/training_plan.h"

namespace quorate::learning {

struct BundleLimits {
    std::uint64_t fileBytes = 4ULL << 30;
};

/// Reads a site's records from a safetensors file (docs/formats/tensor-bundle.md): "inputs" [n, inputs] or, for a model of
/// sequences, [n, steps, inputs], in the order of the dictionary's inputNames(); "targets" [n], or [n, 2] of time and event;
/// "subjects" [n], whole numbers. The split file (columns: the identifier's name, "part") puts each subject, with all of its
/// records, into a part. As strict as readDataset: every input within its variable's range, whole where that is an integer, 0
/// or 1 where it codes a level; no NaN. The file is held in memory beside the records while it is read.
Result<schema::Dataset> readTensorBundle(const schema::DataDictionary& dictionary, const study::ModelSpec& model,
                                         const std::filesystem::path& bundle, const std::filesystem::path& split,
                                         const BundleLimits& limits = {});

/// What readTensorBundle() makes of the bundle's bytes and the parts that its subjects are in.
Result<schema::Dataset> parseTensorBundle(const schema::DataDictionary& dictionary, const study::ModelSpec& model, BytesView bundle,
                                          const schema::Split& split);

}  // namespace quorate::learning
