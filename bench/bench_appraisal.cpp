// SPDX-License-Identifier: GPL-3.0-or-later
// What a whole appraisal costs beside the signature checks that it cannot do without.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/bare_signatures.h"
#include "core/attestation/appraisal.h"
#include "core/attestation/case_folder.h"
#include "core/attestation/verify/memo.h"

using namespace quorate;
using namespace quorate::attestation;
namespace fs = std::filesystem;

namespace {

constexpr int kRounds = 41;
constexpr int kRepeats = 20;  ///< Appraisals a measurement; one alone is too short for a busy machine's clock.
constexpr std::size_t kStoredReports = 10'000;
constexpr std::size_t kThreads = 2;

struct Case {
    const char* name;    ///< In the output.
    const char* folder;  ///< Under the vectors.
    const char* at;      ///< Its reference time.
};

constexpr Case kCases[] = {{"p01", "tdx/p01-v4-td10-uptodate-b0c06f", "2025-06-20T00:00:00Z"},
                           {"genoa-v3-vcek", "snp/genoa-v3-vcek", "2026-03-31T23:33:20Z"}};

struct Figures {
    double floorFirstUs = 0;
    double firstUs = 0;
    double floorWarmUs = 0;
    double warmUs = 0;
    double storedSeconds = 0;
};

double microsecondsOf(const std::function<void()>& body)
{
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kRepeats; ++i) body();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count() / kRepeats;
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

Result<AppraisalInputs> load(const fs::path& vectors, const Case& which)
{
    TRY_ASSIGN(read, readEvidenceCase(vectors / which.folder));
    AppraisalInputs inputs;
    inputs.evidence = std::move(read.evidence);
    inputs.collateral = std::move(read.collateral);
    inputs.policy = shippedPolicy(PolicyProfile::ChainOnly);
    inputs.anchors = productionAnchors();
    TRY_ASSIGN(at, parseRfc3339(which.at));
    inputs.at = at;
    return inputs;
}

/// Seconds for kStoredReports appraisals on kThreads threads, as a desk does it that opens its vault.
double appraiseStored(const AppraisalInputs& inputs)
{
    AppraisalMemo memo;
    const auto begin = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> workers;
        for (std::size_t t = 0; t < kThreads; ++t) {
            workers.emplace_back([&] {
                for (std::size_t i = 0; i < kStoredReports / kThreads; ++i) {
                    if (appraise(inputs, memo).verdict == Verdict::Refused) std::abort();
                }
            });
        }
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void runAll(const std::vector<bench::BareCheck>& checks)
{
    for (const auto& check : checks) {
        if (!check()) std::abort();
    }
}

Result<Figures> measure(const AppraisalInputs& inputs)
{
    if (appraise(inputs).verdict == Verdict::Refused) return fail(ErrorKind::Untrusted, "case is refused");
    TRY_ASSIGN(bare, inputs.evidence.tee == TeeKind::Tdx ? bench::bareTdx(inputs.evidence, inputs.collateral)
                                                         : bench::bareSnp(inputs.evidence, inputs.collateral));
    AppraisalMemo memo;
    if (appraise(inputs, memo) != appraise(inputs)) return fail(ErrorKind::Internal, "memo changes the result");
    std::vector<double> floorFirst, first, floorWarm, warm;
    for (int round = 0; round < kRounds; ++round) {
        floorFirst.push_back(microsecondsOf([&] { runAll(bare.first); }));
        first.push_back(microsecondsOf([&] { (void)appraise(inputs); }));
        floorWarm.push_back(microsecondsOf([&] { runAll(bare.warm); }));
        warm.push_back(microsecondsOf([&] { (void)appraise(inputs, memo); }));
    }
    return Figures{median(floorFirst), median(first), median(floorWarm), median(warm), appraiseStored(inputs)};
}

std::string format(const char* pattern, auto... values)
{
    char line[512];
    std::snprintf(line, sizeof line, pattern, values...);
    return line;
}

std::string asJson(const Case& which, const Figures& f)
{
    return format("\"%s\":{\"firstOverFloor\":%.3f,\"warmOverFloor\":%.3f,\"firstUs\":%.1f,\"firstFloorUs\":%.1f,"
                  "\"warmUs\":%.1f,\"warmFloorUs\":%.1f,\"storedReports\":%zu,\"storedSeconds\":%.2f}",
                  which.name, f.firstUs / f.floorFirstUs, f.warmUs / f.floorWarmUs, f.firstUs, f.floorFirstUs, f.warmUs,
                  f.floorWarmUs, kStoredReports, f.storedSeconds);
}

std::string asText(const Case& which, const Figures& f)
{
    return format("%-14s first %7.1f us, bare signatures %7.1f us: %.2f\n", which.name, f.firstUs, f.floorFirstUs,
                  f.firstUs / f.floorFirstUs) +
           format("%-14s again %7.1f us, bare signatures %7.1f us: %.2f\n", "", f.warmUs, f.floorWarmUs,
                  f.warmUs / f.floorWarmUs) +
           format("%-14s %zu stored reports on %zu threads: %.2f s\n", "", kStoredReports, kThreads, f.storedSeconds);
}

}  // namespace

int main(int argc, char** argv)
{
    const bool json = argc == 2 && std::string_view(argv[1]) == "--json";
    if (argc > 1 && !json) {
        std::fputs("usage: bench_appraisal [--json]\n", stderr);
        return 2;
    }
    const char* shared = std::getenv("QUORATE_SHARED");
    const fs::path vectors = fs::path(shared != nullptr ? shared : "../shared") / "vectors";
    std::string out;
    for (const Case& which : kCases) {
        const auto inputs = load(vectors, which);
        const auto figures = inputs ? measure(*inputs) : Result<Figures>(tl::unexpected<Error>(inputs.error()));
        if (!figures) {
            std::fprintf(stderr, "%s: %s (vectors are looked for under $QUORATE_SHARED)\n", which.name,
                         figures.error().message.c_str());
            return 3;
        }
        out += json ? (out.empty() ? "{" : ",") + asJson(which, *figures) : asText(which, *figures);
    }
    std::puts((out + (json ? "}" : "")).c_str());
    return 0;
}
