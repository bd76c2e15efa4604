// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/roster_book.h"

#include "core/vault/files.h"

namespace quorate::services {
namespace {

/// Base64 of the largest payload that a package takes, and its frame.
constexpr std::size_t kMaxFileBytes = std::size_t{2} << 20;

}  // namespace

Result<void> RosterBook::keepIn(std::filesystem::path file, const PublicKey& root)
{
    if (vault::isThere(file)) {
        TRY_ASSIGN(text, vault::readFile(file, kMaxFileBytes));
        auto envelope = dsse::fromJson(asText(text));
        if (!envelope) return failAt(file.string(), envelope.error());
        TRY(accept(*envelope, root));
    }
    const std::lock_guard lock(m_mutex);
    m_file = std::move(file);
    return {};
}

Result<study::Succession> RosterBook::accept(const dsse::Envelope& envelope, const PublicKey& root)
{
    TRY(dsse::verify(envelope, study::kinds::kRoster, root));
    TRY_ASSIGN(roster, study::decodeRoster(envelope.payload));
    const study::ObjectVersion offered{roster.version, envelope.payloadDigest()};
    const std::lock_guard lock(m_mutex);
    TRY_ASSIGN(result, study::checkSuccession("roster", m_newest ? std::optional(m_newest->version) : std::nullopt, offered));
    if (result != study::Succession::Newer) return result;
    if (!m_file.empty()) TRY(vault::writePrivateFile(m_file, asBytes(dsse::toJson(envelope))));
    m_newest = Held{std::move(roster), offered, envelope};
    return result;
}

Result<void> RosterBook::requireStanding(const study::Member& member, UtcSeconds time) const
{
    const std::lock_guard lock(m_mutex);
    if (!m_newest) return fail(ErrorKind::PolicyRefused, "this service holds no roster yet");
    return study::requireStanding(m_newest->roster, member, time);
}

Result<void> RosterBook::requireNotRevoked(const Uuid& member, UtcSeconds time) const
{
    const std::lock_guard lock(m_mutex);
    const study::Member* known = m_newest ? m_newest->roster.find(member) : nullptr;
    return known == nullptr ? Result<void>{} : study::requireStanding(m_newest->roster, *known, time);
}

Result<dsse::Envelope> RosterBook::newest() const
{
    const std::lock_guard lock(m_mutex);
    if (!m_newest) return fail(ErrorKind::Unavailable, "this service holds no roster yet");
    return m_newest->envelope;
}

std::uint32_t RosterBook::version() const
{
    const std::lock_guard lock(m_mutex);
    return m_newest ? m_newest->version.version : 0;
}

}  // namespace quorate::services
