// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/protocol.h"

namespace quorate::tests {

inline Uuid uuid(std::uint8_t last)
{
    Uuid out;
    out.bytes[15] = last;
    return out;
}

/// A legal protocol of two sites and three custodians.
inline study::StudyProtocol sampleProtocol()
{
    study::StudyProtocol out;
    out.id = uuid(100);
    out.code = "HEART-2";
    out.title = "Heart disease, two hospitals";
    out.mode = study::StudyMode::Training;
    out.dictionary = schema::heartDiseaseDictionary();
    out.model.inputs = static_cast<std::uint32_t>(out.dictionary.inputNames().size());
    out.plan.rounds = 3;
    const UtcSeconds expires{std::chrono::seconds(1900000000)};
    out.sites = {{uuid(1), "cleveland", "Cleveland", true, {"IRB 1", expires}}, {uuid(2), "zurich", "Zurich", true, {"KEK 2", expires}}};
    for (std::uint8_t i = 11; i <= 13; ++i) out.quorum.shares.push_back({uuid(i), {}, Bytes{i}});
    out.createdAt = UtcSeconds(std::chrono::seconds(1795252320));
    return out;
}

}  // namespace quorate::tests
