// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>

#include "learning/model.h"

namespace quorate::services {

/// SCAFFOLD's control variate of this site, in a file of the site's own that is never sent (docs/formats/control-variate.md):
/// the one with which the service counts, and the one that follows once it has taken the update that goes with it. An update
/// may be lost on its way or with its round, so that the service says which was taken last.
class ControlStore {
public:
    ControlStore(const std::filesystem::path& folder, const Uuid& study, learning::ModelManifest model);

    /// The control variate after the update that the service took last; zero before the first. Malformed when the file is not
    /// what this class writes, or keeps none of that update: going on with another one would bend the whole study's mean.
    [[nodiscard]] Result<learning::ModelWeights> after(const Digest32& takenUpdate) const;
    /// Before `update` is sent: keeps `next` beside the control variate after `takenUpdate`. StorageFailed when it cannot be
    /// written, and the old file stays.
    [[nodiscard]] Result<void> keep(const Digest32& takenUpdate, const Digest32& update, const learning::ModelWeights& next) const;

private:
    using Kept = std::map<Digest32, learning::ModelWeights>;
    [[nodiscard]] Result<Kept> read() const;

    std::filesystem::path m_file;
    learning::ModelManifest m_model;
};

}  // namespace quorate::services
