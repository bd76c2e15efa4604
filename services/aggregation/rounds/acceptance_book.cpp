// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/acceptance_book.h"

#include <algorithm>

namespace quorate::services {

AcceptanceBook::AcceptanceBook(const study::VerifiedPackage& package, std::shared_ptr<const RosterBook> rosters)
    : m_package(package), m_rosters(std::move(rosters))
{
}

Result<void> AcceptanceBook::requireStanding(const study::VerifiedAcceptance& acceptance, UtcSeconds at) const
{
    for (const study::Member& signer : acceptance.signers) TRY(m_rosters->requireStanding(signer, at));
    return {};
}

/// With the mutex held.
bool AcceptanceBook::hasRoom(UtcSeconds at) const
{
    return m_held.size() < study::kMaxAcceptances ||
           std::ranges::any_of(m_held, [&](const Held& held) { return held.acceptance.value.notAfter < at; });
}

Result<study::VerifiedAcceptance> AcceptanceBook::check(const dsse::Envelope& envelope, UtcSeconds at) const
{
    TRY_ASSIGN(acceptance, study::verifyProductAcceptance(envelope, m_package.roster, m_package.protocol, at));
    TRY(study::requireAsked(m_package.policy, acceptance.value.product));
    TRY(requireStanding(acceptance, at));
    const std::lock_guard lock(m_mutex);
    if (std::ranges::any_of(m_held, [&](const Held& held) { return held.received.envelope == envelope; })) {
        return fail(ErrorKind::PolicyRefused, "this acceptance has been given already");
    }
    if (!hasRoom(at)) {
        return fail(ErrorKind::PolicyRefused, "the study has " + std::to_string(study::kMaxAcceptances) + " acceptances that hold, want fewer");
    }
    return acceptance;
}

void AcceptanceBook::hold(Received received, study::VerifiedAcceptance acceptance)
{
    const std::lock_guard lock(m_mutex);
    if (m_held.size() >= study::kMaxAcceptances) {
        m_held.erase(std::ranges::min_element(m_held, {}, [](const Held& held) { return held.acceptance.value.notAfter; }));
    }
    m_held.push_back({std::move(received), std::move(acceptance)});
}

const AcceptanceBook::Held* AcceptanceBook::newest(const std::string& product, UtcSeconds at) const
{
    const Held* out = nullptr;
    for (const Held& held : m_held) {
        const auto& value = held.acceptance.value;
        if (value.product != product || at > value.notAfter || !requireStanding(held.acceptance, at)) continue;
        if (out == nullptr || value.notAfter > out->acceptance.value.notAfter) out = &held;
    }
    return out;
}

study::AcceptedProducts AcceptanceBook::holdingAt(UtcSeconds at) const
{
    const std::lock_guard lock(m_mutex);
    study::AcceptedProducts out;
    for (const std::string& product : m_package.policy.productsUnderAcceptance) {
        if (const Held* held = newest(product, at)) out[product] = held->acceptance;
    }
    return out;
}

bool AcceptanceBook::holds(const std::string& product, UtcSeconds at) const
{
    const std::lock_guard lock(m_mutex);
    return newest(product, at) != nullptr;
}

std::vector<dsse::Envelope> AcceptanceBook::envelopesAt(UtcSeconds at) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<dsse::Envelope> out;
    for (const std::string& product : m_package.policy.productsUnderAcceptance) {
        if (const Held* held = newest(product, at)) out.push_back(held->received.envelope);
    }
    return out;
}

std::vector<Received> AcceptanceBook::kept() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<Received> out;
    for (const Held& held : m_held) out.push_back(held.received);
    return out;
}

}  // namespace quorate::services
