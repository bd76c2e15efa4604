// SPDX-License-Identifier: GPL-3.0-or-later
// What verifying an audit log costs against SHA-256 of the same bytes, and whether its memory grows with the log.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <functional>
#include <sstream>
#include <streambuf>
#include <string_view>

#include "bench/peak_memory.h"
#include "core/audit/export.h"
#include "core/crypto/digest.h"

using namespace quorate;
using namespace quorate::audit;

namespace {

constexpr std::uint64_t kEntries = 1'000'000;
constexpr std::uint64_t kFewEntries = 10'000;
constexpr std::uint64_t kEntriesPerCheckpoint = 10'000;
constexpr int kRepetitions = 3;

static_assert(kEntries % kEntriesPerCheckpoint == 0);

/// The n-th leaf of a made-up log, as a study writes them.
Bytes leafOf(std::uint64_t n)
{
    Entry entry;
    entry.index = n;
    entry.actor.bytes.fill(7);
    entry.actorName = "Ines Ferreira";
    entry.actorRole = "custodian";
    entry.at = UtcMillis(std::chrono::milliseconds(1795251600000 + static_cast<std::int64_t>(n)));
    entry.offsetMinutes = 60;
    entry.kind = EventKind::StudyEventReceived;
    entry.study.bytes.fill(1);
    entry.site.bytes.fill(9);
    entry.subject = "update-accepted";
    entry.digests["event"] = sha256(asBytes(std::to_string(n)));
    entry.record = RecordReference{"event", std::to_string(n), entry.digests["event"]};
    return *encode(entry);
}

/// Leaves of one flat buffer: neither the log nor SHA-256 waits for anything but memory.
class FlatStore : public LogStore {
public:
    explicit FlatStore(std::uint64_t count)
    {
        m_ends.reserve(count);
        m_hashes.reserve(count);
        for (std::uint64_t i = 0; i < count; ++i) {
            const Bytes leaf = leafOf(i);
            m_bytes.insert(m_bytes.end(), leaf.begin(), leaf.end());
            m_ends.push_back(m_bytes.size());
            m_hashes.push_back(leafHash(leaf));
            m_tree.append(m_hashes.back());
        }
    }

    [[nodiscard]] BytesView bytes() const { return m_bytes; }
    [[nodiscard]] BytesView leaf(std::uint64_t i) const
    {
        const std::size_t begin = i == 0 ? 0 : m_ends[i - 1];
        return BytesView(m_bytes).subspan(begin, m_ends[i] - begin);
    }
    [[nodiscard]] std::uint64_t count() const { return m_ends.size(); }

    [[nodiscard]] Result<Bytes> tree() const override { return m_tree.serialise(); }
    Result<void> append(const StoredLeaf&, const Bytes&) override { return fail(ErrorKind::StorageFailed, "read only"); }
    Result<void> leaves(std::uint64_t begin, std::uint64_t end,
                        const std::function<Result<void>(const StoredLeaf&)>& each) const override
    {
        StoredLeaf row;
        for (std::uint64_t i = begin; i < std::min(end, count()); ++i) {
            const BytesView bytes = leaf(i);
            row.index = i;
            row.hash = m_hashes[i];
            row.leaf.assign(bytes.begin(), bytes.end());
            TRY(each(row));
        }
        return {};
    }
    Result<void> putCheckpoint(std::uint64_t, const std::string&) override { return {}; }
    Result<void> checkpoints(std::uint64_t, std::uint64_t, const std::function<Result<void>(const std::string&)>&) const override
    {
        return {};
    }

private:
    Bytes m_bytes;
    std::vector<std::size_t> m_ends;
    std::vector<Digest32> m_hashes;
    CompactTree m_tree;
};

/// An export that comes into being while it is read, so that the memory measured is the verifier's alone.
class GeneratedExport : public std::streambuf {
public:
    GeneratedExport(std::uint64_t count, const SigningKey& key) : m_count(count), m_key(key) {}
    [[nodiscard]] std::uint64_t leafBytes() const { return m_leafBytes; }

protected:
    int_type underflow() override
    {
        m_text.clear();
        if (m_isDone) return traits_type::eof();
        if (!m_isBegun) {
            std::ostringstream header;
            writeHeader(header);
            m_text = header.str();
            m_isBegun = true;
        } else {
            next();
        }
        setg(m_text.data(), m_text.data(), m_text.data() + m_text.size());
        return traits_type::to_int_type(m_text.front());
    }

private:
    void writeHeader(std::ostream& out) const
    {
        out << R"({"quorateAuditExport":1,"origin":")" << m_origin << "\"}\n"
            << R"({"key":{"name":")" << m_origin << R"(","spki":")" << toBase64(m_key.publicKey().spki()) << "\"}}\n";
    }
    void next()
    {
        const std::uint64_t size = m_tree.size();
        if (size == m_count) {
            m_text = R"({"end":{"entries":)" + std::to_string(m_count) + R"(,"checkpoints":)" + std::to_string(m_checkpoints) + "}}\n";
            m_isDone = true;
            return;
        }
        const Bytes leaf = leafOf(size);
        const Digest32 hash = leafHash(leaf);
        m_tree.append(hash);
        m_leafBytes += leaf.size();
        m_text = R"({"entry":)" + std::to_string(size) + R"(,"hash":")" + toBase64(hash.view()) + R"(","leaf":")" + toBase64(leaf) + "\"}\n";
        if (m_tree.size() % kEntriesPerCheckpoint == 0 || m_tree.size() == m_count) addCheckpoint();
    }
    void addCheckpoint()
    {
        const auto checkpoint = signCheckpoint({m_origin, m_tree.size(), m_tree.root()}, m_key.publicKey(),
                                               [this](BytesView message) { return m_key.signDer(message); });
        m_text += R"({"checkpoint":")";
        for (const char c : toText(*checkpoint)) m_text += c == '\n' ? std::string("\\n") : std::string(1, c);
        m_text += "\"}\n";
        ++m_checkpoints;
    }

    std::uint64_t m_count;
    const SigningKey& m_key;
    std::string m_origin = originOf({});
    CompactTree m_tree;
    std::string m_text;
    std::uint64_t m_checkpoints = 0;
    std::uint64_t m_leafBytes = 0;
    bool m_isBegun = false;
    bool m_isDone = false;
};

/// Of processor time: nothing here waits, and what else the machine does is not to be measured.
double secondsOf(const std::function<void()>& body)
{
    const std::clock_t begin = std::clock();
    body();
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

double medianSeconds(const std::function<void()>& body)
{
    std::vector<double> seconds;
    for (int i = 0; i < kRepetitions; ++i) seconds.push_back(secondsOf(body));
    std::sort(seconds.begin(), seconds.end());
    return seconds[seconds.size() / 2];
}

struct Outcome {
    bool isComplete = true;
    std::uint64_t logBytes = 0;
    double hashOnce = 0;      ///< SHA-256 of all leaves as one message.
    double hashEach = 0;      ///< SHA-256 of each leaf.
    double verify = 0;        ///< verifyLog.
    double exportSeconds = 0; ///< Making and verifying an export as it is made.
    double makeSeconds = 0;   ///< Making the same export only.
    long fewPeakKiB = 0;
    long manyPeakKiB = 0;
};

bool verifiesGenerated(std::uint64_t count, const SigningKey& key)
{
    GeneratedExport text(count, key);
    std::istream in(&text);
    const ExportReport report = verifyExport(in, {});
    return report.holds() && report.tree.size() == count;
}

/// Memory first, before anything large has been held; then time.
Outcome measure()
{
    Outcome out;
    const auto key = SigningKey::generate(EcCurve::P256);
    if (!key) return {false};
    out.isComplete = verifiesGenerated(kFewEntries, *key);
    out.fewPeakKiB = bench::peakMemoryKiB();
    out.exportSeconds = secondsOf([&] { out.isComplete = verifiesGenerated(kEntries, *key) && out.isComplete; });
    out.manyPeakKiB = bench::peakMemoryKiB();
    out.makeSeconds = secondsOf([&] {
        GeneratedExport text(kEntries, *key);
        while (text.sbumpc() != std::streambuf::traits_type::eof()) {
        }
    });
    const FlatStore store(kEntries);
    out.logBytes = store.bytes().size();
    volatile std::uint8_t sink = 0;
    out.hashOnce = medianSeconds([&] { sink = sha256(store.bytes()).bytes[0]; });
    out.hashEach = medianSeconds([&] {
        for (std::uint64_t i = 0; i < store.count(); ++i) sink = sha256(store.leaf(i)).bytes[0];
    });
    out.verify = medianSeconds([&] {
        const auto fault = verifyLog(store, originOf({}));
        out.isComplete = out.isComplete && fault && !*fault;
    });
    return out;
}

void print(const Outcome& out, bool json)
{
    const double megabytes = static_cast<double>(out.logBytes) / 1e6;
    const double exportOnly = out.exportSeconds - out.makeSeconds;
    if (json) {
        std::printf("{\"entries\":%llu,\"megabytes\":%.1f,\"sha256Seconds\":%.3f,\"sha256EachSeconds\":%.3f,\"verifySeconds\":%.3f,"
                    "\"verifyOfSha256\":%.2f,\"verifyOfSha256Each\":%.2f,\"exportVerifySeconds\":%.2f,\"peakKiBFew\":%ld,"
                    "\"peakKiBMany\":%ld}\n",
                    static_cast<unsigned long long>(kEntries), megabytes, out.hashOnce, out.hashEach, out.verify,
                    out.verify / out.hashOnce, out.verify / out.hashEach, exportOnly, out.fewPeakKiB, out.manyPeakKiB);
        return;
    }
    std::printf("verify %llu entries, %.1f MB; processor time, median of %d\n", static_cast<unsigned long long>(kEntries), megabytes, kRepetitions);
    std::printf("  SHA-256 of all bytes at once  %8.1f ms\n", out.hashOnce * 1e3);
    std::printf("  SHA-256 of each entry         %8.1f ms\n", out.hashEach * 1e3);
    std::printf("  verify the stored log         %8.1f ms  %.2f of all at once, %.2f of each\n", out.verify * 1e3,
                out.verify / out.hashOnce, out.verify / out.hashEach);
    std::printf("  verify its export             %8.1f ms  (text, every entry decoded, %llu signatures; one run)\n", exportOnly * 1e3,
                static_cast<unsigned long long>(kEntries / kEntriesPerCheckpoint));
    std::printf("  peak memory                   %8ld KiB after %llu entries, %ld KiB after %llu\n", out.fewPeakKiB,
                static_cast<unsigned long long>(kFewEntries), out.manyPeakKiB, static_cast<unsigned long long>(kEntries));
}

}  // namespace

int main(int argc, char** argv)
{
    const bool json = argc == 2 && std::string_view(argv[1]) == "--json";
    if (argc != (json ? 2 : 1)) {
        std::fputs("usage: bench_vault [--json]\n", stderr);
        return 2;
    }
    const Outcome out = measure();
    if (!out.isComplete) {
        std::fputs("verification failed\n", stderr);
        return 5;
    }
    print(out, json);
    return 0;
}
