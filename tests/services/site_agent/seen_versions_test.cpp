// SPDX-License-Identifier: GPL-3.0-or-later
// What a site has accepted once: nothing older and nothing else under the same version comes after it.
#include "services/site_agent/seen_versions.h"

#include <doctest/doctest.h>

#include "tests/services/support/hospital_files.h"

using namespace quorate;
using namespace quorate::services;
using namespace quorate::tests;

namespace {

study::VerifiedPackage samplePackage()
{
    const SmallConsortium of;
    return study::verifyPackage(of.package, of.authority.certificate().publicKey()).value();
}

struct Memory {
    TemporaryFolder folder;
    std::filesystem::path file = folder / "seen-versions";
    study::VerifiedPackage package = samplePackage();

    [[nodiscard]] Result<void> offer(const study::VerifiedPackage& offered) const { return raiseSeenVersions(file, offered); }
    [[nodiscard]] std::string text() const { return std::string(asText(readBytes(file))); }
};

}  // namespace

TEST_CASE("the first package of a study is taken, and again as often as it comes")
{
    const Memory memory;
    REQUIRE(memory.offer(memory.package));
    const std::string text = memory.text();
    CHECK(text.find("roster 1 " + toHex(memory.package.rosterDigest)) != std::string::npos);
    CHECK(memory.offer(memory.package));
    CHECK(memory.text() == text);
}

TEST_CASE("an older roster, policy, protocol or set of reference values is refused, and what was seen stays")
{
    const Memory memory;
    study::VerifiedPackage newer = memory.package;
    for (auto* version : {&newer.roster.version, &newer.policy.version, &newer.referenceValues.version, &newer.protocol.version}) *version += 2;
    REQUIRE(memory.offer(newer));
    const std::string text = memory.text();
    const auto refused = [&](auto change) {
        study::VerifiedPackage older = newer;
        change(older);
        const auto result = memory.offer(older);
        REQUIRE_FALSE(result);
        CHECK(result.error().kind == ErrorKind::PolicyRefused);
        CHECK(memory.text() == text);
    };
    refused([](auto& p) { --p.roster.version; });
    refused([](auto& p) { --p.policy.version; });
    refused([](auto& p) { --p.referenceValues.version; });
    refused([](auto& p) { --p.protocol.version; });
    // Newer in one object does not make up for another that is older.
    refused([](auto& p) { ++p.roster.version; --p.protocol.version; });
}

TEST_CASE("other bytes under the same version are refused, another study begins anew")
{
    const Memory memory;
    REQUIRE(memory.offer(memory.package));
    study::VerifiedPackage other = memory.package;
    other.policyDigest.bytes[0] ^= 1;
    CHECK(memory.offer(other).error().kind == ErrorKind::Untrusted);
    other.protocol.id.bytes[0] ^= 1;
    CHECK(memory.offer(other));
    CHECK(memory.offer(memory.package));
}

TEST_CASE("a memory that cannot be understood or written accepts nothing")
{
    const Memory memory;
    REQUIRE(memory.offer(memory.package));
    const std::string good = memory.text();
    for (const std::string& text : {std::string(), good.substr(0, good.size() - 1), "x" + good, good + "roster\n", good + good.substr(good.find('\n') + 1),
                                    good + toHex(memory.package.protocol.id) + " x -1 " + toHex(memory.package.policyDigest) + "\n",
                                    good + toHex(memory.package.protocol.id) + " x 1 00\n"}) {
        writeBytes(memory.file, asBytes(text));
        const auto result = memory.offer(memory.package);
        REQUIRE_MESSAGE(!result, text);
        CHECK(result.error().kind == ErrorKind::Malformed);
    }
    CHECK_FALSE(raiseSeenVersions(memory.folder / "nowhere" / "seen-versions", memory.package));
}
