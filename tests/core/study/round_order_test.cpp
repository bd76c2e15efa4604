// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/round_order.h"

#include <doctest/doctest.h>

#include "core/study/study_package.h"
#include "tests/core/study/sample_protocol.h"

using namespace quorate;
using namespace quorate::study;

namespace {

const UtcSeconds kNow = *parseRfc3339("2026-11-21T09:00:00Z");

/// A coordinator, another one, and a custodian.
struct People {
    std::vector<SigningKey> keys;
    Roster roster;
    StudyProtocol protocol = tests::sampleProtocol();
    Digest32 protocolDigest{{7}};

    People()
    {
        for (std::uint8_t i = 0; i < 3; ++i) {
            keys.push_back(std::move(*SigningKey::generate(EcCurve::P256)));
            Member member;
            member.id = tests::uuid(static_cast<std::uint8_t>(50 + i));
            member.name = "Member " + std::to_string(i);
            member.role = i < 2 ? Role::Coordinator : Role::Custodian;
            member.signingKeySpki = keys.back().publicKey().spki();
            roster.members.push_back(std::move(member));
        }
    }
    [[nodiscard]] RoundOrder order(OrderAction action, std::uint32_t number = 1) const
    {
        const Uuid site = isAboutSite(action) ? protocol.sites[0].id : Uuid();
        return {protocol.id, protocolDigest, number, roster.members[0].id, action, site, "data under review", kNow};
    }
    [[nodiscard]] dsse::Envelope sign(const RoundOrder& order, std::size_t signer = 0, const char* kind = kinds::kRoundOrder) const
    {
        return dsse::sign(kind, encode(order), keys[signer]).value();
    }
    [[nodiscard]] Result<RoundOrder> verify(const dsse::Envelope& envelope, UtcSeconds at = kNow) const
    {
        return verifyRoundOrder(envelope, protocol, protocolDigest, roster, at);
    }
};

template <typename T>
void refused(const Result<T>& result, ErrorKind kind, const char* reason)
{
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == kind);
    CHECK_MESSAGE(result.error().message.find(reason) != std::string::npos, result.error().message);
}

constexpr std::array kActions{OrderAction::Pause, OrderAction::Resume, OrderAction::Exclude, OrderAction::Readmit};

}  // namespace

TEST_CASE("an order survives its payload and is what its coordinator signed")
{
    const People people;
    for (const auto action : kActions) {
        const RoundOrder order = people.order(action);
        CHECK(*decodeRoundOrder(encode(order)) == order);
        CHECK(*people.verify(people.sign(order)) == order);
    }
    RoundOrder order = people.order(OrderAction::Exclude);
    order.reason = "Zürich:\nthe scanner was exchanged";
    CHECK(*people.verify(people.sign(order)) == order);
}

TEST_CASE("an order without a number, a reason or its site, or with what it does not need, is malformed")
{
    const People people;
    const auto malformed = [&](RoundOrder order, const char* reason) { refused(decodeRoundOrder(encode(order)), ErrorKind::Malformed, reason); };
    RoundOrder order = people.order(OrderAction::Pause, 0);
    malformed(order, "number 0");
    order = people.order(OrderAction::Pause);
    for (const char* none : {"", " ", "\n \n"}) {
        order.reason = none;
        malformed(order, "needs a reason");
    }
    for (const char* bad : {"a\x1b[2J", "a\tb", "a\x7f"}) {
        order.reason = bad;
        malformed(order, "control characters");
    }
    order.reason = std::string(kMaxOrderReasonBytes + 1, 'x');
    malformed(order, "513 bytes, want at most 512");
    order.reason = std::string(kMaxOrderReasonBytes, 'x');
    CHECK(decodeRoundOrder(encode(order)));

    const Bytes pause = encode(people.order(OrderAction::Pause));
    const Bytes exclude = encode(people.order(OrderAction::Exclude));
    // Field 6, 16 bytes long: the site.
    Bytes more = pause;
    more.push_back(0x32);
    more.push_back(16);
    more.insert(more.end(), 16, 1);
    refused(decodeRoundOrder(more), ErrorKind::Malformed, "names a site");
    more = exclude;
    more.push_back(0x32);
    more.push_back(0);
    refused(decodeRoundOrder(more), ErrorKind::Malformed, "site id");
    // Field 5: the action.
    more = pause;
    more.push_back(0x28);
    more.push_back(4);
    refused(decodeRoundOrder(more), ErrorKind::Malformed, "order is 4");
    for (std::size_t size = 0; size < pause.size(); ++size) {
        // Without its last field, the time, it is one of 1970.
        const auto cut = decodeRoundOrder(BytesView(pause).first(size));
        CHECK((!cut || cut->signedAt == UtcSeconds()));
    }
}

TEST_CASE("an order counts only when a coordinator of the roster signed it in their own name")
{
    People people;
    const RoundOrder order = people.order(OrderAction::Pause);
    refused(people.verify(people.sign(order, 1)), ErrorKind::Untrusted, "another member");
    RoundOrder custodians = order;
    custodians.coordinator = people.roster.members[2].id;
    refused(people.verify(people.sign(custodians, 2)), ErrorKind::PolicyRefused, "want a coordinator");
    refused(people.verify(people.sign(order, 0, kinds::kRevocation)), ErrorKind::Untrusted, "");
    auto forged = people.sign(order);
    forged.payload.back() ^= 1;
    refused(people.verify(forged), ErrorKind::Untrusted, "");
    const auto good = people.sign(order);
    people.roster.members[0].revokedFrom = kNow;
    refused(people.verify(good), ErrorKind::PolicyRefused, "revoked");
    people.roster.members.erase(people.roster.members.begin());
    refused(people.verify(good), ErrorKind::Untrusted, "");
}

TEST_CASE("an order about another study, another protocol, an unknown site or a later day is refused")
{
    const People people;
    RoundOrder order = people.order(OrderAction::Pause);
    order.study = tests::uuid(99);
    refused(people.verify(people.sign(order)), ErrorKind::PolicyRefused, "another study");
    order = people.order(OrderAction::Pause);
    order.protocolDigest.bytes[0] ^= 1;
    refused(people.verify(people.sign(order)), ErrorKind::PolicyRefused, "another study or protocol");
    order = people.order(OrderAction::Exclude);
    order.site = tests::uuid(3);
    refused(people.verify(people.sign(order)), ErrorKind::PolicyRefused, "does not have");
    order = people.order(OrderAction::Pause);
    order.signedAt = kNow + std::chrono::minutes(5);
    CHECK(people.verify(people.sign(order)));
    order.signedAt += std::chrono::seconds(1);
    refused(people.verify(people.sign(order)), ErrorKind::PolicyRefused, "future");
}

TEST_CASE("orders follow one another by number, and each changes something")
{
    const People people;
    RoundOrders orders;
    const auto give = [&](OrderAction action, std::uint32_t number) { return orders.add(people.order(action, number), Digest32{{static_cast<std::uint8_t>(number)}}); };
    refused(give(OrderAction::Pause, 2), ErrorKind::PolicyRefused, "has number 2, want 1");
    refused(give(OrderAction::Resume, 1), ErrorKind::PolicyRefused, "are not paused");
    refused(give(OrderAction::Readmit, 1), ErrorKind::PolicyRefused, "is not excluded");
    CHECK(orders.all().empty());

    REQUIRE(give(OrderAction::Pause, 1));
    REQUIRE(orders.pause() != nullptr);
    CHECK(orders.pause()->order.number == 1);
    refused(give(OrderAction::Pause, 1), ErrorKind::PolicyRefused, "has number 1, want 2");
    refused(give(OrderAction::Pause, 2), ErrorKind::PolicyRefused, "paused already");
    REQUIRE(give(OrderAction::Exclude, 2));
    const Uuid site = people.protocol.sites[0].id;
    CHECK(orders.exclusionOf(site)->digest == Digest32{{2}});
    CHECK(orders.exclusionOf(people.protocol.sites[1].id) == nullptr);
    CHECK(orders.excludedSites() == 1);
    refused(give(OrderAction::Exclude, 3), ErrorKind::PolicyRefused, "excluded already");
    REQUIRE(give(OrderAction::Resume, 3));
    CHECK(orders.pause() == nullptr);
    REQUIRE(give(OrderAction::Readmit, 4));
    CHECK(orders.exclusionOf(site) == nullptr);
    CHECK(orders.excludedSites() == 0);
    // The first one once more, as somebody else has kept it.
    refused(give(OrderAction::Pause, 1), ErrorKind::PolicyRefused, "has number 1, want 5");
    CHECK(orders.all().size() == 4);
    CHECK(orders.nextNumber() == 5);
}
