// SPDX-License-Identifier: GPL-3.0-or-later
// Updates made to break the service, sent to its real program, whose memory is looked at.
#include <doctest/doctest.h>
#include <limits>

#include "core/base/byte_reader.h"
#include "core/study/receipt.h"
#include "tests/services/support/hand_upload.h"
#include "tests/services/support/service_process.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::tests;

namespace {

/// What gRPC may hold, and as much again as a third of it. The largest message here alone is more.
constexpr long kMostGrowthKiB = 128 * 1024;

/// One hostile site's update, and what the service has to say to it.
struct Attack {
    const char* what;
    std::string code;      ///< In the receipt, behind "rejected:".
    std::string sentence;  ///< Part of it.
    std::function<Result<void>(const FakeSite&, const SmallConsortium&, const SiteTask&)> send;
};

Bytes headerText(const std::string& text, std::optional<std::uint64_t> declared = {})
{
    return ByteWriter().u64le(declared.value_or(text.size())).text(text).take();
}

/// `count` tensors of no bytes, as short as JSON lets them be.
std::string manyTensors(std::size_t count)
{
    std::string out = "{";
    for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":{}";
    return out + "}";
}

Attack attackWithHeader(const char* what, const char* sentence, Bytes header, std::uint64_t valueBytes = 12,
                        const char* code = "not-safetensors")
{
    return {what, code, sentence, [header = std::move(header), valueBytes](const auto& site, const auto& consortium, const auto& task) {
                auto message = headerFor(consortium, site.update(task));
                message.set_value_bytes(valueBytes);
                message.set_safetensors_header(wire::bytesOf(BytesView(header)));
                return upload(site, message, {chunk(0, Bytes(12, 0))});
            }};
}

Attack attackWithValue(const char* what, const char* code, const char* sentence, float value)
{
    return {what, code, sentence, [value](const auto& site, const auto& consortium, const auto& task) {
                auto weights = learning::initialWeights(consortium.protocol().model, 1).value();
                weights.values[3] = value;
                return site.submit(site.update(task, learning::encodeSafetensors(weights).value()));
            }};
}

std::vector<Attack> attacks(const learning::ModelManifest& model)
{
    auto transposed = model;
    transposed.front().shape = {1, 1, model.front().elements()};
    const auto valueBytes = learning::elementsOf(model) * sizeof(float);
    auto extra = model;
    extra.push_back({"extra", {1}});
    return {
        attackWithHeader("header of 1 GiB", "header is 1073741824 bytes, want at most 1048576", headerText("{}", std::uint64_t{1} << 30)),
        attackWithHeader("header of 7 MiB", "bytes, want at most 1048576", headerText(std::string(std::size_t{7} << 20, ' '))),
        attackWithHeader("as many tensors as a header holds", "text has more than 32768 names",
                         headerText(manyTensors(90'000))),
        attackWithHeader("overlapping offsets", "tensors overlap or leave a gap",
                         headerText(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                                    R"("b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})")),
        attackWithHeader("extra tensor", "tensors are not those of the study's model", learning::encodeSafetensorsHeader(extra).value(),
                         valueBytes + sizeof(float), "other-shape"),
        attackWithHeader("wrong shape", "tensors are not those of the study's model", learning::encodeSafetensorsHeader(transposed).value(),
                         valueBytes, "other-shape"),
        attackWithValue("NaN", "not-finite", "not-finite: ", std::numeric_limits<float>::quiet_NaN()),
        attackWithValue("1e38", "out-of-bound", "out-of-bound: ", 1e38F),
    };
}

}  // namespace

TEST_CASE("Hostile updates are refused with a sentence each, cost the service no memory, and the round goes on with the others")
{
    const auto hostile = attacks(learning::manifestOf(SmallConsortium().protocol().model).value());
    const SmallConsortium consortium({.sites = hostile.size() + 2, .rounds = 1});
    const TemporaryFolder folder;
    const ServiceProcess process(consortium, folder.path());
    const auto service = process.service();
    publish(consortium, service);
    approveAll(consortium, service);
    releaseKey(consortium, service);
    startRounds(consortium, service);
    std::vector<std::unique_ptr<FakeSite>> sites;
    for (std::size_t i = 0; i < consortium.nodes.size(); ++i) {
        sites.push_back(std::make_unique<FakeSite>(consortium, service, i));
        must(sites.back()->join());
    }
    const auto& honest = *sites[hostile.size()];
    CHECK(honest.trainOnce() == 1);
    const long before = process.peakMemoryKiB();

    // Larger than any message may be: nobody looks at it, and the site may still send a better one.
    const auto flood = attackWithHeader("ten million tensors", "", headerText(manyTensors(10'000'000)));
    CHECK_FALSE(flood.send(*sites.back(), consortium, sites.back()->task()));
    for (std::size_t i = 0; i < hostile.size(); ++i) {
        CAPTURE(hostile[i].what);
        const auto task = sites[i]->task();
        REQUIRE(task.kind == SiteTask::Kind::Train);
        const auto answer = hostile[i].send(*sites[i], consortium, task);
        REQUIRE_FALSE(answer);
        CAPTURE(answer.error().message);
        CHECK(answer.error().message.find(hostile[i].sentence) != std::string::npos);
    }
    const long growth = process.peakMemoryKiB() - before;
    MESSAGE("peak memory grew by ", growth, " KiB from ", before);
    CHECK(growth < kMostGrowthKiB);

    CHECK(sites.back()->trainOnce() == 1);
    const auto session = sessionOf(consortium, consortium.coordinator(), service);
    std::vector<ReceivedEnvelope> receipts;
    REQUIRE(eventually([&] {
        receipts = session->client().get(consortium.study()).value().receipts;
        return !receipts.empty();
    }));
    const auto receipt = study::decodeReceipt(receipts.front().envelope.payload).value();
    for (std::size_t i = 0; i < hostile.size(); ++i) {
        CAPTURE(hostile[i].what);
        CHECK(receipt.entries[i].outcome == "rejected:" + hostile[i].code);
    }
    CHECK(receipt.entries[hostile.size()].outcome == "aggregated");
    CHECK(receipt.entries.back().outcome == "aggregated");
}
