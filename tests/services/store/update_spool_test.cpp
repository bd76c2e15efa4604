// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/store/update_spool.h"

#include <doctest/doctest.h>
#include <cstring>
#include <limits>

#include "core/crypto/digest.h"
#include "core/study/update_digest.h"
#include "learning/safetensors.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::services;
using tests::TemporaryFolder;

namespace {

constexpr std::size_t kChunk = study::kUpdateChunkBytes;
const Bytes kKey(32, 7);

/// Three chunks, the last of them short.
struct Sent {
    learning::ModelWeights weights{{{"a", {300, 1000}}, {"b", {270000}}}, {}};
    Bytes header = learning::encodeSafetensorsHeader(weights.tensors).value();
    Bytes values;

    Sent()
    {
        weights.values.resize(learning::elementsOf(weights.tensors));
        for (std::size_t i = 0; i < weights.values.size(); ++i) weights.values[i] = static_cast<float>(i % 1000) - 500.0F;
        take();
    }
    void take()
    {
        values.resize(weights.values.size() * sizeof(float));
        std::memcpy(values.data(), weights.values.data(), values.size());
    }
    [[nodiscard]] UpdateDeclaration declared() const
    {
        UpdateDeclaration out;
        out.round = 2;
        out.digest = study::updateDigest(header, values.size(), study::chunkDigestsOf(values));
        out.safetensorsHeader = header;
        out.valueBytes = values.size();
        return out;
    }
    [[nodiscard]] BytesView chunk(std::size_t number) const
    {
        return BytesView(values).subspan(number * kChunk, std::min(kChunk, values.size() - number * kChunk));
    }
    Result<void> send(IncomingUpdate& to, std::size_t number) const
    {
        return to.add(number * kChunk, chunk(number), sha256(chunk(number)), weights.tensors);
    }
};

std::shared_ptr<IncomingUpdate> begin(const TemporaryFolder& folder, const Sent& sent)
{
    return IncomingUpdate::create(folder / "update", kKey, sent.declared(), systemRandom()).value();
}

}  // namespace

TEST_CASE("Chunks in order make the update, whatever came twice; a gap leaves it as it was")
{
    const TemporaryFolder folder;
    const Sent sent;
    const auto incoming = begin(folder, sent);
    CHECK(incoming->committedBytes() == 0);
    CHECK_FALSE(sent.send(*incoming, 1));
    CHECK(sent.send(*incoming, 0));
    CHECK(sent.send(*incoming, 0));
    CHECK(incoming->committedBytes() == kChunk);
    CHECK_FALSE(sent.send(*incoming, 2));
    CHECK_FALSE(incoming->finish());
    CHECK(sent.send(*incoming, 1));
    CHECK(sent.send(*incoming, 0));
    CHECK(sent.send(*incoming, 2));
    CHECK(sent.send(*incoming, 2));
    CHECK(incoming->committedBytes() == sent.values.size());
    const auto kept = incoming->finish().value();
    std::vector<float> out(sent.weights.values.size());
    REQUIRE(kept->read(0, out));
    CHECK(out == sent.weights.values);
    std::vector<float> middle(20000);
    REQUIRE(kept->read(123457, middle));
    CHECK(std::equal(middle.begin(), middle.end(), sent.weights.values.begin() + 123457));
}

TEST_CASE("Values are added to the mean once as they come, stay with the finished update, and leave with one that is given up")
{
    const TemporaryFolder folder;
    const Sent sent;
    const auto mean = std::make_shared<learning::RunningMean>();
    const std::uint64_t count = sent.weights.values.size();
    REQUIRE(mean->restart({count, 100}));
    {
        const auto lost = IncomingUpdate::create(folder / "lost", kKey, sent.declared(), systemRandom()).value();
        lost->addTo(mean->admit(60));
        REQUIRE(sent.send(*lost, 0));
        REQUIRE(sent.send(*lost, 1));
    }
    const auto incoming = begin(folder, sent);
    incoming->addTo(mean->admit(60));
    for (const std::size_t number : {0, 0, 1, 0, 2, 2}) REQUIRE(sent.send(*incoming, number));
    const auto kept = incoming->finish().value();
    REQUIRE(kept->share() != nullptr);
    const auto fold = mean->close({kept->share()}, learning::FixedPointGrid::make(learning::kLargestValue, 100)->scale);
    REQUIRE(fold);
    std::vector<float> out(count);
    REQUIRE(fold->finish(0, out));
    CHECK(out == sent.weights.values);
}

TEST_CASE("A chunk of another size, place or digest is refused")
{
    const TemporaryFolder folder;
    const Sent sent;
    const auto incoming = begin(folder, sent);
    const auto first = sent.chunk(0);
    CHECK_FALSE(incoming->add(0, first.first(kChunk - 4), sha256(first.first(kChunk - 4)), sent.weights.tensors));
    CHECK_FALSE(incoming->add(0, first, sha256(sent.chunk(1)), sent.weights.tensors));
    CHECK_FALSE(incoming->add(4, first, sha256(first), sent.weights.tensors));
    CHECK_FALSE(incoming->add(0, {}, sha256(BytesView{}), sent.weights.tensors));
    CHECK_FALSE(incoming->add(std::uint64_t{0} - kChunk, first, sha256(first), sent.weights.tensors));
    REQUIRE(sent.send(*incoming, 0));
    // Not what it was the first time.
    CHECK_FALSE(incoming->add(0, sent.chunk(1), sha256(sent.chunk(1)), sent.weights.tensors));
    CHECK(incoming->committedBytes() == kChunk);
}

TEST_CASE("NaN, infinity and what no model holds are named with tensor and index, in any chunk")
{
    struct Case {
        std::size_t value;
        float bad;
        const char* code;
        const char* place;
    };
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    const TemporaryFolder folder;
    for (const Case& item : {Case{3, std::numeric_limits<float>::quiet_NaN(), "not-finite", "a[3]"}, Case{299999, -kInfinity, "not-finite", "a[299999]"},
                             Case{569999, 1e38F, "out-of-bound", "b[269999]"}, Case{300000, -1.05e6F, "out-of-bound", "b[0]"}}) {
        CAPTURE(item.place);
        Sent sent;
        sent.weights.values[item.value] = item.bad;
        sent.take();
        const auto incoming = begin(folder, sent);
        for (std::size_t number = 0; number < 3 && !incoming->badValue(); ++number) REQUIRE(sent.send(*incoming, number));
        REQUIRE(incoming->badValue());
        CHECK(incoming->badValue()->code == std::string(item.code));
        CHECK(incoming->badValue()->place == item.place);
        CHECK_FALSE(incoming->finish());
    }
    Sent large;
    large.weights.values[0] = -1048576.0F;
    large.take();
    const auto incoming = begin(folder, large);
    CHECK(large.send(*incoming, 0));
    CHECK_FALSE(incoming->badValue());
}

TEST_CASE("An update that is not finished leaves no file; a finished one is found again and checked")
{
    const TemporaryFolder folder;
    const Sent sent;
    {
        const auto incoming = begin(folder, sent);
        REQUIRE(sent.send(*incoming, 0));
        CHECK(std::filesystem::exists(folder / "update"));
    }
    CHECK_FALSE(std::filesystem::exists(folder / "update"));
    {
        const auto incoming = begin(folder, sent);
        for (std::size_t number = 0; number < 3; ++number) REQUIRE(sent.send(*incoming, number));
        REQUIRE(incoming->finish());
    }
    CHECK(SpooledUpdate::reopen(folder / "update", kKey, sent.declared()));
    auto ofOtherRound = sent.declared();
    ++ofOtherRound.round;
    CHECK_FALSE(SpooledUpdate::reopen(folder / "update", kKey, ofOtherRound));
    Bytes bytes = tests::readBytes(folder / "update");
    bytes.back() ^= 1;
    tests::writeBytes(folder / "update", bytes);
    CHECK_FALSE(SpooledUpdate::reopen(folder / "update", kKey, sent.declared()));
}
