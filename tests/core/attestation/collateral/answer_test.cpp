// SPDX-License-Identifier: GPL-3.0-or-later
// Answers of the vendors' services taken apart, and everything that is none.
#include "core/attestation/collateral/answer.h"

#include "tests/support/vendor_answers.h"

using namespace quorate;
using namespace quorate::attestation;

namespace {

const Collateral& intel()
{
    static const Collateral all = *tests::demoVendor().collateral(TeeKind::Tdx, tests::kVendorNow);
    return all;
}

const Collateral& amd()
{
    static const Collateral all = *tests::demoVendor().collateral(TeeKind::SevSnp, tests::kVendorNow);
    return all;
}

VendorAnswer withHeader(VendorAnswer answer, const std::string& from, const std::string& to)
{
    answer.headers[to] = answer.headers.at(from);
    answer.headers.erase(from);
    return answer;
}

} // namespace

TEST_CASE("each kind of answer gives the files of its kind, byte for byte")
{
    for (const CollateralKind kind : kCollateralKinds) {
        const Collateral& all = kind < CollateralKind::SnpChain ? intel() : amd();
        const auto files = readVendorAnswer(kind, tests::vendorAnswer(kind, all));
        REQUIRE_MESSAGE(files, nameOf(kind) << ": " << files.error().message);
        CHECK(files->files.size() == filesOf(kind).size());
        for (const std::string& name : filesOf(kind))
            CHECK_MESSAGE(files->files.at(name) == all.files.at(name), name);
        CHECK(parseCollateralKind(nameOf(kind)) == kind);
    }
}

TEST_CASE("older and newer header names are read alike")
{
    const VendorAnswer tcb = tests::vendorAnswer(CollateralKind::TcbInfo, intel());
    CHECK(readVendorAnswer(CollateralKind::TcbInfo,
                           withHeader(tcb, "tcb-info-issuer-chain", "sgx-tcb-info-issuer-chain")));
    const VendorAnswer qe = tests::vendorAnswer(CollateralKind::QeIdentity, intel());
    CHECK(readVendorAnswer(CollateralKind::QeIdentity,
                           withHeader(qe, "sgx-enclave-identity-issuer-chain", "enclave-identity-issuer-chain")));
}

TEST_CASE("a CRL may be DER, the hexadecimal text of DER, or PEM")
{
    VendorAnswer answer = tests::vendorAnswer(CollateralKind::RootCrl, intel());
    const Bytes der = answer.body;
    for (const std::string& text : {toHex(der), toHex(der) + "\n", std::string("30")}) {
        answer.body = toBytes(text);
        const auto files = readVendorAnswer(CollateralKind::RootCrl, answer);
        CHECK(files.has_value() == (text.size() > 2));
        if (files) CHECK(files->files.at("root_ca_crl.der") == der);
    }
    std::string base64 = toBase64(der);
    for (std::size_t at = 64; at < base64.size(); at += 65)
        base64.insert(at, "\n");
    answer.body = toBytes("-----BEGIN X509 CRL-----\n" + base64 + "\n-----END X509 CRL-----\n");
    CHECK(readVendorAnswer(CollateralKind::RootCrl, answer));
    answer.body = toBytes("30" + std::string(99, 'z'));
    CHECK_FALSE(readVendorAnswer(CollateralKind::RootCrl, answer));
    answer.body = {};
    CHECK_FALSE(readVendorAnswer(CollateralKind::RootCrl, answer));
}

TEST_CASE("an issuer chain that is missing, huge, garbled or of another length is refused by its header's name")
{
    for (const CollateralKind kind : {CollateralKind::TcbInfo, CollateralKind::QeIdentity, CollateralKind::PckCrl}) {
        const VendorAnswer good = tests::vendorAnswer(kind, intel());
        const std::string header = good.headers.begin()->first;
        const std::string one = tests::percentEncoded(
            asBytes(Certificate::chainFromPem(asText(intel().files.at("tcb_info_issuer_chain.pem")))->front().toPem()));
        VendorAnswer missing = good;
        missing.headers.clear();
        CHECK(readVendorAnswer(kind, missing).error().message.find(header) != std::string::npos);
        for (const std::string& value : {std::string(300 * 1024, 'A'), std::string(100 * 1024, 'A'), std::string("%"),
                                         std::string("%4"), std::string("%zz"), std::string("%00"), std::string(), one,
                                         one + one + one, good.headers.begin()->second.substr(100)}) {
            VendorAnswer bad = good;
            bad.headers[header] = value;
            const auto files = readVendorAnswer(kind, bad);
            REQUIRE_MESSAGE(!files, value.substr(0, 40));
            CHECK(files.error().kind == ErrorKind::Malformed);
        }
    }
}

TEST_CASE("bodies that are cut off, of another kind or not what they should be are refused")
{
    for (const CollateralKind kind : kCollateralKinds) {
        const VendorAnswer good = tests::vendorAnswer(kind, kind < CollateralKind::SnpChain ? intel() : amd());
        for (const std::size_t size : {std::size_t{0}, std::size_t{1}, good.body.size() / 2, good.body.size() - 4}) {
            VendorAnswer cut = good;
            cut.body.resize(size);
            CHECK_MESSAGE(!readVendorAnswer(kind, cut), nameOf(kind) << " of " << size);
        }
        VendorAnswer html = good;
        html.body = toBytes("<html><body>Please sign in</body></html>");
        CHECK_FALSE(readVendorAnswer(kind, html));
    }
    VendorAnswer swapped = tests::vendorAnswer(CollateralKind::TcbInfo, intel());
    swapped.body = intel().files.at("qe_identity.json");
    CHECK_FALSE(readVendorAnswer(CollateralKind::TcbInfo, swapped));
    VendorAnswer one = tests::vendorAnswer(CollateralKind::SnpChain, amd());
    one.body = toBytes(Certificate::fromDer(amd().files.at("ark.der"))->toPem());
    CHECK_FALSE(readVendorAnswer(CollateralKind::SnpChain, one));
}

TEST_CASE("percent-encoding is decoded strictly and within its bound")
{
    CHECK(*percentDecoded("a%20b+c%2B%0A", 10) == "a b+c+\n");
    CHECK(*percentDecoded("", 0) == "");
    CHECK(*percentDecoded("%41%42", 2) == "AB");
    CHECK_FALSE(percentDecoded("%41%42%43", 2));
    CHECK_FALSE(percentDecoded("ABC", 2));
    for (const char* bad : {"%", "%4", "%%41", "%g1", "%4g", "% 1", "a%00b", "%-1"})
        CHECK_MESSAGE(!percentDecoded(bad, 99), bad);
}
