// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/attested_channel.h"

#include <algorithm>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <mutex>

#include "core/attestation/verify/memo.h"
#include "core/crypto/digest.h"
#include "enclave_client/leaf_pin.h"
#include "enclave_client/status_map.h"
#include "enclave_client/wire.h"
#include "quorate/v1/attestation.grpc.pb.h"

namespace quorate {
namespace {

std::shared_ptr<grpc::Channel> dial(const std::string& address, const ClientCredentials& credentials,
                                    const std::shared_ptr<LeafPin>& pin)
{
    namespace tls = grpc::experimental;
    tls::IdentityKeyCertPair identity;
    identity.private_key = std::string(asText(credentials.privateKeyPem.expose()));
    identity.certificate_chain = credentials.certificatePem;
    tls::TlsChannelCredentialsOptions options;
    options.set_certificate_provider(std::make_shared<tls::StaticDataCertificateProvider>(std::vector{identity}));
    options.watch_identity_key_cert_pairs();
    // The service's certificate is nobody's: evidence, not a CA, decides about its key.
    options.set_verify_server_certs(false);
    options.set_check_call_host(false);
    options.set_certificate_verifier(tls::ExternalCertificateVerifier::Create<LeafPinVerifier>(pin));
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(wire::kMaxMessageBytes);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 20000);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(address, tls::TlsCredentials(options), arguments);
}

/// What this computer knows and what the service shows, each verified here.
Result<study::AcceptedProducts> acceptancesFor(const ServiceExpectations& expected, const v1::ChallengeResponse& response, UtcSeconds at)
{
    if (expected.policy.productsUnderAcceptance.empty()) return study::AcceptedProducts();
    if (static_cast<std::size_t>(response.acceptances_size()) > study::kMaxAcceptances) {
        return fail(ErrorKind::Malformed, "the service shows " + std::to_string(response.acceptances_size()) +
                                              " product acceptances, want at most " + std::to_string(study::kMaxAcceptances));
    }
    std::vector<dsse::Envelope> envelopes = expected.acceptances;
    for (const auto& envelope : response.acceptances()) envelopes.push_back(wire::read(envelope));
    return study::acceptedProducts(envelopes, expected.roster, expected.protocol, at);
}

}  // namespace

struct AttestedChannel::State {
    Clock clock;
    RandomSource random;
    std::shared_ptr<LeafPin> pin = std::make_shared<LeafPin>();
    std::shared_ptr<grpc::Channel> channel;
    attestation::AppraisalMemo memo;  ///< One service, attested again and again.
    mutable std::mutex mutex;
    std::optional<UtcMillis> freshUntil;
    AttestedChannel::CompleteCollateral complete;

    Result<AppraisedService> ask(attestation::Purpose purpose, const ServiceExpectations& expected, int timeoutMs);
    void remember(const AppraisedService& answer, const attestation::AppraisalPolicy& policy);
    /// An answer that is none closes the channel: it never degrades.
    void forget();
};

ServiceExpectations ServiceExpectations::of(const study::VerifiedPackage& package, attestation::TrustAnchors anchors)
{
    return {package.protocol.id, package.protocol.keyEpoch, package.policyDigest, package.referenceValuesDigest, package.rootSpki,
            package.policy, package.referenceValues, std::move(anchors), package.protocol.mode == study::StudyMode::Training,
            package.roster, package.protocol, {}};
}

AttestedChannel::AttestedChannel(std::string address, const ClientCredentials& credentials, Clock clock, RandomSource random)
    : m_state(std::make_unique<State>())
{
    m_state->clock = std::move(clock);
    m_state->random = std::move(random);
    m_state->channel = dial(address, credentials, m_state->pin);
}

AttestedChannel::~AttestedChannel() = default;
AttestedChannel::AttestedChannel(AttestedChannel&&) noexcept = default;
AttestedChannel& AttestedChannel::operator=(AttestedChannel&&) noexcept = default;

Result<AppraisedService> AttestedChannel::State::ask(attestation::Purpose purpose, const ServiceExpectations& expected,
                                                     int timeoutMs)
{
    TRY_ASSIGN(nonce, randomFixed<32>(random));
    v1::ChallengeRequest request;
    request.set_nonce(wire::bytesOf(nonce));
    request.set_purpose(static_cast<std::uint32_t>(purpose));
    if (!expected.study.isZero()) request.set_study(wire::bytesOf(expected.study));
    v1::ChallengeResponse response;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(timeoutMs));
    const auto status = v1::AttestationService::NewStub(channel)->Challenge(&context, request, &response);
    if (pin->sawAnother()) {
        return fail(ErrorKind::Untrusted, "the service shows another TLS key than the one that was verified");
    }
    if (!status.ok()) return tl::unexpected(wire::toError(status));
    TRY_ASSIGN(received, wire::read(response.evidence()));
    TRY_ASSIGN(hpkeKey, wire::fixedFrom<32>(response.hpke_public_key(), "HPKE key"));
    TRY_ASSIGN(accepted, acceptancesFor(expected, response, toSeconds(clock())));
    const auto leaf = pin->spki();
    if (!leaf) return fail(ErrorKind::Untrusted, "the channel showed no TLS key");

    AppraisedService answer;
    answer.serviceTime = UtcMillis(std::chrono::milliseconds(response.time_ms()));
    answer.receiptKeySpkiDer = toBytes(response.receipt_key_spki_der());
    attestation::Transcript transcript;
    transcript.purpose = purpose;
    transcript.role = attestation::AttesterRole::Service;
    transcript.nonce = nonce;
    transcript.tlsLeafSpki = *leaf;
    transcript.hpkePublicKey = hpkeKey;
    if (!answer.receiptKeySpkiDer.empty()) transcript.receiptKeySpki = toBytes(sha256(answer.receiptKeySpkiDer).view());
    transcript.study = expected.study;
    transcript.keyEpoch = expected.keyEpoch;
    transcript.policyDigest = expected.policyDigest;
    transcript.referenceValuesDigest = expected.referenceValuesDigest;
    transcript.rosterRootSpki = expected.rosterRootSpki;
    answer.inputs.evidence = std::move(received.evidence);
    answer.inputs.collateral = std::move(received.collateral);
    if (complete) complete(answer.inputs.evidence, answer.inputs.collateral);
    answer.inputs.policy = expected.policy;
    answer.inputs.referenceValues = expected.referenceValues;
    answer.inputs.transcript = transcript;
    answer.inputs.anchors = expected.anchors;
    answer.inputs.trainingMode = expected.trainingMode;
    answer.inputs.at = toSeconds(clock());
    auto appraised = study::appraise(answer.inputs, accepted, memo);
    answer.result = std::move(appraised.result);
    answer.acceptance = std::move(appraised.acceptance);
    return answer;
}

void AttestedChannel::State::remember(const AppraisedService& answer, const attestation::AppraisalPolicy& policy)
{
    const std::lock_guard lock(mutex);
    if (answer.result.verdict == attestation::Verdict::Refused) {
        freshUntil.reset();
        return;
    }
    freshUntil = clock() + std::chrono::minutes(policy.reattestMinutes);
    if (answer.acceptance) freshUntil = std::min<UtcMillis>(*freshUntil, answer.acceptance->value.notAfter + std::chrono::milliseconds(999));
}

void AttestedChannel::State::forget()
{
    const std::lock_guard lock(mutex);
    freshUntil.reset();
}

Result<AppraisedService> AttestedChannel::attest(attestation::Purpose purpose, const ServiceExpectations& expectations,
                                                 int timeoutMs)
{
    auto answer = m_state->ask(purpose, expectations, timeoutMs);
    if (answer) {
        m_state->remember(*answer, expectations.policy);
    } else if (answer.error().kind != ErrorKind::Unavailable) {
        m_state->forget();
    }
    return answer;
}

void AttestedChannel::completeCollateralBy(CompleteCollateral complete) { m_state->complete = std::move(complete); }

bool AttestedChannel::isAttested() const { return verifiedChannel().has_value(); }

Result<std::shared_ptr<grpc::Channel>> AttestedChannel::verifiedChannel() const
{
    const std::lock_guard lock(m_state->mutex);
    if (!m_state->freshUntil) return fail(ErrorKind::Untrusted, "the service has not proved itself; nothing was sent");
    if (m_state->pin->sawAnother()) {
        return fail(ErrorKind::Untrusted, "the service shows another TLS key than the one that was verified; nothing was sent");
    }
    if (m_state->clock() > *m_state->freshUntil) {
        return fail(ErrorKind::Untrusted, "the service's evidence is older than the policy allows; nothing was sent");
    }
    return m_state->channel;
}

Result<void> requireAccepted(const attestation::AppraisalResult& result)
{
    if (result.verdict != attestation::Verdict::Refused) return {};
    if (result.refusals.empty()) return fail(ErrorKind::Internal, "evidence was refused without a reason");
    return fail(result.refusedAs, result.refusals.front().check + ": " + result.refusals.front().reason);
}

}  // namespace quorate
