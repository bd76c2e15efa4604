// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/leaf_pin.h"

#include "core/crypto/certificate.h"

namespace quorate {

bool LeafPin::admit(const Digest32& spki)
{
    const std::lock_guard lock(m_mutex);
    if (!m_spki) m_spki = spki;
    const bool same = *m_spki == spki;
    m_sawAnother = m_sawAnother || !same;
    return same;
}

std::optional<Digest32> LeafPin::spki() const
{
    const std::lock_guard lock(m_mutex);
    return m_spki;
}

bool LeafPin::sawAnother() const
{
    const std::lock_guard lock(m_mutex);
    return m_sawAnother;
}

bool LeafPinVerifier::Verify(grpc::experimental::TlsCustomVerificationCheckRequest* request,
                             std::function<void(grpc::Status)>, grpc::Status* syncStatus)
{
    const auto pem = request->peer_cert();
    const auto leaf = Certificate::fromPem(std::string_view(pem.data(), pem.size()));
    if (!leaf) {
        *syncStatus = {grpc::StatusCode::UNAUTHENTICATED, "the service's TLS certificate cannot be read"};
    } else if (!m_pin->admit(leaf->publicKey().spkiSha256())) {
        *syncStatus = {grpc::StatusCode::UNAUTHENTICATED, "the service shows another TLS key than the one that was verified"};
    } else {
        *syncStatus = grpc::Status::OK;
    }
    return true;
}

}  // namespace quorate
