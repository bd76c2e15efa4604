// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <grpcpp/security/tls_certificate_verifier.h>
#include <mutex>
#include <optional>

#include "core/base/bytes.h"

namespace quorate {

/// The TLS leaf key of one service, learnt at the first handshake. Evidence decides what it is worth; until then and ever
/// after, no other leaf passes. Thread-safe.
class LeafPin {
public:
    /// Records the first key; false for any other one later.
    bool admit(const Digest32& spki);
    [[nodiscard]] std::optional<Digest32> spki() const;
    [[nodiscard]] bool sawAnother() const;

private:
    mutable std::mutex m_mutex;
    std::optional<Digest32> m_spki;
    bool m_sawAnother = false;
};

/// gRPC asks this at every handshake, reconnects too.
class LeafPinVerifier final : public grpc::experimental::ExternalCertificateVerifier {
public:
    explicit LeafPinVerifier(std::shared_ptr<LeafPin> pin) : m_pin(std::move(pin)) {}

    bool Verify(grpc::experimental::TlsCustomVerificationCheckRequest* request,
                std::function<void(grpc::Status)> callback, grpc::Status* syncStatus) override;
    void Cancel(grpc::experimental::TlsCustomVerificationCheckRequest*) override {}

private:
    std::shared_ptr<LeafPin> m_pin;
};

}  // namespace quorate
