// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/attestation/evidence.h"
#include "core/attestation/snp/report.h"

namespace quorate::attestation {

/// What the vendors publish, in the order in which each can be checked with the help of those before it.
enum class CollateralKind { TcbInfo, QeIdentity, PckCrl, RootCrl, SnpChain, Vcek, SnpCrl };

inline constexpr CollateralKind kCollateralKinds[] = {
    CollateralKind::TcbInfo,  CollateralKind::QeIdentity, CollateralKind::PckCrl, CollateralKind::RootCrl,
    CollateralKind::SnpChain, CollateralKind::Vcek,       CollateralKind::SnpCrl};

/// "tcb-info", "qe-identity", "pck-crl", "root-crl", "snp-chain", "vcek", "snp-crl".
const char* nameOf(CollateralKind kind);
Result<CollateralKind> parseCollateralKind(std::string_view name);
/// The names of Collateral that such an object fills.
const std::vector<std::string>& filesOf(CollateralKind kind);

/// One object of a vendor. `key` is the path and query under which the vendors' services publish it (Intel PCS API v4,
/// Intel PCCS, AMD 57230): it names the object in the cache as well.
struct CollateralRequest {
    CollateralKind kind = CollateralKind::TcbInfo;
    std::string key;
    bool operator==(const CollateralRequest&) const = default;
};

/// Services to ask: scheme and authority, perhaps a path, no slash at the end.
struct CollateralEndpoints {
    std::string pcs = "https://api.trustedservices.intel.com";
    /// Intel publishes its root's CRL at its distribution point only; empty asks `pcs`, as a PCCS answers it.
    std::string rootCrl = "https://certificates.trustedservices.intel.com/IntelSGXRootCA.der";
    std::string kds = "https://kdsintf.amd.com";
};

std::string urlFor(const CollateralRequest& request, const CollateralEndpoints& endpoints);

/// Which edition of TCB info and QE identity. Intel publishes new ones early and takes them as standard later.
struct TcbEdition {
    enum class Update { Unspecified, Standard, Early };
    Update update = Update::Unspecified;
    std::optional<std::uint32_t> evaluationNumber; ///< Asked for by number; then `update` is not sent.
};

struct CollateralWishes {
    TcbEdition edition;
    std::optional<snp::Product> product; ///< For a version 2 report without a VCEK: it does not name its product.
};

struct MissingCollateral {
    std::vector<CollateralRequest> requests; ///< In the order of CollateralKind.
    /// What no service publishes and only the evidence's sender can supply: a PCK chain that is not in the quote, a
    /// VLEK, the VCEK of a chip that hides its identity. Unavailable, each with what is wanted.
    std::vector<Error> unpublished;
};

/// What appraisal needs and neither the evidence nor `have` holds. Malformed or Untrusted when the
/// evidence cannot be read or its PCK chain does not hold together: appraisal says so.
Result<MissingCollateral> missingCollateral(const Evidence& evidence, const Collateral& have,
                                            const CollateralWishes& wishes = {});

/// The keys, from what an object says of itself. `ca` is "platform" or "processor".
std::string tcbInfoKey(const FixedBytes<6>& fmspc);
std::string qeIdentityKey();
std::string pckCrlKey(const std::string& ca);
std::string rootCrlKey();
/// `signer` is Vlek for the chain and list above a VLEK.
std::string snpChainKey(snp::Product product, snp::SigningKeyKind signer);
std::string snpCrlKey(snp::Product product, snp::SigningKeyKind signer);
/// A Turin chip is named by 8 bytes, others by 64.
std::string vcekKey(snp::Product product, BytesView hwid, const snp::TcbParts& tcb);

/// "platform" or "processor" by the name of a PCK CA; Untrusted for another.
Result<std::string> pckCaOf(const std::string& commonName);

} // namespace quorate::attestation
