// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/base/clock.h"
#include "core/schema/preview.h"

namespace quorate {

class AttestedChannel;

/// A site's preview, as this computer read it against the study's dictionary.
struct OfferedPreview {
    Uuid site;
    schema::SitePreview preview;
    UtcMillis receivedAt;
};

/// Previews of one study, blocking. Nothing is sent while the channel is not attested.
class PreviewClient {
public:
    PreviewClient(const AttestedChannel& channel, Uuid study) : m_channel(channel), m_study(study) {}

    /// Site nodes: `json` as schema::toJson() writes it.
    Result<void> offer(const std::string& json) const;
    /// People. Malformed, with the site's id, when one of them is no preview for this dictionary.
    Result<std::vector<OfferedPreview>> list(const schema::DataDictionary& dictionary) const;

private:
    const AttestedChannel& m_channel;
    Uuid m_study;
};

}  // namespace quorate
