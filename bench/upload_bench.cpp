// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/upload_bench.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <iterator>
#include <memory>
#include <thread>

#include "core/crypto/identity.h"
#include "core/study/update_digest.h"
#include "enclave_client/upload_stream.h"
#include "enclave_client/wire.h"
#include "learning/safetensors.h"
#include "quorate/v1/rounds.grpc.pb.h"

namespace quorate::bench {
namespace {

constexpr unsigned kUploads = 2;

struct ClosePipe {
    void operator()(std::FILE* pipe) const { pclose(pipe); }
};

/// The server's process: says its port, and at the end what it came to.
class Server {
public:
    Server(const std::filesystem::path& programs, const std::string& arguments)
        : m_pipe(popen(("\"" + (programs / "bench_upload_server").string() + "\" " + arguments).c_str(), "r"))
    {
        if (m_pipe) m_said = std::fscanf(m_pipe.get(), "%d", &m_port) == 1;
    }
    [[nodiscard]] bool isThere() const { return m_said; }
    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(m_port); }
    /// Waits for its end; peak memory in KiB.
    Result<double> end()
    {
        double peakKiB = 0;
        if (std::fscanf(m_pipe.get(), "%lf", &peakKiB) != 1) return fail(ErrorKind::Internal, "the upload server failed");
        return peakKiB;
    }

private:
    std::unique_ptr<std::FILE, ClosePipe> m_pipe;
    bool m_said = false;
    int m_port = 0;
};

std::shared_ptr<grpc::Channel> secureChannel(const std::string& address, const std::filesystem::path& certificate)
{
    std::ifstream file(certificate);
    grpc::SslCredentialsOptions options;
    options.pem_root_certs.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride(kServiceDnsName);
    arguments.SetInt("grpc.use_local_subchannel_pool", 1);
    return grpc::CreateCustomChannel(address, grpc::SslCredentials(options), arguments);
}

Result<void> sendPlain(const std::shared_ptr<grpc::Channel>& channel, BytesView values)
{
    grpc::ClientContext context;
    const auto stub = v1::RoundService::NewStub(channel);
    const auto stream = stub->SubmitUpdate(&context);
    v1::SubmitUpdateRequest part;
    for (std::size_t offset = 0; offset < values.size(); offset += wire::kChunkBytes) {
        const auto content = values.subspan(offset, std::min<std::size_t>(wire::kChunkBytes, values.size() - offset));
        part.mutable_chunk()->set_content(content.data(), content.size());
        if (!stream->Write(part)) break;
    }
    stream->WritesDone();
    v1::SubmitUpdateResponse answer;
    while (stream->Read(&answer)) continue;
    if (!stream->Finish().ok()) return fail(ErrorKind::Internal, "a plain upload failed");
    return {};
}

/// All updates, `kUploads` at a time, each way on a connection of its own.
template <typename Send>
Result<void> sendAll(std::size_t updates, const Send& send)
{
    std::atomic<std::size_t> next{0};
    std::vector<Result<void>> results(kUploads);
    std::vector<std::jthread> threads;
    for (auto& result : results) {
        threads.emplace_back([&] {
            for (std::size_t number = next++; number < updates && result; number = next++) result = send(number);
        });
    }
    threads.clear();
    for (auto& result : results) TRY(result);
    return {};
}

struct Run {
    double seconds = 0;
    double peakKiB = 0;
};

/// HashAndUpload: with the site's own hashing, which happens once, when an update is made, and not for each attempt.
enum class Way { Plain, Upload, HashAndUpload };

/// Writes so many bytes beside the updates and removes them. A virtual machine gives memory that it does not use back to its host,
/// and gets it again page by page, at times at less than 100 MB/s: the first to touch it would be measured for that.
void warmMemory(const std::filesystem::path& spool, std::size_t megabytes)
{
    const auto path = spool / "warm";
    const std::vector<char> block(1'000'000);
    {
        std::ofstream file(path, std::ios::binary);
        for (std::size_t i = 0; i < megabytes; ++i) file.write(block.data(), static_cast<std::streamsize>(block.size()));
    }
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
}

Result<Run> run(const std::filesystem::path& programs, const std::filesystem::path& spool, Way way, std::size_t updates, std::size_t megabytes)
{
    learning::ModelWeights weights{{{"w", {megabytes * 1'000'000 / sizeof(float)}}}, {}};
    weights.values.resize(learning::elementsOf(weights.tensors));
    for (std::size_t i = 0; i < weights.values.size(); ++i) weights.values[i] = static_cast<float>(i % 1000) * 1e-3F;
    SiteUpdate update;
    update.round = 1;
    TRY_ASSIGN(bytes, learning::encodeSafetensors(weights));
    TRY_ASSIGN(file, study::UpdateFile::of(std::move(bytes)));
    update.file = std::move(file);
    const auto certificate = spool / "certificate.pem";
    warmMemory(spool, updates * megabytes);
    Server server(programs, std::string(way == Way::Plain ? "plain " : "sealed ") + std::to_string(updates) + " " + std::to_string(megabytes) + " \"" +
                                spool.string() + "\"");
    if (!server.isThere()) return fail(ErrorKind::Unavailable, "bench_upload_server does not start");
    const auto begun = std::chrono::steady_clock::now();
    if (way != Way::Plain) {
        const auto sendOne = [&](std::size_t number) -> Result<void> {
            // Its site, which the server knows by the study's place.
            Uuid site;
            std::memcpy(site.bytes.data(), &number, sizeof number);
            if (way == Way::HashAndUpload && study::chunkDigestsOf(update.file.values()).back() != update.file.chunkDigests().back()) {
                return fail(ErrorKind::Internal, "the same update has another digest");
            }
            TRY(sendUpdate(secureChannel(server.address(), certificate), site, update, [] { return true; }));
            return {};
        };
        TRY(sendAll(updates, sendOne));
    } else {
        TRY(sendAll(updates, [&](std::size_t) {
            return sendPlain(grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials()), update.file.values());
        }));
    }
    Run out;
    TRY_ASSIGN(peak, server.end());
    out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    out.peakKiB = peak;
    return out;
}

/// Peaks of a few tens of MiB differ from run to run by more than what is asked of them.
Result<double> medianPeakKiB(const std::filesystem::path& programs, const std::filesystem::path& spool, std::size_t updates,
                             std::size_t megabytes)
{
    std::array<double, 5> peaks{};
    for (double& peak : peaks) {
        TRY_ASSIGN(one, run(programs, spool, Way::Upload, updates, megabytes));
        peak = one.peakKiB;
    }
    std::ranges::sort(peaks);
    return peaks[2];
}

}  // namespace

Result<UploadFigures> measureUploads(const std::filesystem::path& programs, const std::filesystem::path& spool, std::size_t updates,
                                     std::size_t megabytes)
{
    // One beside the other, five times: what else the machine does meets all three.
    std::array<std::array<Run, 3>, 5> rows{};
    for (auto& row : rows) {
        for (const Way way : {Way::Plain, Way::Upload, Way::HashAndUpload}) {
            TRY_ASSIGN(one, run(programs, spool, way, updates, megabytes));
            row[static_cast<std::size_t>(way)] = one;
        }
    }
    const auto ofPlain = [](const std::array<Run, 3>& row, Way way) { return row[0].seconds / row[static_cast<std::size_t>(way)].seconds; };
    std::ranges::sort(rows, {}, [&](const auto& row) { return ofPlain(row, Way::HashAndUpload); });
    const double hashedOfPlain = ofPlain(rows[2], Way::HashAndUpload);
    std::ranges::sort(rows, {}, [&](const auto& row) { return ofPlain(row, Way::Upload); });
    const Run& plain = rows[2][0];
    const Run& sealed = rows[2][1];
    const std::size_t small = std::max<std::size_t>(1, megabytes / 5);
    TRY_ASSIGN(few, medianPeakKiB(programs, spool, updates, small));
    TRY_ASSIGN(many, medianPeakKiB(programs, spool, 10 * updates, small));
    const double gigabytes = static_cast<double>(updates * megabytes) / 1000;
    const double modelKiB = static_cast<double>(megabytes) * 1e6 / 1024;
    UploadFigures out;
    out.plainGBs = gigabytes / plain.seconds;
    out.uploadAndFoldGBs = gigabytes / sealed.seconds;
    out.hashedUploadOfPlainGrpc = hashedOfPlain;
    out.peakOverModel = sealed.peakKiB / modelKiB;
    out.peakBoundOverModel = 2.2 + 64.0 * 1024 / modelKiB;
    out.peakGrowth = many / few;
    return out;
}

}  // namespace quorate::bench
