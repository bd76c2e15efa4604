// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <fstream>
#include <thread>

#include "tests/services/support/small_consortium.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::tests;
namespace fs = std::filesystem;

namespace {

Digest64 reportData(std::uint8_t fill)
{
    Digest64 out;
    out.bytes.fill(fill);
    return out;
}

/// How this machine behaves.
struct Machine {
    attestation::TeeKind tee = attestation::TeeKind::Tdx;
    std::string provider = "tdx_guest\n";
    std::string firstGeneration = "0\n";
    std::string secondGeneration = "1\n";
    std::optional<std::size_t> outblobBytes;  ///< Otherwise a simulated quote.
    bool answers = true;
};

/// Plays the kernel over one folder: fills an instance when it appears, and answers its inblob. What it wrote into the
/// instance goes with it, as configfs does, because the program under test only removes the directory itself.
class Kernel {
public:
    Kernel(fs::path root, Machine machine) : m_root(std::move(root)), m_machine(std::move(machine)), m_thread([this] { run(); }) {}
    ~Kernel()
    {
        m_ending = true;
        m_thread.join();
    }
    Kernel(const Kernel&) = delete;
    Kernel& operator=(const Kernel&) = delete;

    [[nodiscard]] Bytes seen() const { return m_seen; }

private:
    void run()
    {
        const fs::path folder = waitForInstance();
        if (m_ending) return;
        if (!m_machine.provider.empty()) put(folder / "provider", asBytes(m_machine.provider));
        put(folder / "generation", asBytes(m_machine.firstGeneration));
        while (!m_ending && (!fs::exists(folder / "inblob") || fs::file_size(folder / "inblob") < Digest64::kSize)) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        if (m_ending || !m_machine.answers) return;
        m_seen = readBytes(folder / "inblob");
        put(folder / "generation", asBytes(m_machine.secondGeneration));
        answer(folder);
    }

    /// The first instance of the provider that appears.
    [[nodiscard]] fs::path waitForInstance() const
    {
        while (!m_ending) {
            for (const auto& entry : fs::directory_iterator(m_root)) {
                if (entry.path().filename().string().starts_with("quorate-")) return entry.path();
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return {};
    }

    void answer(const fs::path& folder)
    {
        if (m_machine.outblobBytes) {
            put(folder / "outblob", Bytes(*m_machine.outblobBytes, 0x5a));
            return;
        }
        const auto evidence = testVendor().issue(m_machine.tee, {}, Digest64::from(m_seen).value()).value();
        if (!evidence.auxBlob.empty()) put(folder / "auxblob", evidence.auxBlob);
        put(folder / "outblob", evidence.blob);
    }

    /// Whole or not at all, as an attribute of the kernel is.
    void put(const fs::path& path, BytesView content)
    {
        const fs::path partial = m_root / "partial";
        writeBytes(partial, content);
        fs::rename(partial, path);
    }

    fs::path m_root;
    Machine m_machine;
    Bytes m_seen;
    std::atomic<bool> m_ending = false;
    std::thread m_thread;
};

services::ConfigfsTsmOptions optionsFor(const TemporaryFolder& folder, int timeoutMs = 10000)
{
    services::ConfigfsTsmOptions out;
    out.root = folder.path();
    out.eventLog = folder.path() / "CCEL";
    out.timeoutMs = timeoutMs;
    return out;
}

Result<services::ProvidedEvidence> ask(const Machine& machine, int timeoutMs = 10000)
{
    const TemporaryFolder folder;
    const Kernel kernel(folder.path(), machine);
    return services::makeConfigfsTsmProvider(optionsFor(folder, timeoutMs))->provide(reportData(7));
}

void checkError(const Result<services::ProvidedEvidence>& result, ErrorKind kind, const char* part)
{
    REQUIRE_FALSE(result);
    CAPTURE(result.error().message);
    CHECK(result.error().kind == kind);
    CHECK(result.error().message.find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("A TDX guest's quote is what the kernel answered to exactly our report data")
{
    const TemporaryFolder folder;
    Bytes seen;
    Result<services::ProvidedEvidence> provided = fail(ErrorKind::Internal, "not asked");
    {
        Kernel kernel(folder.path(), {});
        provided = services::makeConfigfsTsmProvider(optionsFor(folder))->provide(reportData(7));
        seen = kernel.seen();
    }
    REQUIRE(provided);
    CHECK(seen == toBytes(reportData(7).view()));
    CHECK(provided->evidence.tee == attestation::TeeKind::Tdx);
    CHECK(provided->evidence.auxBlob.empty());
    CHECK(provided->evidence.eventLog.empty());
    CHECK(attestation::inspect(provided->evidence));
}

TEST_CASE("The event log comes along as the ACPI table holds it, and one that is too large is refused")
{
    const TemporaryFolder folder;
    Result<services::ProvidedEvidence> provided = fail(ErrorKind::Internal, "not asked");
    writeBytes(folder.path() / "CCEL", Bytes(5000, 0xff));
    {
        const Kernel kernel(folder.path(), {});
        provided = services::makeConfigfsTsmProvider(optionsFor(folder))->provide(reportData(7));
    }
    REQUIRE(provided);
    CHECK(provided->evidence.eventLog == Bytes(5000, 0xff));
    const TemporaryFolder other;
    writeBytes(other.path() / "CCEL", Bytes(attestation::kMaxEventLogBytes + 1, 0xff));
    const Kernel kernel(other.path(), {});
    checkError(services::makeConfigfsTsmProvider(optionsFor(other))->provide(reportData(7)), ErrorKind::Malformed,
               "CCEL is over");
}

TEST_CASE("An SEV-SNP guest's certificate table comes along, and collateral from the operator's folder")
{
    const TemporaryFolder folder;
    const TemporaryFolder collateral;
    (void)collateral.write("crl.der", "a list");
    auto options = optionsFor(folder);
    options.collateralFolder = collateral.path();
    Machine machine;
    machine.tee = attestation::TeeKind::SevSnp;
    machine.provider = "sev_guest\n";
    const Kernel kernel(folder.path(), machine);
    const auto provided = services::makeConfigfsTsmProvider(options)->provide(reportData(9));
    REQUIRE(provided);
    CHECK(provided->evidence.tee == attestation::TeeKind::SevSnp);
    CHECK_FALSE(provided->evidence.auxBlob.empty());
    CHECK(attestation::inspect(provided->evidence));
    CHECK(provided->collateral.files.at("crl.der") == toBytes("a list"));
}

TEST_CASE("A generation that moved by another step than one says that somebody else wrote")
{
    for (const char* second : {"0\n", "2\n", "18446744073709551615\n"}) {
        Machine machine;
        machine.secondGeneration = second;
        checkError(ask(machine), ErrorKind::Untrusted, "generation");
    }
}

TEST_CASE("A generation that is no number is refused")
{
    for (const char* text : {"x\n", "-1\n", "1x\n", "99999999999999999999\n", "\n"}) {
        Machine machine;
        machine.secondGeneration = text;
        CAPTURE(text);
        checkError(ask(machine), ErrorKind::Malformed, "generation");
    }
}

TEST_CASE("A generation at the end of its range does not wrap around")
{
    Machine machine;
    machine.firstGeneration = "18446744073709551615\n";
    machine.secondGeneration = "0\n";
    checkError(ask(machine), ErrorKind::Untrusted, "generation");
}

TEST_CASE("A machine without a provider, or with an unknown one, is named as such")
{
    Machine machine;
    machine.provider = "";
    checkError(ask(machine, 200), ErrorKind::Unavailable, "provider");
    machine.provider = "another_guest\n";
    checkError(ask(machine), ErrorKind::Unavailable, "provider");
}

TEST_CASE("A machine that never answers is given up after its time")
{
    Machine machine;
    machine.answers = false;
    checkError(ask(machine, 200), ErrorKind::Unavailable, "outblob");
}

TEST_CASE("An outblob over its limit is refused, at once")
{
    Machine machine;
    machine.outblobBytes = 256 * 1024 + 1;
    checkError(ask(machine), ErrorKind::Malformed, "outblob");
    machine.outblobBytes = 256 * 1024;
    CHECK(ask(machine));
}

TEST_CASE("An instance that a killed process left behind does not stand in the way")
{
    const TemporaryFolder folder;
    const Kernel kernel(folder.path(), {});
    auto options = optionsFor(folder);
    fs::create_directory(folder / "quorate");
    CHECK(services::makeConfigfsTsmProvider(options)->provide(reportData(1)));
    CHECK(fs::exists(folder / "quorate"));
}

TEST_CASE("A kernel without configfs-tsm is named as such")
{
    const TemporaryFolder folder;
    auto options = optionsFor(folder);
    options.root = folder / "missing";
    checkError(services::makeConfigfsTsmProvider(options)->provide(reportData(1)), ErrorKind::Unavailable, "cannot be made");
}

TEST_CASE("A collateral folder with too many or too large files is refused")
{
    const TemporaryFolder many;
    for (int i = 0; i < 65; ++i) (void)many.write("file" + std::to_string(i), "x");
    CHECK(services::readCollateralFolder(many.path()).error().kind == ErrorKind::Malformed);
    const TemporaryFolder large;
    (void)large.write("crl.der", std::string(4 * 1024 * 1024 + 1, 'x'));
    CHECK(services::readCollateralFolder(large.path()).error().kind == ErrorKind::Malformed);
    CHECK(services::readCollateralFolder(large / "missing").error().kind == ErrorKind::Unavailable);
}
