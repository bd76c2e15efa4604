// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/evidence.h"
#include "core/study/events.h"
#include "core/study/metrics_codec.h"
#include "core/study/study_package.h"
#include "quorate/payload/v1/payload.pb.h"
#include "quorate/v1/attestation.pb.h"
#include "quorate/v1/studies.pb.h"

namespace quorate::wire {

/// Core values to generated messages and back; every length from the peer is checked here. Included by the .cpp files of
/// enclave_client and services only.

inline constexpr std::size_t kMaxCollateralBytes = 4 * 1024 * 1024;
inline constexpr int kMaxMessageBytes = 8 * 1024 * 1024;
inline constexpr std::size_t kChunkBytes = 1024 * 1024;

template <std::size_t N>
std::string bytesOf(const FixedBytes<N>& value) { return std::string(asText(value.view())); }
inline std::string bytesOf(BytesView value) { return std::string(asText(value)); }
template <std::size_t N>
Result<FixedBytes<N>> fixedFrom(const std::string& value, const char* field)
{
    auto out = FixedBytes<N>::from(asBytes(value));
    if (!out) return failAt(field, out.error());
    return *out;
}

void write(v1::Envelope& out, const dsse::Envelope& envelope);
dsse::Envelope read(const v1::Envelope& in);

void write(v1::Evidence& out, const attestation::Evidence& evidence, const attestation::Collateral& collateral);
struct ReceivedEvidence {
    attestation::Evidence evidence;
    attestation::Collateral collateral;
};
Result<ReceivedEvidence> read(const v1::Evidence& in);

void write(v1::StudyPackage& out, const study::StudyPackage& package);
study::StudyPackage read(const v1::StudyPackage& in);

void write(payload::v1::StudyEvent& out, const study::StudyEvent& event);
Result<study::StudyEvent> read(const payload::v1::StudyEvent& in);

/// Evaluations and what a site reports of a round.
using study::read;
using study::write;

}  // namespace quorate::wire
