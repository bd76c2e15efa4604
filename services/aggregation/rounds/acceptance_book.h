// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/study/product_acceptance.h"
#include "services/aggregation/rounds/roster_book.h"
#include "services/aggregation/store/object_file.h"

namespace quorate::services {

/// The product acceptances of one study (docs/formats/product-acceptance.md), each as its quorum signed it. One that has ended
/// stays, for evidence that was judged with it, until another needs its place. Thread-safe.
class AcceptanceBook {
public:
    /// `package` outlives it.
    AcceptanceBook(const study::VerifiedPackage& package, std::shared_ptr<const RosterBook> rosters);

    /// As study::verifyProductAcceptance; PolicyRefused besides when the policy asks for no acceptance of this product, when a
    /// signer may not act any more by the newest roster, when this envelope is held already, or there is no room.
    [[nodiscard]] Result<study::VerifiedAcceptance> check(const dsse::Envelope& envelope, UtcSeconds at) const;
    /// Of one that check() has passed.
    void hold(Received received, study::VerifiedAcceptance acceptance);

    /// By product, what holds at `at`: not ended, and every signer still stands.
    [[nodiscard]] study::AcceptedProducts holdingAt(UtcSeconds at) const;
    [[nodiscard]] bool holds(const std::string& product, UtcSeconds at) const;
    /// The envelopes of holdingAt().
    [[nodiscard]] std::vector<dsse::Envelope> envelopesAt(UtcSeconds at) const;
    [[nodiscard]] std::vector<Received> kept() const;

private:
    struct Held {
        Received received;
        study::VerifiedAcceptance acceptance;
    };
    /// Of this product, the one that ends last of those that hold; null when there is none. With the mutex held.
    [[nodiscard]] const Held* newest(const std::string& product, UtcSeconds at) const;
    [[nodiscard]] Result<void> requireStanding(const study::VerifiedAcceptance& acceptance, UtcSeconds at) const;
    [[nodiscard]] bool hasRoom(UtcSeconds at) const;

    const study::VerifiedPackage& m_package;
    std::shared_ptr<const RosterBook> m_rosters;
    mutable std::mutex m_mutex;
    std::vector<Held> m_held;
};

}  // namespace quorate::services
