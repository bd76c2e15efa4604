// SPDX-License-Identifier: GPL-3.0-or-later
// The process that bench/upload_bench measures: the service's own way with updates, from TLS to the next model.
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <grpcpp/server_builder.h>

#include "bench/peak_memory.h"
#include "core/base/random.h"
#include "core/crypto/identity.h"
#include "enclave_client/wire.h"
#include "learning/safetensors.h"
#include "quorate/v1/rounds.grpc.pb.h"
#include "services/aggregation/rounds/fold.h"
#include "services/aggregation/rpc/server_limits.h"
#include "services/aggregation/store/study_store.h"

using namespace quorate;
using namespace quorate::services;

namespace {

using Stream = grpc::ServerReaderWriter<v1::SubmitUpdateResponse, v1::SubmitUpdateRequest>;

class Sink final : public v1::RoundService::Service {
public:
    Sink(bool isSealed, std::size_t updates, learning::ModelManifest manifest, StudyStore store)
        : m_isSealed(isSealed), m_updates(updates), m_manifest(std::move(manifest)), m_store(std::move(store))
    {
    }

    grpc::Status SubmitUpdate(grpc::ServerContext*, Stream* stream) override
    {
        const auto taken = m_isSealed ? take(*stream) : skip(*stream);
        if (!taken) return {grpc::StatusCode::INTERNAL, taken.error().message};
        const std::lock_guard lock(m_mutex);
        ++m_done;
        m_changed.notify_all();
        return grpc::Status::OK;
    }

    /// As the service does when a round opens.
    Result<void> begin() { return m_mean->restart({learning::elementsOf(m_manifest), m_updates * kRecords}); }

    void waitForAll()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_done == m_updates; });
    }

    Result<void> fold()
    {
        if (!m_isSealed) return {};
        TRY_ASSIGN(writer, m_store.modelWriter(m_manifest));
        learning::ServerState state;
        ClosingRound round{{}, m_manifest, {}, m_kept.front(), {}};
        std::set<const learning::RunningMean::Share*> shares;
        for (std::size_t i = 0; i < m_kept.size(); ++i) {
            round.updates.push_back({"site-" + std::to_string(10000 + i), kRecords, m_kept[i].get()});
            shares.insert(m_kept[i]->share());
        }
        TRY_ASSIGN(grid, learning::FixedPointGrid::make(learning::kLargestValue, m_kept.size() * kRecords));
        round.folded = m_mean->close(shares, grid.scale);
        if (!round.folded) return fail(ErrorKind::Internal, "the updates were not added as they came");
        TRY(foldRound(round, state, std::move(writer), systemRandom()));
        return {};
    }

private:
    Result<void> skip(Stream& stream)
    {
        v1::SubmitUpdateRequest message;
        while (stream.Read(&message)) continue;
        return {};
    }

    Result<void> take(Stream& stream)
    {
        v1::SubmitUpdateRequest message;
        if (!stream.Read(&message)) return fail(ErrorKind::Malformed, "no header");
        const auto& header = message.header();
        TRY_ASSIGN(site, wire::fixedFrom<16>(header.study(), "site"));
        TRY_ASSIGN(digest, wire::fixedFrom<32>(header.digest(), "digest"));
        TRY(learning::decodeSafetensorsHeader(asBytes(header.safetensors_header()), header.value_bytes()));
        TRY_ASSIGN(incoming, m_store.incoming({{}, site, 1, digest, toBytes(header.safetensors_header()), header.value_bytes()}));
        incoming->addTo(m_mean->admit(kRecords));
        v1::SubmitUpdateResponse answer;
        stream.Write(answer);
        while (stream.Read(&message)) {
            TRY_ASSIGN(chunkDigest, wire::fixedFrom<32>(message.chunk().digest(), "chunk digest"));
            TRY(incoming->add(message.chunk().offset(), asBytes(message.chunk().content()), chunkDigest, m_manifest));
        }
        TRY_ASSIGN(kept, incoming->finish());
        {
            const std::lock_guard lock(m_mutex);
            m_kept.push_back(std::move(kept));
        }
        answer.set_accepted(true);
        stream.Write(answer);
        return {};
    }

    static constexpr std::uint64_t kRecords = 100;

    bool m_isSealed;
    std::size_t m_updates;
    learning::ModelManifest m_manifest;
    StudyStore m_store;
    std::shared_ptr<learning::RunningMean> m_mean = std::make_shared<learning::RunningMean>();
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::size_t m_done = 0;
    std::vector<std::shared_ptr<const SpooledUpdate>> m_kept;
};

Result<void> serve(bool isSealed, std::size_t updates, std::size_t megabytes, const std::filesystem::path& folder)
{
    TRY_ASSIGN(tls, TlsIdentity::createForService(toSeconds(systemClock()()), systemRandom()));
    std::ofstream(folder / "certificate.pem") << tls.certificate.toPem();
    TRY_ASSIGN(store, StudyStore::open(folder / "study", {}, SecretBytes(Bytes(32, 1)), SecretBytes(Bytes(32, 2)), systemRandom()));
    Sink sink(isSealed, updates, {{"w", {megabytes * 1'000'000 / sizeof(float)}}}, std::move(store));
    if (isSealed) TRY(sink.begin());
    grpc::ServerBuilder builder;
    int port = 0;
    grpc::SslServerCredentialsOptions options;
    const SecretBytes key = tls.key.toPkcs8Pem();
    options.pem_key_cert_pairs.push_back({std::string(asText(key.expose())), tls.certificate.toPem()});
    builder.AddListeningPort("127.0.0.1:0", isSealed ? grpc::SslServerCredentials(options) : grpc::InsecureServerCredentials(), &port);
    limitServer(builder);
    builder.RegisterService(&sink);
    const auto server = builder.BuildAndStart();
    std::printf("%d\n", port);
    std::fflush(stdout);
    sink.waitForAll();
    TRY(sink.fold());
    std::printf("%ld\n", bench::peakMemoryKiB());
    std::fflush(stdout);
    server->Shutdown();
    return {};
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 5) return 2;
    limitAllocator();
    const std::filesystem::path folder = argv[4];
    const auto served = serve(std::string_view(argv[1]) == "sealed", std::strtoul(argv[2], nullptr, 10), std::strtoul(argv[3], nullptr, 10), folder);
    std::error_code ignored;
    std::filesystem::remove_all(folder / "study", ignored);
    if (!served) std::fprintf(stderr, "bench_upload_server: %s\n", served.error().message.c_str());
    return served ? 0 : 5;
}
