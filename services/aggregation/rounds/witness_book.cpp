// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/witness_book.h"

#include <algorithm>

#include "core/base/log.h"

namespace quorate::services {
namespace {

/// A head and its proof are less than 4 KiB. Whoever was away for longer than these last cannot follow any more.
constexpr std::size_t kMaxHeadsOfALog = 1024;
constexpr std::size_t kMaxHeadsOfALogAtOnce = 32;
constexpr std::size_t kMaxCosignedShown = 64;
/// A note has room for 64 lines; the owner's and some services' stand there too.
constexpr std::size_t kMaxMembersLines = 48;

bool hasLineOf(const KeptHead& head, const std::string& name)
{
    return std::any_of(head.members.begin(), head.members.end(), [&](const auto& line) { return line.name == name; });
}

}  // namespace

WitnessBook::WitnessBook(const SigningKey& key, std::filesystem::path folder)
    : m_key(key), m_folder(std::move(folder)), m_witness({audit::kServiceCosigner, key.publicKey()})
{
    restore();
}

void WitnessBook::restore()
{
    std::error_code error;
    std::vector<audit::SignedCheckpoint> heads;
    for (const auto& entry : std::filesystem::directory_iterator(m_folder, error)) {
        const auto member = parseHexFixed<16>(entry.path().filename().string());
        if (!member) continue;
        auto kept = readWitnessLog(entry.path());
        if (!kept || kept->owner != *member) {
            logError(entry.path().string(), kept ? Error{ErrorKind::Untrusted, "names another member"} : kept.error());
            m_unreadable.insert(*member);
            continue;
        }
        heads.push_back(kept->heads.back().request.checkpoint);
        m_newest.emplace(*member, heads.back());
        m_shown.emplace(*member, std::move(*kept));
    }
    auto witness = audit::Witness::restore({audit::kServiceCosigner, m_key.publicKey()}, heads);
    if (witness) {
        m_witness = std::move(*witness);
        return;
    }
    // One log under two members: neither is to be believed.
    logError(m_folder.string(), witness.error());
    for (const auto& [member, log] : m_shown) m_unreadable.insert(member);
}

/// With the mutex held.
Result<void> WitnessBook::requireOwnLog(const study::Member& member, const std::string& origin) const
{
    if (m_unreadable.contains(member.id)) {
        return fail(ErrorKind::StorageFailed, "what was cosigned of this member's log before cannot be read");
    }
    const auto shown = m_shown.find(member.id);
    if (shown != m_shown.end() && shown->second.ownerSpki != member.signingKeySpki) {
        return fail(ErrorKind::PolicyRefused, "this member's log was signed with another key before");
    }
    for (const auto& [holder, newest] : m_newest) {
        if (holder != member.id && newest.head.origin == origin) {
            return fail(ErrorKind::PolicyRefused, "this log is another member's");
        }
        if (holder == member.id && newest.head.origin != origin) {
            return fail(ErrorKind::PolicyRefused, "another log of this member is witnessed here: " + newest.head.origin);
        }
    }
    return {};
}

/// With the mutex held. What the disk did not take is not remembered here either.
Result<void> WitnessBook::remember(const study::Member& owner, const audit::CosignRequest& request)
{
    const auto known = m_shown.find(owner.id);
    KeptWitnessLog next = known == m_shown.end() ? KeptWitnessLog{owner.id, owner.signingKeySpki, {}} : known->second;
    if (!next.heads.empty() && next.heads.back().request.checkpoint.head == request.checkpoint.head) return {};
    next.heads.push_back({request, {}});
    if (next.heads.size() > kMaxHeadsOfALog) next.heads.pop_front();
    TRY(writeWitnessLog(m_folder, next));
    m_shown.insert_or_assign(owner.id, std::move(next));
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
    TRY(requireOwnLog(owner, request.checkpoint.head.origin));
    const auto sign = [this](BytesView message) { return m_key.signDer(message); };
    const auto keep = [&](const audit::SignedCheckpoint&) { return remember(owner, request); };
    TRY_ASSIGN(line, m_witness.cosign(request, key, sign, at, keep));
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
    for (const auto& [owner, log] : m_shown) {
        if (owner == caller || roster.find(owner) == nullptr || m_unreadable.contains(owner)) continue;
        const auto& shown = log.heads;
        const auto known = watched.find(owner);
        const KeptHead& newest = shown.back();
        const auto& head = newest.request.checkpoint.head;
        const bool mayBegin = known == watched.end() || known->second == 0;
        if (mayBegin || known->second == head.size) {
            // The line of a head that is known already may have been lost on its way here.
            if (mayBegin || !hasLineOf(newest, audit::cosignerName(caller))) {
                out.push_back({owner, {newest.request.checkpoint, mayBegin ? 0 : head.size, {}}});
            }
            continue;
        }
        auto next = std::find_if(shown.begin(), shown.end(), [&](const KeptHead& item) { return item.request.oldSize == known->second; });
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
    KeptWitnessLog next = log->second;
    const auto found = std::find_if(next.heads.begin(), next.heads.end(),
                                    [&](const KeptHead& item) { return item.request.checkpoint.head == cosigned.head; });
    if (found == next.heads.end()) return fail(ErrorKind::Unavailable, "this head of the log was not shown here");
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
    TRY(writeWitnessLog(m_folder, next));
    log->second = std::move(next);
    return {};
}

std::vector<audit::SignedCheckpoint> WitnessBook::cosignedByMembers(const Uuid& owner) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<audit::SignedCheckpoint> out;
    const auto log = m_shown.find(owner);
    if (log == m_shown.end()) return out;
    const auto& heads = log->second.heads;
    for (auto item = heads.rbegin(); item != heads.rend() && out.size() < kMaxCosignedShown; ++item) {
        if (item->members.empty()) continue;
        out.push_back(item->request.checkpoint);
        auto& lines = out.back().note.signatures;
        lines.insert(lines.end(), item->members.begin(), item->members.end());
    }
    return out;
}

}  // namespace quorate::services
