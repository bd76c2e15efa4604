// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/attestation/verify/memo.h"
#include "core/attestation/verify/tcb_info.h"

namespace quorate::attestation {

/// A file of the collateral and its SHA-256, which an appraisal lists among its inputs anyway.
struct CollateralFile {
    BytesView bytes;
    Digest32 digest;
};

/// Intel's certificates, lists and signed objects, each verified on its own. The verifier calls these in order; the
/// sweeps call them one by one.

/// PCK certificate, its CA and the root, told apart by what they say and not by their order in the text, each signed by
/// the next. The result is in this order. Pin and time are the caller's to judge.
Result<std::vector<Certificate>> verifyPckChain(std::string_view pem, AppraisalMemo& memo);

/// A list that `issuer` signed, with the two extensions that Intel's profile wants (CRL number and authority key
/// identifier) and none that would change what it covers.
Result<CertificateRevocationList> verifyIntelCrl(BytesView bytes, const Certificate& issuer);
/// The same, each list verified once.
std::shared_ptr<const Result<CertificateRevocationList>> verifyIntelCrl(const CollateralFile& file, const Certificate& issuer,
                                                                       AppraisalMemo& memo);

/// The CRL's issuer chain, where it came along, is `ca` and `root`, or certificates of the same names and keys.
Result<void> checkCrlIssuerChain(const CollateralFile& pem, const Certificate& ca, const Certificate& root, AppraisalMemo& memo);

/// The signer of TCB info and QE identity: a TCB signing certificate right under a pinned root, valid at this time and
/// not on the root's list. `rootCrl` null: the list is missing, which has a check of its own.
Result<Certificate> verifyTcbSigner(const CollateralFile& pem, const std::set<Digest32>& rootPins,
                                    const CollateralFile* rootCrl, UtcSeconds at, AppraisalMemo& memo);

/// What `member` of the answer says, once its text has proved to be as the signer's key signed it.
Result<StrictJson> verifySignedJson(BytesView json, const std::string& member, const Certificate& signer);

/// TCB info or QE identity: whether the signer's key signed it, and what it says, which is read only then.
template <typename T>
struct SignedObject {
    Result<void> signature;
    Result<T> content = fail(ErrorKind::Untrusted, "not signed");
};
SignedObject<TcbInfo> verifyTcbInfo(BytesView json, const Certificate& signer);
SignedObject<QeIdentity> verifyQeIdentity(BytesView json, const Certificate& signer);

}  // namespace quorate::attestation
