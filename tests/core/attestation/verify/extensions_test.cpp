// SPDX-License-Identifier: GPL-3.0-or-later
// The vendors' certificate extensions, and certificates that lie in them.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/attestation/verify/der_reader.h"
#include "core/attestation/verify/pck_extension.h"
#include "core/attestation/verify/vek_extensions.h"
#include "core/crypto/certificate_builder.h"

using namespace quorate;
using namespace quorate::attestation;

namespace {

using Extensions = std::vector<std::pair<std::string, Bytes>>;

Certificate certificateWith(const Extensions& extensions)
{
    static const SigningKey key = std::move(*SigningKey::generate(EcCurve::P384));
    CertificateSpec spec;
    spec.commonName = "SEV-VCEK";
    spec.notBefore = *parseRfc3339("2026-01-01T00:00:00Z");
    spec.notAfter = *parseRfc3339("2027-01-01T00:00:00Z");
    spec.plain = true;
    for (const auto& [oid, value] : extensions) spec.extensions.push_back({oid, value});
    return std::move(*issueCertificate(spec, key.handle(), IssuerKey::fromEc(key), nullptr));
}

VekExtensions genoa()
{
    VekExtensions out;
    out.productName = "Genoa";
    out.tcb = {.fmc = 0, .bootLoader = 10, .tee = 0, .snp = 23, .microcode = 219};
    out.hwid = Bytes(64, 7);
    return out;
}

Result<VekExtensions> parseVek(const Extensions& extensions) { return parseVekExtensions(certificateWith(extensions)); }

void replace(Extensions& extensions, const std::string& ending, const Bytes& value)
{
    const auto entry = std::find_if(extensions.begin(), extensions.end(),
                                    [&](const auto& e) { return e.first.ends_with("3704.1" + ending); });
    REQUIRE(entry != extensions.end());
    entry->second = value;
}

PckExtension somePck()
{
    PckExtension out;
    for (std::size_t i = 0; i < 16; ++i) out.componentSvn[i] = static_cast<std::uint8_t>(i * 17);
    out.pceSvn = 300;
    out.fmspc = {{0, 0x80, 0x6f, 5, 0, 0}};
    out.cpuSvn.bytes.fill(9);
    out.sgxType = 1;
    return out;
}

PckExtension multiPackagePck()
{
    PckExtension out = somePck();
    out.platformInstanceId = FixedBytes<16>{{1, 2, 3}};
    out.dynamicPlatform = true;
    out.cachedKeys = false;
    out.smtEnabled = true;
    return out;
}

/// `bytes` with the one place that reads `from` changed to `to`.
Bytes with(Bytes bytes, const Bytes& from, const Bytes& to)
{
    const auto at = std::search(bytes.begin(), bytes.end(), from.begin(), from.end());
    REQUIRE(at != bytes.end());
    REQUIRE(std::search(at + 1, bytes.end(), from.begin(), from.end()) == bytes.end());
    std::copy(to.begin(), to.end(), at);
    return bytes;
}

Result<PckExtension> parsePck(const Bytes& value)
{
    return parsePckExtension(certificateWith({{kPckExtensionOid, value}}));
}

}  // namespace

TEST_CASE("a PCK extension reads back, components above 127 included")
{
    const auto parsed = parsePck(encodePckExtension(somePck()));
    REQUIRE_MESSAGE(parsed, parsed.error().message);
    CHECK(*parsed == somePck());
    CHECK(*parsePck(encodePckExtension(multiPackagePck())) == multiPackagePck());
}

TEST_CASE("the platform's own fields are of their type, each at most once")
{
    const Bytes good = encodePckExtension(multiPackagePck());
    const Bytes smt = {0x07, 0x03, kDerBoolean, 0x01, 0xff};
    CHECK_FALSE(parsePckExtensionValue(with(good, smt, {0x07, 0x03, kDerBoolean, 0x01, 0x01})));
    CHECK_FALSE(parsePckExtensionValue(with(good, smt, {0x07, 0x03, kDerInteger, 0x01, 0x01})));
    CHECK_FALSE(parsePckExtensionValue(with(good, smt, {0x07, 0x01, kDerBoolean, 0x01, 0xff})));
    CHECK_FALSE(parsePckExtensionValue(with(good, smt, {0x07, 0x04, kDerBoolean, 0x01, 0xff})));
    CHECK_FALSE(parsePckExtensionValue(with(good, smt, {0x06, 0x03, kDerBoolean, 0x01, 0xff})));
    CHECK_FALSE(parsePckExtensionValue(with(good, {kDerEnumerated, 0x01, 0x01}, {kDerInteger, 0x01, 0x01})));
    CHECK_FALSE(parsePckExtensionValue(with(good, {kDerEnumerated, 0x01, 0x01}, {kDerEnumerated, 0x01, 0xff})));
    CHECK_FALSE(parsePckExtensionValue(with(good, {kDerOctetString, 0x10, 1, 2, 3}, {kDerInteger, 0x10, 1, 2, 3})));
}

TEST_CASE("an SVN of two octets is read; a negative, padded or longer one is not")
{
    PckExtension extension = somePck();
    extension.pceSvn = 0x1234;
    extension.componentSvn.fill(255);
    const Bytes good = encodePckExtension(extension);
    CHECK(parsePckExtensionValue(good)->componentSvn[15] == 255);
    const Bytes pceSvn = {kDerInteger, 0x02, 0x12, 0x34};
    CHECK(parsePckExtensionValue(with(good, pceSvn, {kDerInteger, 0x02, 0x7f, 0xff}))->pceSvn == 0x7fff);
    CHECK_FALSE(parsePckExtensionValue(with(good, pceSvn, {kDerInteger, 0x02, 0xff, 0x34})));
    CHECK_FALSE(parsePckExtensionValue(with(good, pceSvn, {kDerInteger, 0x02, 0x00, 0x34})));
    CHECK(derSmallInteger(Bytes{0x00, 0xff, 0xff}) == 0xffff);
    for (const Bytes& content : {Bytes{0x01, 0x00, 0x00}, Bytes{0x00, 0x00, 0xff}, Bytes{0x00, 0x80, 0x00, 0x00},
                                 Bytes{0xff}, Bytes{}}) {
        CHECK_FALSE(derSmallInteger(content));
    }
}

TEST_CASE("no truncation and no lengthening of a PCK extension passes")
{
    const Bytes good = encodePckExtension(somePck());
    for (std::size_t size = 0; size < good.size(); size += 5)
        CHECK_FALSE(parsePck(Bytes(good.begin(), good.begin() + static_cast<long>(size))));
    Bytes longer = good;
    longer.push_back(0);
    CHECK_FALSE(parsePck(longer));
    CHECK_FALSE(parsePckExtension(certificateWith({})));
}

TEST_CASE("a repeated field of a PCK extension is refused")
{
    const Bytes good = encodePckExtension(somePck());
    Bytes content = toBytes(*derContent(good, kDerSequence));
    DerReader reader(content);
    const Bytes first = derEncode(kDerSequence, *reader.next(kDerSequence));
    content.insert(content.end(), first.begin(), first.end());
    CHECK_FALSE(parsePck(derEncode(kDerSequence, content)));
}

TEST_CASE("a VEK's extensions read back")
{
    const auto parsed = parseVek(encodeVekExtensions(genoa()));
    REQUIRE_MESSAGE(parsed, parsed.error().message);
    CHECK(parsed->tcb == genoa().tcb);
    CHECK(parsed->hwid == genoa().hwid);
    CHECK(parsed->product() == snp::Product::Genoa);
    VekExtensions milan = genoa();
    milan.productName = "Milan-B0";
    CHECK(parseVek(encodeVekExtensions(milan))->product() == snp::Product::Milan);
    milan.productName = "Cookie-B0";
    CHECK_FALSE(parseVek(encodeVekExtensions(milan))->product());
}

TEST_CASE("a raw HWID may begin with any byte, and a wrapped one is told by its length")
{
    for (const std::uint8_t first : {0x02, 0x04, 0x30, 0x00, 0xff}) {
        VekExtensions extensions = genoa();
        extensions.hwid->front() = first;
        (*extensions.hwid)[1] = 0x3e;
        CHECK(parseVek(encodeVekExtensions(extensions))->hwid == extensions.hwid);
    }
    Extensions wrapped = encodeVekExtensions(genoa());
    replace(wrapped, ".4", derEncode(kDerOctetString, *genoa().hwid));
    CHECK(parseVek(wrapped)->hwid == genoa().hwid);
    for (const std::size_t size : {0u, 1u, 7u, 9u, 63u, 65u}) {
        Extensions wrong = encodeVekExtensions(genoa());
        replace(wrong, ".4", Bytes(size, 1));
        CHECK_FALSE(parseVek(wrong));
    }
}

TEST_CASE("a VEK that is neither of a chip nor of a provider, or of both, is refused")
{
    VekExtensions neither = genoa();
    neither.hwid.reset();
    CHECK_FALSE(parseVek(encodeVekExtensions(neither)));
    VekExtensions both = genoa();
    both.cspId = "CN=provider.example";
    CHECK_FALSE(parseVek(encodeVekExtensions(both)));
    both.hwid.reset();
    CHECK(parseVek(encodeVekExtensions(both))->cspId == "CN=provider.example");
}

TEST_CASE("a missing, repeated, negative, oversized or reserved SPL is refused")
{
    const Extensions good = encodeVekExtensions(genoa());
    for (std::size_t i = 1; i < good.size(); ++i) {
        if (good[i].first.ends_with(".3.4") || good[i].first.ends_with(".3.5") || good[i].first.ends_with(".3.6") ||
            good[i].first.ends_with(".3.7")) {
            continue;
        }
        Extensions without = good;
        without.erase(without.begin() + static_cast<long>(i));
        CHECK_MESSAGE(!parseVek(without), good[i].first);
        Extensions twice = good;
        twice.push_back(good[i]);
        CHECK_MESSAGE(!parseVek(twice), good[i].first);
    }
    for (const Bytes& value : {Bytes{0x02, 0x01, 0xff}, Bytes{0x02, 0x02, 0x01, 0x00}, Bytes{0x02, 0x02, 0x00, 0x01},
                               Bytes{0x02, 0x00}, Bytes{0x04, 0x01, 0x01}, Bytes{0x02, 0x01, 0x01, 0x00}, Bytes{}}) {
        Extensions wrong = good;
        replace(wrong, ".3.1", value);
        CHECK_FALSE(parseVek(wrong));
    }
    Extensions reserved = good;
    replace(reserved, ".3.5", derEncodeInteger(1));
    CHECK_FALSE(parseVek(reserved));
    Extensions fmc = good;
    fmc.emplace_back("1.3.6.1.4.1.3704.1.3.9", derEncodeInteger(1));
    CHECK_FALSE(parseVek(fmc));
}
