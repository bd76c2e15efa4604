// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/control_store.h"

#include <doctest/doctest.h>

#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::tests;
using services::ControlStore;

namespace {

const learning::ModelManifest kModel{{"w", {2}}, {"b", {1}}};

Digest32 digestNumber(std::uint8_t number)
{
    Digest32 out;
    out.bytes[0] = number;
    return out;
}

learning::ModelWeights control(float value) { return {kModel, {value, -value, 0.5F}}; }

struct Fixture {
    TemporaryFolder folder;
    Uuid study;
    ControlStore store{folder.path(), study, kModel};
    std::filesystem::path file = folder / ("control-" + toHex(study));

    Fixture()
    {
        REQUIRE(store.keep({}, digestNumber(1), control(1)));
        REQUIRE(store.keep(digestNumber(1), digestNumber(2), control(2)));
    }
};

}  // namespace

TEST_CASE("A site counts with the control variate of its update that was taken, whichever of the two it was")
{
    Fixture of;
    CHECK(of.store.after({}).value() == learning::ModelWeights{kModel, {0, 0, 0}});
    CHECK(of.store.after(digestNumber(1)).value() == control(1));
    CHECK(of.store.after(digestNumber(2)).value() == control(2));
    CHECK(ControlStore(of.folder.path(), of.study, kModel).after(digestNumber(2)).value() == control(2));
    // The second update was not taken; its successor begins where the first one ended.
    REQUIRE(of.store.keep(digestNumber(1), digestNumber(3), control(3)));
    CHECK(of.store.after(digestNumber(1)).value() == control(1));
    CHECK(of.store.after(digestNumber(3)).value() == control(3));
    CHECK_FALSE(of.store.after(digestNumber(2)));
    // Trained again to the same update.
    REQUIRE(of.store.keep(digestNumber(3), digestNumber(3), control(4)));
    CHECK(of.store.after(digestNumber(3)).value() == control(4));
}

TEST_CASE("A control variate that was lost is not made up")
{
    Fixture of;
    const auto unknown = of.store.after(digestNumber(9));
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().kind == ErrorKind::Malformed);
    CHECK(unknown.error().message.find("which the service took last") != std::string::npos);
    CHECK_FALSE(of.store.keep(digestNumber(9), digestNumber(10), control(3)));
    CHECK(of.store.after(digestNumber(2)).value() == control(2));
    std::filesystem::remove(of.file);
    CHECK_FALSE(of.store.after(digestNumber(2)));
    CHECK(of.store.after({}));
}

TEST_CASE("A file that is cut, changed, longer or of another model is refused")
{
    Fixture of;
    const Bytes whole = readBytes(of.file);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        writeBytes(of.file, BytesView(whole).first(size));
        CHECK_FALSE(of.store.after(digestNumber(2)));
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
        Bytes changed = whole;
        changed[at] ^= 1;
        writeBytes(of.file, changed);
        CHECK_FALSE(of.store.after(digestNumber(2)));
    }
    Bytes longer = whole;
    longer.push_back(0);
    writeBytes(of.file, longer);
    CHECK_FALSE(of.store.after(digestNumber(2)));
    writeBytes(of.file, whole);
    CHECK(of.store.after(digestNumber(2)));
    CHECK_FALSE(ControlStore(of.folder.path(), of.study, {{"w", {2}}}).after(digestNumber(2)));
    CHECK_FALSE(ControlStore(of.folder.path(), of.study, {{"w", {4}}}).after(digestNumber(2)));
}
