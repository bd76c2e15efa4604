// SPDX-License-Identifier: GPL-3.0-or-later
// What a whole appraisal costs beside the signature checks that it cannot do without.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
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

/// One way to appraise: medians of the same rounds.
struct Row {
    double keysUs = 0;    ///< OpenSSL decoding and setting up keys, over and over.
    double checksUs = 0;  ///< OpenSSL checking the signatures, over and over.
    double floorUs = 0;   ///< One after the other, as nobody can do without: each finds the caches as the other left them.
    double wholeUs = 0;   ///< The appraisal.
    double overFloor = 0;   ///< Whole over floor; of each round, whose two stand beside each other in time.
    double overChecks = 0;  ///< Whole over checks, likewise.
};

struct Figures {
    Row first;
    Row warm;
    double storedSeconds = 0;
};

/// Processor time of this program, which has one thread then: what else the machine does is not measured.
double microsecondsOf(const std::function<void()>& body)
{
    const std::clock_t begin = std::clock();
    for (int i = 0; i < kRepeats; ++i) body();
    return static_cast<double>(std::clock() - begin) * 1e6 / CLOCKS_PER_SEC / kRepeats;
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

void runAll(const bench::BareSteps& steps)
{
    for (const auto& step : steps) {
        if (!step()) std::abort();
    }
}

/// Measures the four in turn, so that whatever slows the machine slows all of them.
class Rounds {
public:
    void add(const bench::BareWork& bare, const std::function<void()>& whole)
    {
        m_keys.push_back(microsecondsOf([&] { runAll(bare.keys); }));
        m_checks.push_back(microsecondsOf([&] { runAll(bare.checks); }));
        m_floor.push_back(microsecondsOf([&] {
            runAll(bare.keys);
            runAll(bare.checks);
        }));
        m_whole.push_back(microsecondsOf(whole));
    }
    [[nodiscard]] Row row() const
    {
        return {median(m_keys),  median(m_checks),          median(m_floor),
                median(m_whole), medianRatio(m_whole, m_floor), medianRatio(m_whole, m_checks)};
    }

private:
    static double medianRatio(const std::vector<double>& a, const std::vector<double>& b)
    {
        std::vector<double> ratios;
        for (std::size_t i = 0; i < a.size(); ++i) ratios.push_back(a[i] / b[i]);
        return median(std::move(ratios));
    }

    std::vector<double> m_keys, m_checks, m_floor, m_whole;
};

Result<Figures> measure(const AppraisalInputs& inputs)
{
    if (appraise(inputs).verdict == Verdict::Refused) return fail(ErrorKind::Untrusted, "case is refused");
    TRY_ASSIGN(bare, inputs.evidence.tee == TeeKind::Tdx ? bench::bareTdx(inputs.evidence, inputs.collateral)
                                                         : bench::bareSnp(inputs.evidence, inputs.collateral));
    AppraisalMemo memo;
    if (appraise(inputs, memo) != appraise(inputs)) return fail(ErrorKind::Internal, "memo changes the result");
    Rounds first, warm;
    for (int round = 0; round < kRounds; ++round) {
        first.add(bare.first, [&] { (void)appraise(inputs); });
        warm.add(bare.warm, [&] { (void)appraise(inputs, memo); });
    }
    return Figures{first.row(), warm.row(), appraiseStored(inputs)};
}

std::string format(const char* pattern, auto... values)
{
    char line[512];
    std::snprintf(line, sizeof line, pattern, values...);
    return line;
}

std::string asJson(const char* name, const Row& row)
{
    return format("\"%sOverFloor\":%.3f,\"%sOverChecksAlone\":%.3f,\"%sUs\":%.1f,\"%sFloorUs\":%.1f,\"%sKeysUs\":%.1f,"
                  "\"%sChecksUs\":%.1f",
                  name, row.overFloor, name, row.overChecks, name, row.wholeUs, name, row.floorUs, name,
                  row.keysUs, name, row.checksUs);
}

std::string asJson(const Case& which, const Figures& figures)
{
    return format("\"%s\":{", which.name) + asJson("first", figures.first) + "," + asJson("warm", figures.warm) +
           format(",\"storedReports\":%zu,\"storedSeconds\":%.2f}", kStoredReports, figures.storedSeconds);
}

std::string asText(const char* name, const Row& row)
{
    return format("  %-24s %7.1f us; OpenSSL alone %7.1f us (keys %6.1f, signatures %7.1f); ratio %.2f (%.2f of signatures)\n", name,
                  row.wholeUs, row.floorUs, row.keysUs, row.checksUs, row.overFloor, row.overChecks);
}

std::string asText(const Case& which, const Figures& figures)
{
    return format("%s\n", which.name) + asText("first time", figures.first) + asText("collateral verified", figures.warm) +
           format("  %zu stored reports on %zu threads: %.2f s\n", kStoredReports, kThreads, figures.storedSeconds);
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
