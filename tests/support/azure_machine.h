// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string>

#include "core/attestation/azure/td_report.h"
#include "core/attestation/simulated/demo_vendor.h"
#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::tests {

/// An RSA-2048 key as a vTPM's attestation key.
class VtpmKey {
public:
    VtpmKey() : m_key(EVP_RSA_gen(2048), EVP_PKEY_free) {}

    [[nodiscard]] std::string modulus() const
    {
        BIGNUM* number = nullptr;
        EVP_PKEY_get_bn_param(m_key.get(), OSSL_PKEY_PARAM_RSA_N, &number);
        Bytes out(256);
        BN_bn2binpad(number, out.data(), static_cast<int>(out.size()));
        BN_free(number);
        std::string text = toBase64(out);
        for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
        return text.substr(0, text.find('='));
    }
    [[nodiscard]] Bytes sign(BytesView message) const
    {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
        std::size_t size = 256;
        Bytes out(size);
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, m_key.get());
        EVP_DigestSign(context.get(), out.data(), &size, message.data(), message.size());
        return out;
    }

private:
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> m_key;
};

/// An Azure-like machine in the demo vendor's hardware. Each field is a place to lie in; what follows from a field is made
/// after the lie, so that every other link holds.
struct AzureMachine {
    attestation::TeeKind tee = attestation::TeeKind::SevSnp;
    std::string keys;            ///< The JSON array of keys.
    std::string userData;
    std::uint32_t hclVersion = 2;
    std::uint32_t hashType = 1;
    std::uint32_t reportType = 2;
    std::uint32_t variableSizeExcess = 0;
    std::function<void(Digest64&)> changeReportData = [](Digest64&) {};
    std::function<void(Bytes&)> changeHardwareArea = [](Bytes&) {};
    Bytes extraData;
    Bytes pcrs = Bytes(24 * 32, 0x11);
    std::uint16_t bank = 0x000b;
    Bytes bitmap = Bytes(3, 0xff);
    Bytes pcrDigest;             ///< Empty: the digest of `pcrs`.
    std::uint32_t magic = 0xff544347;

    static std::string keyJson(const std::string& name, const std::string& modulus, const std::string& exponent = "AQAB")
    {
        return R"({"kid":")" + name + R"(","key_ops":["sign"],"kty":"RSA","e":")" + exponent + R"(","n":")" + modulus + "\"}";
    }

    [[nodiscard]] std::string runtimeData() const
    {
        return R"({"keys":)" + keys + R"(,"vm-configuration":{"secure-boot":true},"user-data":")" + userData + "\"}";
    }
    [[nodiscard]] Digest64 reportData() const
    {
        Digest64 out;
        const std::string data = runtimeData();
        const auto place = [&](BytesView digest) { std::copy(digest.begin(), digest.end(), out.bytes.begin()); };
        if (hashType == 2) place(sha384(asBytes(data)).view());
        else if (hashType == 3) place(sha512(asBytes(data)).view());
        else place(sha256(asBytes(data)).view());
        changeReportData(out);
        return out;
    }
    [[nodiscard]] Bytes attest() const
    {
        ByteWriter out;
        out.u32be(magic).u16be(0x8018).u16be(4).zeros(4);
        out.u16be(static_cast<std::uint16_t>(extraData.size())).raw(extraData);
        out.u64be(1000).u32be(1).u32be(2).u8(1).u64be(7).u32be(1);
        out.u16be(bank).u8(static_cast<std::uint8_t>(bitmap.size())).raw(bitmap);
        const Bytes digest = pcrDigest.empty() ? toBytes(sha256(pcrs).view()) : pcrDigest;
        return out.u16be(static_cast<std::uint16_t>(digest.size())).raw(digest).take();
    }

    /// The fields of a TDREPORT, from the TD report in the quote: the same values stand elsewhere.
    static Bytes tdReport(BytesView quote)
    {
        const BytesView body = quote.subspan(48, 584);
        Bytes out(attestation::azure::kTdReportBytes);
        const auto copy = [&](std::size_t from, std::size_t size, std::size_t to) {
            std::copy_n(body.begin() + static_cast<std::ptrdiff_t>(from), size, out.begin() + static_cast<std::ptrdiff_t>(to));
        };
        copy(520, 64, 0x80);
        copy(120, 400, 0x200);
        return out;
    }

    [[nodiscard]] Bytes hclReport(const Bytes& blob) const
    {
        Bytes area = tee == attestation::TeeKind::Tdx ? tdReport(blob) : blob;
        area.resize(1184);
        changeHardwareArea(area);
        const std::string data = runtimeData();
        const auto size = static_cast<std::uint32_t>(data.size()) + variableSizeExcess;
        ByteWriter out;
        out.text("HCLA").u32le(hclVersion).u32le(32 + 1184 + 20 + size).u32le(2).zeros(16).raw(area);
        out.u32le(20 + size).u32le(1).u32le(reportType).u32le(hashType).u32le(size).text(data);
        return out.zeros(40).take();
    }

    [[nodiscard]] attestation::Evidence evidence(const attestation::DemoVendor& vendor, const attestation::SimulatedLaunch& launch,
                                                 const VtpmKey& signer) const
    {
        attestation::Evidence out = vendor.issue(tee, launch, reportData()).value();
        out.eventLog.clear();
        out.vtpm = {hclReport(out.blob), attest(), signer.sign(attest()), pcrs};
        return out;
    }
};

}  // namespace quorate::tests
