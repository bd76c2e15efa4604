// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/eventlog/replay.h"

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::attestation::eventlog {
namespace {

Digest48 extended(const Digest48& value, const Digest48& digest)
{
    ByteWriter writer;
    return sha384(writer.raw(value.view()).raw(digest.view()).bytes());
}

std::vector<const ReplayedEvent*> eventsOf(const Replay& log, std::size_t rtmr)
{
    std::vector<const ReplayedEvent*> out;
    for (const ReplayedEvent& event : log.events) {
        if (event.rtmr == rtmr) out.push_back(&event);
    }
    return out;
}

std::optional<Divergence> divergenceIn(std::size_t rtmr, const Replay& log, const Replay& reference)
{
    const auto found = eventsOf(log, rtmr);
    const auto wanted = eventsOf(reference, rtmr);
    std::size_t i = 0;
    while (i < found.size() && i < wanted.size() && found[i]->digest == wanted[i]->digest) ++i;
    if (i == found.size() && i == wanted.size()) return std::nullopt;
    Divergence out;
    out.rtmr = rtmr;
    if (i < found.size()) {
        out.number = found[i]->number;
        out.found = found[i]->digest;
        out.foundWhat = found[i]->what;
    }
    if (i < wanted.size()) {
        out.wanted = wanted[i]->digest;
        out.wantedWhat = wanted[i]->what;
    }
    return out;
}

/// A register that ends early diverges behind every event that is there.
bool comesBefore(const Divergence& a, const Divergence& b)
{
    if ((a.number == 0) != (b.number == 0)) return b.number == 0;
    return a.number < b.number;
}

std::string digestText(const std::optional<Digest48>& digest, const std::string& what)
{
    return digest ? toHex(*digest) + " (" + what + ")" : "no further event";
}

}  // namespace

Replay replay(const EventLog& log)
{
    Replay out;
    for (const Event& event : log.events) {
        ReplayedEvent row;
        row.number = out.events.size() + 1;
        row.type = nameOfType(event.type);
        row.digest = event.digest;
        row.confirmation = confirm(event);
        row.what = describe(event);
        if (event.type != kNoAction) {
            row.rtmr = event.registerIndex - 1;
            out.registers[*row.rtmr] = extended(out.registers[*row.rtmr], event.digest);
            ++out.extensions[*row.rtmr];
        }
        out.events.push_back(std::move(row));
    }
    return out;
}

std::optional<Divergence> compareWithReference(const Replay& log, const Replay& reference)
{
    std::optional<Divergence> first;
    for (std::size_t rtmr = 0; rtmr < kRegisters; ++rtmr) {
        const auto here = divergenceIn(rtmr, log, reference);
        if (here && (!first || comesBefore(*here, *first))) first = here;
    }
    return first;
}

std::string toText(const Divergence& divergence)
{
    const std::string place = "RTMR" + std::to_string(divergence.rtmr);
    const std::string wanted = ", want " + digestText(divergence.wanted, divergence.wantedWhat);
    if (!divergence.found) return "log ends for " + place + wanted;
    return "event " + std::to_string(divergence.number) + " extends " + place + " with " +
           digestText(divergence.found, divergence.foundWhat) + wanted;
}

}  // namespace quorate::attestation::eventlog
