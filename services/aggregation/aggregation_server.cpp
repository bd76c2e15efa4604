// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/aggregation_server.h"

#include <cstdlib>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include "services/aggregation/rpc/rpc_services.h"
#include "services/aggregation/rpc/server_limits.h"

namespace quorate::services {
namespace {

/// `consortiumCa`: clients show a certificate that leads to it; null: clients show none.
std::shared_ptr<grpc::ServerCredentials> credentials(const TlsIdentity& tls, const Certificate* consortiumCa)
{
    grpc::SslServerCredentialsOptions options(consortiumCa == nullptr ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                                                                      : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    if (consortiumCa != nullptr) options.pem_root_certs = consortiumCa->toPem();
    const SecretBytes key = tls.key.toPkcs8Pem();
    options.pem_key_cert_pairs.push_back({std::string(asText(key.expose())), tls.certificate.toPem()});
    return grpc::SslServerCredentials(options);
}

/// The folder for this process's state, when it was given none to keep.
class OwnFolder {
public:
    static Result<std::unique_ptr<OwnFolder>> create(const RandomSource& random)
    {
        TRY_ASSIGN(name, randomFixed<8>(random));
        std::error_code error;
        const auto path = std::filesystem::temp_directory_path(error) / ("quorate-aggregator-" + toHex(name));
        if (error || !std::filesystem::create_directory(path, error)) {
            return fail(ErrorKind::StorageFailed, path.string() + " cannot be created");
        }
        auto out = std::unique_ptr<OwnFolder>(new OwnFolder(path));
        std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
        if (error) return fail(ErrorKind::StorageFailed, path.string() + " cannot be made private to its owner");
        return out;
    }
    ~OwnFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    OwnFolder(const OwnFolder&) = delete;
    OwnFolder& operator=(const OwnFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

private:
    explicit OwnFolder(std::filesystem::path path) : m_path(std::move(path)) {}
    std::filesystem::path m_path;
};

/// `port`: 0 when it cannot listen.
std::unique_ptr<grpc::Server> listen(const std::string& address, std::shared_ptr<grpc::ServerCredentials> credentials,
                                     void (*limit)(grpc::ServerBuilder&), const std::vector<std::unique_ptr<grpc::Service>>& rpcs, int& port)
{
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, std::move(credentials), &port);
    limit(builder);
    // A second server must not share the port of a running one.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    for (const auto& rpc : rpcs) builder.RegisterService(rpc.get());
    return builder.BuildAndStart();
}

}  // namespace

struct AggregationServer::State {
    std::unique_ptr<OwnFolder> folder;  ///< First: it ends last.
    ServiceAttester attester;
    std::unique_ptr<Registry> registry;
    std::vector<std::unique_ptr<grpc::Service>> rpcs;
    std::unique_ptr<grpc::Server> server;
    int port = 0;
    std::vector<std::unique_ptr<grpc::Service>> joinRpcs;
    std::unique_ptr<grpc::Server> joinServer;
    int joinPort = 0;

    Result<void> listenToMembers(const ServerOptions& options);
    Result<void> listenToInvited(const std::string& address);
};

AggregationServer::AggregationServer(std::unique_ptr<State> state) : m_state(std::move(state)) {}

AggregationServer::~AggregationServer()
{
    m_state->registry->close();
    if (m_state->joinServer) m_state->joinServer->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
    // Streams end within their own waiting time; what does not is cut.
    m_state->server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
}

int AggregationServer::port() const { return m_state->port; }
int AggregationServer::joinPort() const { return m_state->joinPort; }
Registry& AggregationServer::registry() { return *m_state->registry; }
void AggregationServer::wait() { m_state->server->Wait(); }

Result<std::unique_ptr<AggregationServer>> AggregationServer::start(const ServerOptions& options,
                                                                    std::unique_ptr<EvidenceProvider> provider, Clock clock,
                                                                    RandomSource random)
{
    const PublicKey root = options.consortiumCa.publicKey();
    TRY_ASSIGN(attester, ServiceAttester::create(std::move(provider), root.spkiSha256(), options.policyDigest,
                                                 toSeconds(clock()), random));
    auto state = std::unique_ptr<State>(new State{nullptr, std::move(attester), nullptr, {}, nullptr, 0, {}, nullptr, 0});
    auto folder = options.stateFolder;
    if (folder.empty()) {
        TRY_ASSIGN(own, OwnFolder::create(random));
        folder = own->path();
        state->folder = std::move(own);
    }
    state->registry = std::make_unique<Registry>(HostContext{state->attester, root, options.anchors, clock, random, folder, options.scripts});
    TRY(state->registry->reopen());
    TRY(state->listenToMembers(options));
    if (!options.joinAddress.empty()) TRY(state->listenToInvited(options.joinAddress));
    return std::unique_ptr<AggregationServer>(new AggregationServer(std::move(state)));
}

Result<void> AggregationServer::State::listenToMembers(const ServerOptions& options)
{
    for (auto* make : {makeAttestationRpc, makeStudyRpc, makeReleaseRpc, makeRoundRpc, makeMonitorRpc, makeWitnessRpc, makePreviewRpc,
                       makeInvitationRpc}) {
        rpcs.push_back(make(*registry));
    }
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    server = listen(options.address, credentials(attester.tls(), &options.consortiumCa), limitServer, rpcs, port);
    if (!server || port == 0) return fail(ErrorKind::Unavailable, "cannot listen on " + options.address);
    return {};
}

Result<void> AggregationServer::State::listenToInvited(const std::string& address)
{
    joinRpcs.push_back(makeJoinRpc(*registry));
    joinServer = listen(address, credentials(attester.tls(), nullptr), limitJoinServer, joinRpcs, joinPort);
    if (!joinServer || joinPort == 0) return fail(ErrorKind::Unavailable, "cannot listen on " + address);
    return {};
}

}  // namespace quorate::services
