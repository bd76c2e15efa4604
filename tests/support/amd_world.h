// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <functional>
#include <map>

#include "core/attestation/appraisal.h"
#include "core/attestation/snp/certificate_table.h"
#include "core/attestation/snp/report.h"
#include "core/attestation/verify/vek_extensions.h"
#include "core/crypto/certificate_builder.h"

namespace quorate::tests {

/// What AMD, a chip and a host would say. A test changes one thing in it before it is issued.
struct AmdWorld {
    using Product = attestation::snp::Product;
    using Change = std::function<void(Bytes&)>;

    static UtcSeconds start() { return *parseRfc3339("2026-01-01T00:00:00Z"); }
    static UtcSeconds now() { return *parseRfc3339("2026-11-21T00:00:00Z"); }
    static UtcSeconds end() { return *parseRfc3339("2033-01-01T00:00:00Z"); }

    /// RSA keys take a second each, so every world shares them.
    struct Keys {
        IssuerKey ark = std::move(*IssuerKey::generateRsa(4096));
        IssuerKey ask = std::move(*IssuerKey::generateRsa(4096));
        IssuerKey weak = std::move(*IssuerKey::generateRsa(3072));
        SigningKey vek = std::move(*SigningKey::generate(EcCurve::P384));
        SigningKey p256 = std::move(*SigningKey::generate(EcCurve::P256));
    };
    static const Keys& keys()
    {
        static const Keys made;
        return made;
    }

    struct Paper {
        std::string name;
        std::uint64_t serial = 0;
        UtcSeconds from = start();
        UtcSeconds to = end();
        bool isCa = true;
        const IssuerKey* signer = nullptr;
        std::string lastExtension;  ///< Dotted OID of one more extension, of value INTEGER 1.
        bool lastIsCritical = false;
    };

    Product product;
    bool vlek;
    Paper ark{"", 1, start(), end(), true, &keys().ark, {}, false};
    Paper ask{"", 2, start(), end(), true, &keys().ark, {}, false};
    Paper vek{"", 0, start(), end(), false, &keys().ask, {}, false};
    const IssuerKey* arkKey = &keys().ark;
    const IssuerKey* askKey = &keys().ask;
    const SigningKey* vekKey = &keys().vek;
    attestation::VekExtensions extensions;
    std::map<std::string, Bytes> extensionValues;  ///< By OID: what stands there instead.
    Bytes report = Bytes(attestation::snp::kReportBytes);
    attestation::Transcript transcript;
    std::vector<Bytes> revoked;
    Paper crl{"", 0, start(), end(), true, &keys().ark, {}, false};  ///< `name`: the issuer's, when it is not the root.
    std::map<std::string, Change> changes;  ///< By file name, after it was made; "report" and "table" too.
    bool tableOnly = false;
    bool pem = false;

    explicit AmdWorld(Product line = Product::Genoa, bool byProvider = false) : product(line), vlek(byProvider)
    {
        const std::string name = attestation::snp::nameOf(line);
        ark.name = "ARK-" + name;
        ask.name = (vlek ? "SEV-VLEK-" : "SEV-") + name;
        vek.name = vlek ? "SEV-VLEK" : "SEV-VCEK";
        extensions.productName = line == Product::Milan && !vlek ? "Milan-B0" : name;
        extensions.tcb = {.fmc = 0, .bootLoader = 10, .tee = 1, .snp = 23, .microcode = 219};
        if (line == Product::Turin) extensions.tcb.fmc = 2;
        if (vlek) extensions.cspId = "CN=provider.example";
        if (!vlek) extensions.hwid = Bytes(line == Product::Turin ? 8 : 64, 0x04);
        fillReport();
    }
    void setTcb(std::size_t at, const attestation::snp::TcbParts& parts)
    {
        const attestation::snp::TcbBytes tcb = attestation::snp::encodeTcb(product, parts);
        std::copy(tcb.bytes.begin(), tcb.bytes.end(), report.begin() + static_cast<long>(at));
    }
    /// The report answers this challenge, of a machine that was launched for its root and policy.
    void bind(const attestation::Transcript& challenge)
    {
        transcript = challenge;
        const Digest64 bound = transcript.reportData();
        const Digest32 launched = attestation::launchBinding(transcript.rosterRootSpki, transcript.policyDigest);
        std::copy(bound.bytes.begin(), bound.bytes.end(), report.begin() + 0x50);
        std::copy(launched.bytes.begin(), launched.bytes.end(), report.begin() + 0xc0);
    }
    /// The same identifier in certificate and report.
    void setChip(Bytes hwid)
    {
        std::fill_n(report.begin() + 0x1a0, 64, std::uint8_t{0});
        std::copy(hwid.begin(), hwid.end(), report.begin() + 0x1a0);
        extensions.hwid = std::move(hwid);
    }

    [[nodiscard]] attestation::AppraisalInputs inputs(attestation::PolicyProfile profile) const
    {
        using namespace attestation;
        const Certificate arkPaper = issue(ark, arkKey->handle(), nullptr);
        const Certificate askPaper = issue(ask, askKey->handle(), &arkPaper);
        const Certificate vekPaper = issue(vek, vekKey->handle(), vek.signer == arkKey ? &arkPaper : &askPaper);
        std::map<std::string, Bytes> files{{"vek.der", written(vekPaper)},
                                           {"intermediate.der", written(askPaper)},
                                           {"ark.der", written(arkPaper)},
                                           {"crl.der", issueList(arkPaper)}};
        for (const auto& [name, change] : changes) {
            if (files.contains(name)) change(files.at(name));
        }
        AppraisalInputs out;
        out.evidence.tee = TeeKind::SevSnp;
        out.evidence.blob = signedReport();
        if (tableOnly || changes.contains("table")) {
            out.evidence.auxBlob = snp::encodeCertificateTable({{vlek ? snp::kGuidVlek : snp::kGuidVcek, files.at("vek.der")},
                                                                {snp::kGuidAsk, files.at("intermediate.der")},
                                                                {snp::kGuidArk, files.at("ark.der")},
                                                                {snp::kGuidCrl, files.at("crl.der")}});
        }
        if (changes.contains("table")) changes.at("table")(out.evidence.auxBlob);
        if (!tableOnly) out.collateral.files = std::move(files);
        out.policy = shippedPolicy(profile);
        out.anchors.amdRootKeys[snp::nameOf(product)] = {arkPaper.publicKey().spkiSha256()};
        out.referenceValues.emplace().sevSnp.measurement = {Digest48{}};
        out.transcript = transcript;
        out.trainingMode = profile == PolicyProfile::Training;
        out.at = now();
        return out;
    }

private:
    void fillReport()
    {
        report[0x00] = product == Product::Turin ? 5 : 3;
        report[0x0a] = 0x02;
        report[0x34] = 1;
        if (vlek) report[0x48] = 0x04;
        report[0x188] = product == Product::Turin ? 0x1a : 0x19;
        report[0x189] = product == Product::Milan ? 0x01 : product == Product::Genoa ? 0x11 : 0x02;
        if (extensions.hwid) setChip(*extensions.hwid);
        for (const std::size_t at : {0x038u, 0x180u, 0x1e0u, 0x1f0u}) setTcb(at, extensions.tcb);
        bind(transcript);
    }
    [[nodiscard]] Certificate issue(const Paper& paper, const evp_pkey_st* key, const Certificate* issuer) const
    {
        CertificateSpec spec;
        spec.commonName = paper.name;
        spec.serial = paper.serial;
        spec.notBefore = paper.from;
        spec.notAfter = paper.to;
        spec.isCa = paper.isCa;
        spec.plain = &paper == &vek;
        for (auto& [oid, value] : spec.plain ? encodeVekExtensions(extensions) : decltype(encodeVekExtensions(extensions))()) {
            const auto other = extensionValues.find(oid);
            spec.extensions.push_back({oid, other == extensionValues.end() ? value : other->second, false});
        }
        if (!paper.lastExtension.empty()) spec.extensions.push_back({paper.lastExtension, {2, 1, 1}, paper.lastIsCritical});
        return std::move(*issueCertificate(spec, key, *paper.signer, issuer));
    }
    [[nodiscard]] Bytes issueList(const Certificate& root) const
    {
        Paper other = ark;
        other.name = crl.name;
        const Certificate issuer = crl.name.empty() ? root : issue(other, arkKey->handle(), nullptr);
        return *issueCrl(issuer, *crl.signer, crl.from, crl.to, revoked);
    }
    [[nodiscard]] Bytes written(const Certificate& certificate) const
    {
        return pem ? toBytes(certificate.toPem()) : certificate.der();
    }
    [[nodiscard]] Bytes signedReport() const
    {
        Bytes out = report;
        const Bytes signature = *keys().vek.signRaw(BytesView(out).first(attestation::snp::kSignedBytes));
        std::reverse_copy(signature.begin(), signature.begin() + 48, out.begin() + 0x2a0);
        std::reverse_copy(signature.begin() + 48, signature.end(), out.begin() + 0x2e8);
        const auto change = changes.find("report");
        if (change != changes.end()) change->second(out);
        return out;
    }
};

}  // namespace quorate::tests
