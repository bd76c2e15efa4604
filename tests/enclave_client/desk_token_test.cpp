// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/enclave_client/desktop.h"
#include "tests/support/soft_token.h"

using namespace quorate;
using namespace quorate::tests;

namespace {

std::size_t entriesOf(Desktop& desktop, audit::EventKind kind)
{
    const auto all = desktop.ask<std::vector<audit::Entry>>([&](Completion<std::vector<audit::Entry>> done) {
        return desktop.desk->readEntries(0, desktop.desk->auditLog()->head.size, std::move(done));
    });
    REQUIRE(all);
    return static_cast<std::size_t>(std::count_if(all->begin(), all->end(), [&](const auto& entry) { return entry.kind == kind; }));
}

Result<void> freeze(Desktop& desktop)
{
    return desktop.wait([&](Completion<void> done) {
        return desktop.desk->stop({desktop.consortium.study(), release::Revocation::Kind::Freeze, "test", passphrase(), desktop.desk->status().me.id},
                                  std::move(done));
    });
}

}  // namespace

TEST_CASE("At the desk: approved with a token; the token is removed; the next decision refuses with what to do, sent and logged nowhere")
{
    if (!softHsmIsHere()) return;
    SmallConsortium consortium;
    Identity& me = consortium.reviewers[0];
    const SoftToken soft("desk", SigningKey::fromPkcs8(me.tlsKey->toPkcs8().expose()).value());
    me.signer = soft.open().signer(soft.publicKey()).value();
    const auto service = startService(consortium);
    publish(consortium, service);
    Desktop desktop(consortium);
    desktop.open(service.address, {&me});
    REQUIRE(desktop.becomes(Connection::Connected));
    REQUIRE(desktop.approve(passphrase()));
    CHECK(entriesOf(desktop, audit::EventKind::ParticipationSigned) == 1);
    const auto events = service.events(consortium.study()).size();

    soft.remove();
    const auto refused = freeze(desktop);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::Unavailable);
    CAPTURE(refused.error().message);
    CHECK(refused.error().message.find("put it in, unlock it with its PIN and sign again") != std::string::npos);
    CHECK(entriesOf(desktop, audit::EventKind::StudyStopped) == 0);
    CHECK(service.events(consortium.study()).size() == events);

    desktop.desk.reset();
    me.signer.reset();
    soft.putBack();
    me.signer = soft.open().signer(soft.publicKey()).value();
    desktop.open(service.address, {&me});
    REQUIRE(desktop.becomes(Connection::Connected));
    CHECK(freeze(desktop));
    CHECK(entriesOf(desktop, audit::EventKind::StudyStopped) == 1);
    CHECK(service.events(consortium.study()).size() == events + 1);
    desktop.desk.reset();
    me.signer.reset();
}
