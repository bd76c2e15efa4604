// SPDX-License-Identifier: GPL-3.0-or-later
// A fake Intel tells one lie per row; each must be refused by the check that is about it, and for its own reason, under
// the policy that judges hardware only and under the one of rehearsals.
#include <doctest/doctest.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "core/attestation/verify/der_reader.h"
#include "core/crypto/openssl_handles.h"
#include "tests/support/intel_lies.h"

using namespace quorate;
using namespace quorate::attestation;
using namespace quorate::tests;

namespace {

/// The PCK CRL with its extensions changed and signed again.
Spoil crlExtensions(const std::function<void(X509_CRL*)>& change)
{
    return [=](AppraisalInputs& in) {
        Bytes& der = in.collateral.files.at("pck_ca_crl.der");
        const unsigned char* next = der.data();
        const openssl::X509CrlPtr crl(d2i_X509_CRL(nullptr, &next, static_cast<long>(der.size())));
        change(crl.get());
        X509_CRL_sign(crl.get(), IntelWorld::key(Key::Ca).handle(), EVP_sha256());
        unsigned char* out = nullptr;
        const int length = i2d_X509_CRL(crl.get(), &out);
        der.assign(out, out + length);
        OPENSSL_free(out);
    };
}

void dropExtension(X509_CRL* crl, int nid)
{
    X509_EXTENSION_free(X509_CRL_delete_ext(crl, X509_CRL_get_ext_by_NID(crl, nid, -1)));
}

void makeDelta(X509_CRL* crl)
{
    ASN1_INTEGER* base = ASN1_INTEGER_new();
    ASN1_INTEGER_set(base, 1);
    X509_CRL_add1_ext_i2d(crl, NID_delta_crl, base, 1, 0);
    ASN1_INTEGER_free(base);
}

/// The PCK extension with `from` changed to `to`; lengths stay.
Tell extensionBytes(const Bytes& from, const Bytes& to)
{
    return [=](IntelWorld& w) {
        Bytes value = encodePckExtension(w.platform);
        const auto at = std::search(value.begin(), value.end(), from.begin(), from.end());
        REQUIRE(at != value.end());
        std::copy(to.begin(), to.end(), at);
        w.extensionValue = value;
    };
}

/// A quote without its chain: PPID, CPUSVN, PCESVN and PCEID in the clear.
void becomeType1(IntelWorld& w)
{
    w.certType = tdx::kCertTypePlainPpid;
    w.certData = ByteWriter().raw(w.platform.ppid.view()).zeros(16 + 2).raw(w.platform.pceId.view()).take();
}

const Checks kRootCrlAndSigners{"tdx.root-crl.signature", "tdx.tcb-info.chain", "tdx.qe-identity.chain"};

}  // namespace

TEST_CASE("the truth is accepted in every form that it can take")
{
    const std::pair<const char*, Tell> forms[] = {
        {"version 4", nothing},
        {"version 5, report 1.0", [](IntelWorld& w) { w.becomeVersion5(2, tdx::kReport10Bytes); }},
        {"version 5, report 1.5", [](IntelWorld& w) { w.becomeVersion5(3, tdx::kReport15Bytes); }},
        {"version 5, report 1.5 Ex", [](IntelWorld& w) { w.becomeVersion5(4, tdx::kReport15ExBytes); }},
        {"chain in another order",
         [](IntelWorld& w) {
             w.chain = {Link::Root, Link::Pck, Link::Ca};
         }},
        {"Processor CA", [](IntelWorld& w) { w.ca.spec.commonName = "Rehearsal SGX PCK Processor CA"; }},
        {"levels in another order", levelsInFront(lowLevel("OutOfDate"))},
        {"SVNs of two octets",
         [](IntelWorld& w) {
             w.platform.componentSvn.fill(255);
             w.platform.pceSvn = 0x1234;
         }},
        {"PCK extension without the platform's own fields",
         [](IntelWorld& w) {
             w.platform.platformInstanceId.reset();
             w.platform.dynamicPlatform = w.platform.cachedKeys = w.platform.smtEnabled = std::nullopt;
         }},
        {"upper-case FMSPC", info("44454d4f0001", "44454D4F0001")},
        {"no chain in the quote", becomeType1},
        {"only the PCK certificate in the quote",
         [](IntelWorld& w) {
             w.certType = tdx::kCertTypePckLeaf;
             w.certData = w.pem({Link::Pck});
         }},
        {"white space around the signed text", [](IntelWorld& w) { w.qeIdentity = "{ " + w.qeIdentity.substr(1); }},
    };
    for (const auto& [name, tell] : forms) {
        IntelWorld world;
        tell(world);
        AppraisalInputs inputs = world.build();
        if (world.certType == tdx::kCertTypePckLeaf) {
            // The chain beside the quote must hold the very certificate in it.
            const auto leaf = *Certificate::fromPem(asText(*world.certData));
            Bytes& chain = inputs.collateral.files.at("pck_chain.pem");
            chain = toBytes(leaf.toPem() + std::string(asText(world.pem({Link::Ca, Link::Root}))));
        }
        for (const bool training : {false, true}) {
            const AppraisalResult result = appraise(training ? IntelWorld::asTraining(inputs) : inputs);
            const std::string why = result.refusals.empty() ? "" : result.refusals[0].check + result.refusals[0].reason;
            CHECK_MESSAGE(result.verdict == (training ? Verdict::TrainingOnly : Verdict::Accepted), name << why);
            CHECK(result.tcbStatus == "UpToDate");
        }
    }
}

TEST_CASE("a certificate chain that is not Intel's, not whole or not of this time")
{
    const Checks chain{"tdx.pck-chain.signatures"};
    const Checks validity{"tdx.pck-chain.validity"};
    Checks rootValidity = kBothSigners;
    rootValidity.insert("tdx.pck-chain.validity");
    Checks otherRoot = kBothSigners;
    otherRoot.insert("trust.root-pin");
    checkRows({
        {"PCK expired", [](IntelWorld& w) { w.pck.spec.notAfter = kPast; }, validity,
         "PCK Certificate\" is valid from"},
        {"PCK not yet valid", [](IntelWorld& w) { w.pck.spec.notBefore = kFuture; }, validity,
         "is valid from 2026-11-21T09:00:01Z"},
        {"CA expired", [](IntelWorld& w) { w.ca.spec.notAfter = kPast; }, validity, "Platform CA\" is valid from"},
        {"CA not yet valid", [](IntelWorld& w) { w.ca.spec.notBefore = kFuture; }, validity,
         "Platform CA\" is valid from 2026-11-21T09:00:01Z"},
        {"root expired", [](IntelWorld& w) { w.root.spec.notAfter = kPast; }, rootValidity, "Root CA\" is valid from"},
        {"root not yet valid", [](IntelWorld& w) { w.root.spec.notBefore = kFuture; }, rootValidity,
         "Root CA\" is valid from 2026-11-21T09:00:01Z"},
        {"PCK signed by a stranger", [](IntelWorld& w) { w.pck.signer = Key::Stranger; }, chain,
         "does not verify under the key of \"CN=Rehearsal SGX PCK Platform CA"},
        {"CA signed by a stranger", [](IntelWorld& w) { w.ca.signer = Key::Stranger; }, chain,
         "does not verify under the key of \"CN=Rehearsal SGX Root CA"},
        {"root's own signature by a stranger",
         [](IntelWorld& w) { w.root.signer = Key::Stranger; },
         {"tdx.pck-chain.signatures", "tdx.tcb-info.chain", "tdx.qe-identity.chain"},
         "does not verify under"},
        {"look-alike root",
         [](IntelWorld& w) {
             w.root.subject = w.root.signer = w.ca.signer = w.tcb.signer = w.rootCrl.signer = Key::Stranger;
         },
         otherRoot, "want a pinned Intel SGX root key"},
        {"two certificates",
         [](IntelWorld& w) {
             w.chain = {Link::Pck, Link::Ca};
         },
         chain, "2 certificates, want 3"},
        {"four certificates",
         [](IntelWorld& w) {
             w.chain = {Link::Pck, Link::Ca, Link::Root, Link::Root};
         },
         chain, "4 certificates, want 3"},
        {"two roots and no CA",
         [](IntelWorld& w) {
             w.chain = {Link::Pck, Link::Root, Link::Root};
         },
         chain, "is not an SGX PCK Certificate, its"},
        {"empty chain in the quote", [](IntelWorld& w) { w.certData = Bytes(); }, chain, "holds no certificate"},
        {"chain is not PEM", [](IntelWorld& w) { w.certData = Bytes(3000, 0x30); }, chain,
         "something else than its blocks"},
        {"chain nowhere", becomeType1, chain, "collateral missing: pck_chain.pem", without("pck_chain.pem")},
        {"CA of another kind", [](IntelWorld& w) { w.ca.spec.commonName = "Rehearsal SGX Other CA"; }, chain,
         "Platform or Processor CA"},
        {"PCK is a CA", [](IntelWorld& w) { w.pck.spec.isCa = true; }, chain, "is not an SGX PCK Certificate"},
        {"CA is none", [](IntelWorld& w) { w.ca.spec.isCa = false; }, chain, "Platform or Processor CA"},
        {"PCK without key identifiers", [](IntelWorld& w) { w.pck.spec.plain = true; }, chain,
         "lacks the extension 2.5.29.14"},
    });
}

TEST_CASE("a PCK certificate that lies about the platform")
{
    const Checks extension{"tdx.pck-extension"};
    const Bytes pceSvn{0x02, 0x11, kDerInteger, 0x02, 0x12, 0x34};
    const auto ofTwoOctets = [=](const Bytes& to) {
        return [=](IntelWorld& w) {
            w.platform.pceSvn = 0x1234;
            extensionBytes(pceSvn, to)(w);
        };
    };
    checkRows({
        {"no SGX extension", [](IntelWorld& w) { w.extensionValue = Bytes(); }, extension, "has no SGX extension"},
        {"negative SVN", ofTwoOctets({0x02, 0x11, kDerInteger, 0x02, 0x92, 0x34}), extension, "empty or negative"},
        {"padded SVN", ofTwoOctets({0x02, 0x11, kDerInteger, 0x02, 0x00, 0x34}), extension, "not minimal"},
        {"SVN of another type", ofTwoOctets({0x02, 0x11, kDerOctetString, 0x02, 0x12, 0x34}), extension,
         "not an INTEGER"},
        {"component above 255",
         [](IntelWorld& w) {
             w.platform.componentSvn[15] = 200;
             extensionBytes({0x02, 0x10, kDerInteger, 0x02, 0x00, 200}, {0x02, 0x10, kDerInteger, 0x02, 0x12, 0x34})(w);
         },
         extension, "above 255"},
        {"component twice", extensionBytes({0x02, 0x02, kDerInteger, 0x01}, {0x02, 0x01, kDerInteger, 0x01}), extension,
         "unknown or repeated"},
        {"another PPID in the quote",
         [](IntelWorld& w) {
             becomeType1(w);
             w.certData->front() ^= 1;
         },
         extension, "PPID in the quote"},
        {"another PCEID in the quote",
         [](IntelWorld& w) {
             becomeType1(w);
             w.certData->back() ^= 1;
         },
         extension, "PCEID in the quote"},
        {"another certificate in the quote",
         [](IntelWorld& w) {
             w.certType = tdx::kCertTypePckLeaf;
             w.certData = w.pem({Link::Tcb});
         },
         extension, "not the chain's"},
    });
}

TEST_CASE("a revocation list that revokes, is another's or of another time")
{
    checkRows({
        {"PCK revoked",
         [](IntelWorld& w) { w.pckCrl.revoked = {Bytes{3}}; },
         {"tdx.pck.not-revoked"},
         "revoked: serial 03"},
        {"CA revoked",
         [](IntelWorld& w) { w.rootCrl.revoked = {Bytes{2}}; },
         {"tdx.pck-ca.not-revoked"},
         "revoked: serial 02"},
        {"TCB signer revoked", [](IntelWorld& w) { w.rootCrl.revoked = {Bytes{4}}; }, kBothSigners,
         "TCB signing certificate is revoked"},
        {"list of the Processor CA",
         nothing,
         {"tdx.pck-crl.signature"},
         "CRL issuer is \"CN=Rehearsal SGX PCK Processor CA",
         [](AppraisalInputs& in) {
             IntelWorld other;
             other.ca.spec.commonName = "Rehearsal SGX PCK Processor CA";
             in.collateral.files["pck_ca_crl.der"] = other.crl(other.pckCrl, other.caCertificate());
         }},
        {"CA's list for the root's", nothing, kRootCrlAndSigners, "CRL issuer is \"CN=Rehearsal SGX PCK Platform CA",
         [](AppraisalInputs& in) { in.collateral.files["root_ca_crl.der"] = in.collateral.files["pck_ca_crl.der"]; }},
        {"PCK CRL signed by a stranger",
         [](IntelWorld& w) { w.pckCrl.signer = Key::Stranger; },
         {"tdx.pck-crl.signature"},
         "CRL signature does not verify"},
        {"root CRL signed by a stranger", [](IntelWorld& w) { w.rootCrl.signer = Key::Stranger; }, kRootCrlAndSigners,
         "CRL signature does not verify"},
        {"PCK CRL expired", [](IntelWorld& w) { w.pckCrl.to = kPast; }, {"tdx.pck-crl.fresh"}, "collateral stale"},
        {"PCK CRL not yet valid",
         [](IntelWorld& w) { w.pckCrl.from = kFuture; },
         {"tdx.pck-crl.fresh"},
         "2026-11-21T09:00:01Z to"},
        {"root CRL expired", [](IntelWorld& w) { w.rootCrl.to = kPast; }, {"tdx.root-crl.fresh"}, "collateral stale"},
        {"root CRL not yet valid",
         [](IntelWorld& w) { w.rootCrl.from = kFuture; },
         {"tdx.root-crl.fresh"},
         "2026-11-21T09:00:01Z to"},
        {"CRL without number", nothing, {"tdx.pck-crl.signature"}, "lacks its number", crlExtensions([](X509_CRL* crl) {
             dropExtension(crl, NID_crl_number);
         })},
        {"CRL without key identifier",
         nothing,
         {"tdx.pck-crl.signature"},
         "lacks its number or its authority",
         crlExtensions([](X509_CRL* crl) { dropExtension(crl, NID_authority_key_identifier); })},
        {"delta CRL", nothing, {"tdx.pck-crl.signature"}, "want a complete list", crlExtensions(makeDelta)},
        {"no PCK CRL",
         nothing,
         {"tdx.pck-crl.signature"},
         "collateral missing: pck_ca_crl.der",
         without("pck_ca_crl.der")},
        {"no root CRL",
         nothing,
         {"tdx.root-crl.signature"},
         "collateral missing: root_ca_crl.der",
         without("root_ca_crl.der")},
        {"CRL issuer chain of a stranger",
         nothing,
         {"tdx.pck-crl.signature"},
         "and its key",
         [](AppraisalInputs& in) {
             IntelWorld other;
             other.ca.subject = Key::Stranger;
             in.collateral.files["pck_crl_issuer_chain.pem"] = other.pem({Link::Ca, Link::Root});
         }},
        {"CRL issuer chain signed by a stranger",
         nothing,
         {"tdx.pck-crl.signature"},
         "does not verify",
         [](AppraisalInputs& in) {
             IntelWorld other;
             other.ca.signer = Key::Stranger;
             in.collateral.files["pck_crl_issuer_chain.pem"] = other.pem({Link::Ca, Link::Root});
         }},
    });
}

TEST_CASE("a quote whose signatures and bindings do not hold")
{
    checkRows({
        {"QE report bound to another key",
         [](IntelWorld& w) {
             w.bindQeReport = false;
             w.qeReport[320] ^= 1;
         },
         {"tdx.qe-report.binding"},
         ", want "},
        {"QE report data with a tail",
         [](IntelWorld& w) { w.qeReport[383] = 1; },
         {"tdx.qe-report.binding"},
         "0000000000000001, want"},
        {"QE report signed by a stranger",
         [](IntelWorld& w) { w.qeReportSigner = Key::Stranger; },
         {"tdx.qe-report.signature"},
         "does not verify"},
        {"attestation key off the curve",
         [](IntelWorld& w) {
             w.attestationKey = Bytes(64, 0);
             w.attestationKey->back() = 1;
         },
         {"tdx.quote.signature"},
         "attestation key: public key is not a point"},
        {"quote signed by another key",
         [](IntelWorld& w) { w.attestationKey = IntelWorld::key(Key::Stranger).publicKey().rawPoint().value(); },
         {"tdx.quote.signature"},
         "signature does not verify"},
        {"quote changed after it was signed",
         nothing,
         {"tdx.quote.signature"},
         "signature does not verify",
         [](AppraisalInputs& in) { in.evidence.blob[12 + 16] ^= 1; }},
        {"signature of zeros",
         nothing,
         {"tdx.quote.signature"},
         "zero component",
         [](AppraisalInputs& in) { std::fill_n(in.evidence.blob.begin() + 48 + 584 + 4, 64, std::uint8_t{0}); }},
        {"QE authentication data of another size",
         nothing,
         {"tdx.format"},
         "authentication data size is 31",
         [](AppraisalInputs& in) { in.evidence.blob[48 + 584 + 4 + 128 + 6 + 448] = 31; }},
    });
}
