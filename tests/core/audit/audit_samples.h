// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audit/log.h"
#include "tests/support/memory_log_store.h"

namespace quorate::tests {

/// A person who signs: key, and the functions that take one.
struct NoteSigner {
    SigningKey key = SigningKey::generate(EcCurve::P256).value();
    [[nodiscard]] const PublicKey& publicKey() const { return key.publicKey(); }
    [[nodiscard]] audit::NoteSign sign() const
    {
        return [this](BytesView message) { return key.signDer(message); };
    }
};

inline Uuid sampleId(std::uint8_t fill)
{
    Uuid id;
    id.bytes.fill(fill);
    return id;
}

/// The n-th entry of a made-up day: every field filled.
inline audit::Entry sampleEntry(std::uint64_t n)
{
    audit::Entry entry;
    entry.actor = sampleId(7);
    entry.actorName = "Ines Ferreira";
    entry.actorRole = "custodian";
    entry.at = UtcMillis(std::chrono::milliseconds(1795251600123 + static_cast<std::int64_t>(n) * 1000));
    entry.offsetMinutes = 60;
    entry.kind = n % 3 == 0 ? audit::EventKind::ShareSealed : audit::EventKind::EvidenceAppraised;
    entry.study = sampleId(static_cast<std::uint8_t>(n % 2 + 1));
    entry.site = sampleId(9);
    entry.subject = "accepted";
    entry.reason = "checked against protocol \xe2\x80\x94 no. " + std::to_string(n);
    entry.meaning = "approval";
    entry.digests["evidence"].bytes.fill(static_cast<std::uint8_t>(n));
    entry.digests["policy"].bytes.fill(3);
    entry.record = audit::RecordReference{"envelope", "statement/" + std::to_string(n), {}};
    return entry;
}

/// A log in memory with `count` entries and a checkpoint after each `every`-th and at the end.
struct SampleLog {
    NoteSigner owner;
    MemoryLogStore store;
    audit::Log log{store, sampleId(0x42)};

    explicit SampleLog(std::uint64_t count, std::uint64_t every = 4)
    {
        for (std::uint64_t i = 0; i < count; ++i) {
            log.append(sampleEntry(i)).value();
            if ((i + 1) % every == 0 || i + 1 == count) log.checkpoint(owner.publicKey(), owner.sign()).value();
        }
    }
};

}  // namespace quorate::tests
