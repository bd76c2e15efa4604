// SPDX-License-Identifier: GPL-3.0-or-later
// Collateral fetched behind an appraisal's back, over HTTP on loopback.
#include "enclave_client/collateral_keeper.h"

#include <atomic>

#include "collateral_client/https_source.h"
#include "core/attestation/appraisal.h"
#include "tests/support/loopback_service.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/vendor_answers.h"

using namespace quorate;
using namespace quorate::attestation;
using namespace std::chrono_literals;

namespace {

using Service = tests::LoopbackService<httplib::Server>;

struct Bench {
    Bench() : evidence(*tests::demoVendor().issue(TeeKind::Tdx, {}, {}))
    {
        answers = tests::vendorAnswers(evidence, *tests::demoVendor().collateral(TeeKind::Tdx, tests::kVendorNow));
        service.server.Get(".*", [this](const httplib::Request& request, httplib::Response& response) {
            ++asked;
            const std::lock_guard lock(mutex);
            const auto found = answers.find(request.target);
            if (found == answers.end()) {
                response.status = 404;
                return;
            }
            for (const auto& [name, value] : found->second.headers) response.set_header(name.c_str(), value);
            response.set_content(std::string(asText(found->second.body)), "application/octet-stream");
        });
        while (!service.server.is_running()) std::this_thread::yield();
    }
    void serveAsOf(UtcSeconds time)
    {
        const std::lock_guard lock(mutex);
        answers = tests::vendorAnswers(evidence, *tests::demoVendor().collateral(TeeKind::Tdx, time));
    }
    std::unique_ptr<CollateralKeeper> keeper(const std::string& url)
    {
        CollateralKeeper::Options options;
        options.cache = folder / "cache";
        options.endpoints = {url, "", url};
        options.anchors = tests::demoVendor().anchors();
        options.every = 20ms;
        const auto clock = [this] { return UtcMillis(tests::kVendorNow) + std::chrono::milliseconds(ahead.load()); };
        return std::make_unique<CollateralKeeper>(options, std::make_unique<HttpsSource>(), clock, [this] { ++changes; });
    }
    std::unique_ptr<CollateralKeeper> keeper() { return keeper(service.url()); }
    [[nodiscard]] Collateral completed(CollateralKeeper& by) const
    {
        Collateral have;
        by.complete(evidence, have);
        return have;
    }
    [[nodiscard]] static bool eventually(const std::function<bool()>& condition)
    {
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) return false;
            std::this_thread::sleep_for(2ms);
        }
        return true;
    }

    tests::TemporaryFolder folder;
    Evidence evidence;
    std::mutex mutex;
    std::map<std::string, VendorAnswer> answers;
    std::atomic<int> asked = 0;
    std::atomic<int> changes = 0;
    std::atomic<std::int64_t> ahead = 0;
    Service service;
};

}  // namespace

TEST_CASE("What evidence lacks is fetched in the background, and the next appraisal has it; nothing is asked twice")
{
    Bench bench;
    const auto keeper = bench.keeper();
    CHECK_FALSE(keeper->state().validUntil);
    CHECK(bench.completed(*keeper).files.empty());
    REQUIRE(bench.eventually([&] { return keeper->state().validUntil.has_value(); }));
    CHECK_FALSE(keeper->state().problem);
    CHECK(keeper->state().refreshedAt == UtcMillis(tests::kVendorNow));
    CHECK(bench.eventually([&] { return bench.changes == 1; }));
    const int asked = bench.asked;
    CHECK(asked == static_cast<int>(bench.answers.size()));
    const Collateral have = bench.completed(*keeper);
    AppraisalInputs inputs;
    inputs.evidence = bench.evidence;
    inputs.collateral = have;
    inputs.policy = shippedPolicy(PolicyProfile::ChainOnly);
    inputs.anchors = tests::demoVendor().anchors();
    inputs.trainingMode = true;
    inputs.at = tests::kVendorNow;
    const auto result = appraise(inputs);
    for (const auto& refusal : result.refusals) CHECK(refusal.reason.find("collateral") == std::string::npos);
    CHECK(bench.asked == asked);
}

TEST_CASE("What is about to expire is fetched anew before it does, without anybody asking")
{
    Bench bench;
    const auto keeper = bench.keeper();
    (void)bench.completed(*keeper);
    REQUIRE(bench.eventually([&] { return keeper->state().validUntil.has_value(); }));
    const auto until = *keeper->state().validUntil;
    const auto later = std::chrono::duration_cast<std::chrono::milliseconds>(until - UtcMillis(tests::kVendorNow) - 1h);
    bench.serveAsOf(tests::kVendorNow + std::chrono::duration_cast<std::chrono::seconds>(later));
    bench.ahead = later.count();
    CHECK(bench.eventually([&] { return *keeper->state().validUntil > until; }));
}

TEST_CASE("A source that does not answer is said, what is kept serves on, and stopping does not wait for it")
{
    Bench bench;
    {
        const auto keeper = bench.keeper();
        (void)bench.completed(*keeper);
        REQUIRE(bench.eventually([&] { return keeper->state().validUntil.has_value(); }));
    }
    {
        const std::lock_guard lock(bench.mutex);
        bench.answers.clear();
    }
    const auto kept = bench.keeper();
    REQUIRE(kept->state().validUntil);
    bench.ahead = std::chrono::duration_cast<std::chrono::milliseconds>(*kept->state().validUntil - UtcMillis(tests::kVendorNow) + 1h).count();
    REQUIRE(bench.eventually([&] { return kept->state().problem.has_value(); }));
    CHECK(kept->state().problem->kind == ErrorKind::Unavailable);
    CHECK_FALSE(bench.completed(*kept).files.empty());
    const auto begin = std::chrono::steady_clock::now();
    const auto nowhere = bench.keeper("http://127.0.0.1:9");
    nowhere->stop();
    CHECK(std::chrono::steady_clock::now() - begin < 5s);
}
