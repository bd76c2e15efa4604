// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/witness_book.h"

#include <algorithm>

namespace quorate::services {
namespace {

/// A head and its proof are less than 4 KiB. Whoever was away for longer than these last cannot follow any more.
constexpr std::size_t kMaxHeadsOfALog = 1024;
constexpr std::size_t kMaxHeadsOfALogAtOnce = 32;
constexpr std::size_t kMaxCosignedShown = 64;
/// A note has room for 64 lines; the owner's and some services' stand there too.
constexpr std::size_t kMaxMembersLines = 48;

}  // namespace

bool WitnessBook::Shown::hasLineOf(const std::string& name) const
{
    return std::any_of(members.begin(), members.end(), [&](const auto& line) { return line.name == name; });
}

WitnessBook::WitnessBook(const SigningKey& key) : m_key(key), m_witness({audit::kServiceCosigner, key.publicKey()}) {}

/// With the mutex held.
Result<void> WitnessBook::requireOwnLog(const Uuid& member, const std::string& origin) const
{
    for (const auto& [holder, newest] : m_newest) {
        if (holder != member && newest.head.origin == origin) {
            return fail(ErrorKind::PolicyRefused, "this log is another member's");
        }
        if (holder == member && newest.head.origin != origin) {
            return fail(ErrorKind::PolicyRefused, "another log of this member is witnessed here: " + newest.head.origin);
        }
    }
    return {};
}

Result<audit::SignedCheckpoint> WitnessBook::cosign(const study::Member& owner, audit::CosignRequest request, UtcSeconds at)
{
    // What is kept is bounded by this: one line, of a key that verified it.
    if (request.checkpoint.note.signatures.size() != 1) {
        return fail(ErrorKind::Malformed, "checkpoint carries " + std::to_string(request.checkpoint.note.signatures.size()) +
                                              " signatures, want its owner's alone");
    }
    TRY_ASSIGN(key, PublicKey::fromSpki(owner.signingKeySpki));
    const std::lock_guard lock(m_mutex);
    TRY(requireOwnLog(owner.id, request.checkpoint.head.origin));
    const auto sign = [this](BytesView message) { return m_key.signDer(message); };
    const auto inMemory = [](const audit::SignedCheckpoint&) -> Result<void> { return {}; };
    TRY_ASSIGN(line, m_witness.cosign(request, key, sign, at, inMemory));
    auto& shown = m_shown[owner.id];
    if (shown.empty() || shown.back().request.checkpoint.head != request.checkpoint.head) {
        shown.push_back({request, {}});
        if (shown.size() > kMaxHeadsOfALog) shown.pop_front();
    }
    audit::SignedCheckpoint& cosigned = request.checkpoint;
    cosigned.note.signatures.push_back(std::move(line));
    m_newest.insert_or_assign(owner.id, cosigned);
    return cosigned;
}

std::optional<audit::SignedCheckpoint> WitnessBook::newestOf(const Uuid& member) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_newest.find(member);
    return found == m_newest.end() ? std::nullopt : std::optional(found->second);
}

std::vector<audit::HeadToCosign> WitnessBook::headsFor(const Uuid& caller, const study::Roster& roster,
                                                       const std::map<Uuid, std::uint64_t>& watched) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<audit::HeadToCosign> out;
    for (const auto& [owner, shown] : m_shown) {
        if (owner == caller || roster.find(owner) == nullptr || shown.empty()) continue;
        const auto known = watched.find(owner);
        const Shown& newest = shown.back();
        const auto& head = newest.request.checkpoint.head;
        const bool mayBegin = known == watched.end() || known->second == 0;
        if (mayBegin || known->second == head.size) {
            // The line of a head that is known already may have been lost on its way here.
            if (mayBegin || !newest.hasLineOf(audit::cosignerName(caller))) {
                out.push_back({owner, {newest.request.checkpoint, mayBegin ? 0 : head.size, {}}});
            }
            continue;
        }
        auto next = std::find_if(shown.begin(), shown.end(), [&](const Shown& item) { return item.request.oldSize == known->second; });
        if (next == shown.end()) out.push_back({owner, newest.request});
        for (std::size_t i = 0; next != shown.end() && i < kMaxHeadsOfALogAtOnce; ++next, ++i) out.push_back({owner, next->request});
    }
    return out;
}

Result<void> WitnessBook::addCosignature(const study::Member& caller, const Uuid& owner, const audit::SignedCheckpoint& cosigned)
{
    if (owner == caller.id) return fail(ErrorKind::PolicyRefused, "a member's own log is cosigned by others");
    const std::lock_guard lock(m_mutex);
    const auto log = m_shown.find(owner);
    if (log == m_shown.end()) return fail(ErrorKind::Unavailable, "no head of this member's log was shown here");
    const auto found = std::find_if(log->second.begin(), log->second.end(),
                                    [&](const Shown& item) { return item.request.checkpoint.head == cosigned.head; });
    if (found == log->second.end()) return fail(ErrorKind::Unavailable, "this head of the log was not shown here");
    TRY_ASSIGN(key, PublicKey::fromSpki(caller.signingKeySpki));
    const audit::NoteKey cosigner{audit::cosignerName(caller.id), key};
    TRY(audit::verifyCosignature(cosigned.note, cosigner));
    std::erase_if(found->members, [&](const auto& line) { return line.name == cosigner.name; });
    if (found->members.size() == kMaxMembersLines) return fail(ErrorKind::PolicyRefused, "this head carries as many cosignatures as it can");
    for (const auto& line : cosigned.note.signatures) {
        if (line.name == cosigner.name && line.keyId == audit::cosignerKeyId(cosigner)) {
            found->members.push_back(line);
            break;
        }
    }
    return {};
}

std::vector<audit::SignedCheckpoint> WitnessBook::cosignedByMembers(const Uuid& owner) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<audit::SignedCheckpoint> out;
    const auto log = m_shown.find(owner);
    if (log == m_shown.end()) return out;
    for (auto item = log->second.rbegin(); item != log->second.rend() && out.size() < kMaxCosignedShown; ++item) {
        if (item->members.empty()) continue;
        out.push_back(item->request.checkpoint);
        auto& lines = out.back().note.signatures;
        lines.insert(lines.end(), item->members.begin(), item->members.end());
    }
    return out;
}

}  // namespace quorate::services
