// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/vault/database.h"
#include "core/vault/key_slot_file.h"
#include "core/vault/vault.h"
#include "tests/core/study/sample_protocol.h"
#include "tests/support/temporary_folder.h"

namespace quorate::tests {

/// Cheap enough for a test: 64 KiB, one pass.
inline constexpr vault::PassphraseCost kCheap{64, 1, 1};
inline SecretBytes passphrase(const char* words = "correct horse battery staple") { return SecretBytes::copyOf(asBytes(words)); }
inline UtcMillis millis(std::int64_t value) { return UtcMillis(std::chrono::milliseconds(value)); }

/// A clock that stands still.
inline vault::Vault::Sources sources()
{
    return {[] { return millis(1795252320000); }, systemRandom()};
}

inline constexpr std::size_t kPageBytes = vault::Database::kPageBytes;

inline vault::Vault newVault(const TemporaryFolder& folder)
{
    return vault::Vault::create(folder / "vault.db", passphrase(), kCheap, sources()).value();
}
inline Result<vault::Vault> openVault(const TemporaryFolder& folder)
{
    return vault::Vault::open(folder / "vault.db", passphrase(), sources());
}
/// The vault's database beside Vault, under the key of its slot file: what somebody with the passphrase can do.
inline vault::Database rawDatabase(const std::filesystem::path& file, const SecretBytes& words = passphrase())
{
    const auto slots = vault::KeySlotFile::read(vault::KeySlotFile::pathFor(file)).value().sets().front();
    return vault::Database::open(file, slots.unwrap(words).value(), slots.generation()).value();
}

inline study::StudyEvent event(std::uint64_t sequence, const std::string& code = "")
{
    study::StudyEvent out;
    out.sequence = sequence;
    out.at = millis(1795252320123 + static_cast<std::int64_t>(sequence));
    out.study = uuid(100);
    out.kind = study::EventKind::SiteLost;
    out.code = code;
    return out;
}

inline vault::StoredEnvelope envelope(const std::string& kind, const std::string& payload, const Uuid& study = uuid(100))
{
    dsse::Envelope out;
    out.payloadType = dsse::payloadTypeFor(kind);
    out.payload = toBytes(payload);
    out.signatures.push_back({std::string(64, 'a'), Bytes{1, 2, 3}});
    return {study, kind, out, millis(1795252320000)};
}

inline vault::StoredEvidence evidence(std::uint8_t mark, std::int64_t at, const Uuid& site = {})
{
    vault::StoredEvidence out;
    out.study = uuid(100);
    out.site = site;
    out.evidence = {attestation::TeeKind::SevSnp, Bytes(1184, mark), Bytes{}};
    out.collateral.files = {{"crl.der", Bytes{9, 9}}, {"vek.der", Bytes(10, mark)}};
    out.transcript.nonce.bytes.fill(mark);
    out.appraisalJson = "{\"verdict\":\"accepted\"}";
    out.appraisedAt = millis(at);
    return out;
}

inline bool same(const vault::StoredEvidence& a, const vault::StoredEvidence& b)
{
    return a.study == b.study && a.site == b.site && a.evidence == b.evidence && a.collateral == b.collateral &&
           a.transcript == b.transcript && a.appraisalJson == b.appraisalJson && a.appraisedAt == b.appraisedAt;
}

}  // namespace quorate::tests
