// SPDX-License-Identifier: GPL-3.0-or-later
#include <charconv>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "core/base/random.h"
#include "services/aggregation/evidence/evidence_provider.h"

namespace quorate::services {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxBlobBytes = 256 * 1024;
constexpr std::size_t kMaxCollateralBytes = 4 * 1024 * 1024;
constexpr std::size_t kMaxCollateralFiles = 64;

/// At most `limit` bytes; Unavailable when the file cannot be read, Malformed when it is larger.
Result<Bytes> readFile(const fs::path& path, std::size_t limit)
{
    std::ifstream file(path, std::ios::binary);
    Bytes out(limit + 1);
    file.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
    if (!file.is_open() || file.bad()) return fail(ErrorKind::Unavailable, path.filename().string() + " cannot be read");
    out.resize(static_cast<std::size_t>(file.gcount()));
    if (out.size() > limit) {
        return fail(ErrorKind::Malformed, path.filename().string() + " is over " + std::to_string(limit) + " bytes");
    }
    return out;
}

/// Removes the instance directory when the request is over, as configfs wants it: rmdir, not a recursive delete.
class Instance {
public:
    explicit Instance(fs::path path) : m_path(std::move(path)) {}
    ~Instance()
    {
        std::error_code ignored;
        fs::remove(m_path, ignored);
    }
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

private:
    fs::path m_path;
};

class ConfigfsTsmProvider final : public EvidenceProvider {
public:
    explicit ConfigfsTsmProvider(ConfigfsTsmOptions options) : m_options(std::move(options)) {}

    Result<ProvidedEvidence> provide(const Digest64& reportData) override
    {
        // A name of its own for each request: one that a killed process left behind must not stand in the way.
        TRY_ASSIGN(suffix, randomFixed<8>(systemRandom()));
        const fs::path folder = m_options.root / (m_options.entry + "-" + toHex(suffix));
        std::error_code error;
        if (!fs::create_directory(folder, error)) {
            return fail(ErrorKind::Unavailable, "configfs-tsm instance " + folder.string() + " cannot be made: " +
                                                    (error ? error.message() : "it is there already"));
        }
        const Instance instance(folder);
        m_deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(m_options.timeoutMs);
        TRY_ASSIGN(tee, teeKind(folder));
        TRY_ASSIGN(before, generation(folder));
        TRY(writeInblob(folder, reportData));
        ProvidedEvidence out;
        out.evidence.tee = tee;
        TRY_ASSIGN(blob, whenReady(folder / "outblob"));
        out.evidence.blob = std::move(blob);
        if (auto aux = readFile(folder / "auxblob", kMaxBlobBytes)) out.evidence.auxBlob = std::move(*aux);
        TRY_ASSIGN(after, generation(folder));
        if (after <= before || after - before != 1) {
            return fail(ErrorKind::Untrusted, "configfs-tsm generation went from " + std::to_string(before) + " to " +
                                                  std::to_string(after) + ", want one step: somebody else used the instance");
        }
        TRY(readEventLog(out.evidence));
        if (!m_options.collateralFolder.empty()) {
            TRY_ASSIGN(collateral, readCollateralFolder(m_options.collateralFolder));
            out.collateral = std::move(collateral);
        }
        return out;
    }

private:
    /// The first content of an attribute that is not empty: the kernel answers EBUSY while the machine is at work.
    Result<Bytes> whenReady(const fs::path& path) const
    {
        while (true) {
            auto content = readFile(path, kMaxBlobBytes);
            if (content && !content->empty()) return content;
            if (!content && content.error().kind == ErrorKind::Malformed) return content;
            if (std::chrono::steady_clock::now() > m_deadline) {
                return fail(ErrorKind::Unavailable, "configfs-tsm gives no " + path.filename().string());
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }

    Result<attestation::TeeKind> teeKind(const fs::path& folder) const
    {
        TRY_ASSIGN(text, whenReady(folder / "provider"));
        const std::string_view name = asText(text);
        if (name == "tdx_guest\n") return attestation::TeeKind::Tdx;
        if (name == "sev_guest\n") return attestation::TeeKind::SevSnp;
        return fail(ErrorKind::Unavailable, "configfs-tsm provider is neither tdx_guest nor sev_guest");
    }

    /// A machine without the ACPI table gives no log, and the verifier decides about that; one that is there must be readable.
    Result<void> readEventLog(attestation::Evidence& evidence) const
    {
        std::error_code error;
        if (evidence.tee != attestation::TeeKind::Tdx || !fs::exists(m_options.eventLog, error)) return {};
        TRY_ASSIGN(log, readFile(m_options.eventLog, attestation::kMaxEventLogBytes));
        evidence.eventLog = std::move(log);
        return {};
    }

    Result<std::uint64_t> generation(const fs::path& folder) const
    {
        TRY_ASSIGN(text, whenReady(folder / "generation"));
        std::string_view digits = asText(text);
        if (digits.ends_with('\n')) digits.remove_suffix(1);
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc() || end != digits.data() + digits.size()) {
            return fail(ErrorKind::Malformed, "configfs-tsm generation is not a number");
        }
        return value;
    }

    static Result<void> writeInblob(const fs::path& folder, const Digest64& reportData)
    {
        std::ofstream file(folder / "inblob", std::ios::binary);
        file.write(reinterpret_cast<const char*>(reportData.bytes.data()), Digest64::kSize);
        file.close();
        if (!file) return fail(ErrorKind::Unavailable, "configfs-tsm inblob cannot be written");
        return {};
    }

    ConfigfsTsmOptions m_options;
    std::chrono::steady_clock::time_point m_deadline;
};

}  // namespace

std::unique_ptr<EvidenceProvider> makeConfigfsTsmProvider(ConfigfsTsmOptions options)
{
    return std::make_unique<ConfigfsTsmProvider>(std::move(options));
}

Result<attestation::Collateral> readCollateralFolder(const fs::path& folder)
{
    attestation::Collateral out;
    std::size_t total = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        if (!entry.is_regular_file()) continue;
        TRY_ASSIGN(content, readFile(entry.path(), kMaxCollateralBytes));
        total += content.size();
        if (total > kMaxCollateralBytes || out.files.size() == kMaxCollateralFiles) {
            return fail(ErrorKind::Malformed, "collateral folder holds more than 64 files or 4 MiB");
        }
        out.files.emplace(entry.path().filename().string(), std::move(content));
    }
    if (error) return fail(ErrorKind::Unavailable, "collateral folder cannot be read: " + error.message());
    return out;
}

}  // namespace quorate::services
