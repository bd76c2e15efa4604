// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/enclave_client/desktop.h"

using namespace quorate;
using namespace quorate::tests;

namespace {

dsse::Envelope signedBy(const Signer& key, const study::Roster& roster)
{
    return dsse::sign(study::kinds::kRoster, study::encode(roster), key).value();
}

struct Scene {
    Scene() : service(startService(consortium, nullptr, "127.0.0.1:0", folder.path())), desktop(consortium) { publish(consortium, service); }

    void open()
    {
        desktop.open(service.address, {&me()});
        REQUIRE(desktop.becomes(Connection::Connected));
    }
    [[nodiscard]] const Identity& me() const { return consortium.reviewers[0]; }
    [[nodiscard]] UtcSeconds now() const { return toSeconds(consortium.clock()()); }
    [[nodiscard]] study::Roster revoking(const study::Roster& before, const Identity& who, UtcSeconds from) const
    {
        return study::withRevocation(before, who.member.id, from, "has left").value();
    }
    void bring(const study::Roster& roster)
    {
        must(sessionOf(consortium, consortium.coordinator(), service)->client().updateRoster(signedBy(consortium.authority.rootKey(), roster)));
    }
    bool showsRevoked(const Identity& who)
    {
        return desktop.until([&] { return desktop.shown()->roster.find(who.member.id)->revokedFrom.has_value(); });
    }

    SmallConsortium consortium;
    TemporaryFolder folder;
    RunningService service;
    Desktop desktop;
};

}  // namespace

TEST_CASE("The desk takes the newest roster from the service, shows whom it revokes, and keeps it")
{
    Scene scene;
    const auto& gone = scene.consortium.custodians[0];
    const auto next = scene.revoking(scene.consortium.verified().roster, gone, scene.now());
    scene.open();
    CHECK_FALSE(scene.desktop.shown()->roster.find(gone.member.id)->revokedFrom);
    scene.bring(next);
    scene.consortium.advance(std::chrono::seconds(61));
    REQUIRE(scene.showsRevoked(gone));
    CHECK_FALSE(scene.desktop.desk->status().rosterProblem);
    scene.desktop.desk.reset();
    scene.desktop.open({}, {&scene.me()});
    CHECK(scene.desktop.shown()->roster.find(gone.member.id)->revocationReason == "has left");
}

TEST_CASE("A service that offers an older roster than the desk has seen changes nothing, and the desk says so")
{
    Scene scene;
    const auto& gone = scene.consortium.custodians[0];
    scene.bring(scene.revoking(scene.consortium.verified().roster, gone, scene.now()));
    scene.open();
    REQUIRE(scene.showsRevoked(gone));
    scene.desktop.desk.reset();
    const auto forgetful = startService(scene.consortium);
    publish(scene.consortium, forgetful);
    scene.desktop.open(forgetful.address, {&scene.me()});
    REQUIRE(scene.desktop.until([&] { return scene.desktop.desk->status().rosterProblem.has_value(); }));
    CHECK(scene.desktop.desk->status().rosterProblem->message == "roster is version 1, version 2 has been accepted before");
    CHECK(scene.desktop.shown()->roster.find(gone.member.id)->revokedFrom);
}

TEST_CASE("Who is revoked from a date on signs until then and not after, whatever the service would say")
{
    Scene scene;
    scene.bring(scene.revoking(scene.consortium.verified().roster, scene.me(), scene.now() + std::chrono::minutes(2)));
    scene.open();
    REQUIRE(scene.showsRevoked(scene.me()));
    REQUIRE(scene.desktop.approve(passphrase()));
    scene.consortium.advance(std::chrono::minutes(3));
    const auto late = scene.desktop.approve(passphrase());
    REQUIRE_FALSE(late);
    CHECK(late.error().kind == ErrorKind::PolicyRefused);
    CHECK(late.error().message.find("this member is revoked") != std::string::npos);
}
