// SPDX-License-Identifier: GPL-3.0-or-later
// What verifying an audit log costs against SHA-256 of the same bytes, and whether its memory grows with the log.
#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <sstream>
#include <streambuf>

#include "bench/peak_memory.h"
#include "bench/vault_bench.h"
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

bool verifiesGenerated(std::uint64_t count, const SigningKey& key)
{
    GeneratedExport text(count, key);
    std::istream in(&text);
    const ExportReport report = verifyExport(in, {});
    return report.holds() && report.tree.size() == count;
}

/// Making the export without verifying it.
double generateSeconds(const SigningKey& key)
{
    return secondsOf([&] {
        GeneratedExport text(kEntries, key);
        while (text.sbumpc() != std::streambuf::traits_type::eof()) {
        }
    });
}

}  // namespace

namespace quorate::bench {

Result<VerifyOutcome> measureVerify()
{
    VerifyOutcome out;
    TRY_ASSIGN(key, SigningKey::generate(EcCurve::P256));
    bool isComplete = verifiesGenerated(kFewEntries, key);
    out.peakFewKiB = peakMemoryKiB();
    out.exportSeconds = secondsOf([&] { isComplete = verifiesGenerated(kEntries, key) && isComplete; });
    out.peakManyKiB = peakMemoryKiB();
    out.exportSeconds -= generateSeconds(key);
    const FlatStore store(kEntries);
    out.megabytes = static_cast<double>(store.bytes().size()) / 1e6;
    volatile std::uint8_t sink = 0;
    out.sha256Seconds = medianSeconds([&] { sink = sha256(store.bytes()).bytes[0]; });
    out.sha256EachSeconds = medianSeconds([&] {
        for (std::uint64_t i = 0; i < store.count(); ++i) sink = sha256(store.leaf(i)).bytes[0];
    });
    out.verifySeconds = medianSeconds([&] {
        const auto fault = verifyLog(store, originOf({}));
        isComplete = isComplete && fault && !*fault;
    });
    if (!isComplete) return fail(ErrorKind::Internal, "verification failed");
    return out;
}

}  // namespace quorate::bench
