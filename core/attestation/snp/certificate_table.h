// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "core/base/bytes.h"

namespace quorate::attestation::snp {

/// GUIDs of the GHCB certificate table, as text in RFC 4122 order.
inline constexpr char kGuidVcek[] = "63da758d-e664-4564-adc5-f4b93be8accd";
inline constexpr char kGuidVlek[] = "a8074bc2-a25a-483e-aae6-39c045a0b8a1";
inline constexpr char kGuidAsk[] = "4ab7b379-bbac-4fe4-a02f-05aef327c782";
inline constexpr char kGuidArk[] = "c0b406a4-a803-4952-9743-3fb6014cd0ae";
inline constexpr char kGuidCrl[] = "92f81bc3-5811-4d3d-97ff-d19f88dc67ea";

inline constexpr std::size_t kMaxTableBytes = 256 * 1024;

/// Blobs by GUID, DER or PEM as the host gave them. Unknown GUIDs are kept.
using CertificateTable = std::map<std::string, Bytes>;

/// An empty input is an empty table. A missing terminator, an offset into the header, a blob that leaves the table and
/// a GUID that occurs twice are Malformed. Bytes that no entry names are slack and are ignored: some hosts pad.
Result<CertificateTable> parseCertificateTable(BytesView bytes);
/// The inverse, in the map's order.
Bytes encodeCertificateTable(const CertificateTable& table);

}  // namespace quorate::attestation::snp
