// SPDX-License-Identifier: GPL-3.0-or-later
// Every truncation and every changed byte, with three values each, of what an accepted SEV-SNP appraisal rests on.
//
// Each object is swept against the one function with which the verifier judges it: a certificate or CRL that cannot be
// read or does not verify under its issuer, and a report that does not parse or verify under its VEK, is refused whatever
// else holds. A second sweep takes each 131st byte through the whole appraisal, so that a verifier that forgot to ask one
// of those functions would be found out. Certificates that several cases share are swept once.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/attestation/case_folder.h"
#include "core/attestation/verify/vek_chain.h"
#include "core/crypto/digest.h"
#include "tests/support/amd_world.h"
#include "tests/support/shared_vectors.h"

using namespace quorate;
using namespace quorate::attestation;

namespace {

constexpr std::uint8_t kMasks[] = {0x01, 0x80, 0xff};
constexpr std::size_t kWholeStride = 131;

/// Calls `survives` with every variant of `bytes`; returns how many it said yes to.
template <typename Survives>
int sweep(const Bytes& bytes, Survives survives)
{
    int survivors = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (survives(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(i)))) {
            ++survivors;
            MESSAGE("survived: cut to " << i << " bytes");
        }
        for (const std::uint8_t mask : kMasks) {
            Bytes changed = bytes;
            changed[i] ^= mask;
            if (!survives(changed)) continue;
            ++survivors;
            MESSAGE("survived: byte " << i << " xor " << int{mask});
        }
    }
    return survivors;
}

struct Subject {
    std::string name;
    AppraisalInputs inputs;

    [[nodiscard]] Certificate certificate(const char* file) const
    {
        return std::move(*readVekCertificate(inputs.collateral.files.at(file)));
    }
};

bool isAccepted(const AppraisalInputs& inputs) { return appraise(inputs).verdict != Verdict::Refused; }

std::vector<Subject> genuine()
{
    std::vector<Subject> out;
    for (const char* name : {"genoa-v3-vcek", "genoa-v3-tsm-auxblob", "milan-v2-vcek", "milan-v3-vcek",
                             "milan-v3-vlek-vmpl1", "turin-v5-vcek"}) {
        const auto folder = tests::sharedVector(std::string("snp/") + name);
        if (!folder) return {};
        const auto expected = nlohmann::json::parse(tests::readText(*folder / "expected.json"));
        auto read = readEvidenceCase(*folder);
        REQUIRE(read);
        Subject subject{name, {}};
        subject.inputs.evidence = std::move(read->evidence);
        subject.inputs.collateral = std::move(read->collateral);
        subject.inputs.policy = shippedPolicy(PolicyProfile::ChainOnly);
        subject.inputs.anchors = productionAnchors();
        subject.inputs.at = *parseRfc3339(expected["reference_time"].get<std::string>());
        REQUIRE(isAccepted(subject.inputs));
        out.push_back(std::move(subject));
    }
    return out;
}

std::vector<Subject> generated()
{
    using World = tests::AmdWorld;
    std::vector<Subject> out;
    out.push_back({"generated Turin provider", World(World::Product::Turin, true).inputs(PolicyProfile::ChainOnly)});
    for (const Subject& subject : out) REQUIRE(isAccepted(subject.inputs));
    return out;
}

int survivorsOfReport(const Subject& subject)
{
    const PublicKey key = subject.certificate("vek.der").publicKey();
    return sweep(subject.inputs.evidence.blob, [&](const Bytes& changed) {
        const auto report = snp::parseReport(changed);
        return report && key.verifyRaw(EcCurve::P384, BytesView(changed).first(snp::kSignedBytes), report->signature);
    });
}

int survivorsOfCertificate(const Bytes& bytes, const Certificate& issuer)
{
    return sweep(bytes, [&](const Bytes& changed) {
        const auto certificate = readVekCertificate(changed);
        return certificate && certificate->verifySignedBy(issuer);
    });
}

/// The root vouches for itself, so its own copy is the issuer.
int survivorsOfRoot(const Bytes& bytes)
{
    return sweep(bytes, [](const Bytes& changed) {
        const auto certificate = readVekCertificate(changed);
        return certificate && certificate->verifySignedBy(*certificate);
    });
}

int survivorsOfCrl(const Bytes& bytes, const Certificate& ark)
{
    return sweep(bytes, [&](const Bytes& changed) {
        const auto crl = CertificateRevocationList::parse(changed);
        return crl && crl->verifySignedBy(ark);
    });
}

void sweepObjects(const std::vector<Subject>& subjects)
{
    std::set<Digest32> done;
    for (const Subject& subject : subjects) {
        INFO(subject.name);
        CHECK(survivorsOfReport(subject) == 0);
        const Certificate ask = subject.certificate("intermediate.der");
        const Certificate ark = subject.certificate("ark.der");
        const auto isNew = [&](const char* file) {
            const Bytes* bytes = subject.inputs.collateral.find(file);
            return bytes != nullptr && done.insert(sha256(*bytes)).second;
        };
        const auto& files = subject.inputs.collateral.files;
        if (isNew("vek.der")) CHECK(survivorsOfCertificate(files.at("vek.der"), ask) == 0);
        if (isNew("intermediate.der")) CHECK(survivorsOfCertificate(files.at("intermediate.der"), ark) == 0);
        if (isNew("ark.der")) CHECK(survivorsOfRoot(files.at("ark.der")) == 0);
        if (isNew("crl.der")) CHECK(survivorsOfCrl(files.at("crl.der"), ark) == 0);
    }
}

void sweepWhole(const std::vector<Subject>& subjects)
{
    for (const Subject& subject : subjects) {
        const auto refuses = [&](const std::string& name, const auto& place, std::size_t i) {
            AppraisalInputs changed = subject.inputs;
            place(changed)[i] ^= kMasks[i % 3];
            CHECK_MESSAGE(!isAccepted(changed), subject.name << ", " << name << ", byte " << i);
            changed = subject.inputs;
            place(changed).resize(i);
            CHECK_MESSAGE(!isAccepted(changed), subject.name << ", " << name << " cut to " << i);
        };
        for (std::size_t i = 0; i < subject.inputs.evidence.blob.size(); i += kWholeStride)
            refuses("report", [](AppraisalInputs& inputs) -> Bytes& { return inputs.evidence.blob; }, i);
        for (const auto& [name, bytes] : subject.inputs.collateral.files) {
            const auto place = [&name = name](AppraisalInputs& inputs) -> Bytes& { return inputs.collateral.files.at(name); };
            for (std::size_t i = 0; i < bytes.size(); i += kWholeStride) refuses(name, place, i);
        }
    }
}

/// What the verifier makes of a table that is the only source of the chain. Certificates that a change left as they
/// were have been verified before.
bool tableYieldsChain(const Bytes& bytes, const VekChain& genuine, bool& sameCertificates)
{
    const auto table = snp::parseCertificateTable(bytes);
    if (!table) return false;
    sameCertificates = true;
    const std::pair<const char*, std::pair<const Certificate*, const Certificate*>> roles[] = {
        {snp::kGuidVcek, {&genuine.vek, &genuine.ask}},
        {snp::kGuidAsk, {&genuine.ask, &genuine.ark}},
        {snp::kGuidArk, {&genuine.ark, &genuine.ark}}};
    for (const auto& [guid, pair] : roles) {
        const auto entry = table->find(guid);
        if (entry == table->end()) return false;
        const auto certificate = readVekCertificate(entry->second);
        if (!certificate) return false;
        if (*certificate == *pair.first) continue;
        sameCertificates = false;
        if (!certificate->verifySignedBy(*pair.second)) return false;
    }
    const auto list = table->find(snp::kGuidCrl);
    if (list == table->end()) return true;
    const auto crl = CertificateRevocationList::parse(list->second);
    return crl && crl->verifySignedBy(genuine.ark);
}

/// Exempt, and nothing else: a change that leaves three certificates with the very same DER bytes. Those are a length that
/// leaves out white space behind a PEM block, and the 16 bytes of the GUID under which a revocation list stood: nothing
/// signs them, no host is bound to give a list, and strict and standard want one.
void sweepTable(const Subject& subject)
{
    const VekChain genuine{subject.certificate("vek.der"), subject.certificate("intermediate.der"),
                           subject.certificate("ark.der")};
    int exempt = 0;
    CHECK(sweep(subject.inputs.evidence.auxBlob, [&](const Bytes& changed) {
              bool sameCertificates = false;
              if (!tableYieldsChain(changed, genuine, sameCertificates)) return false;
              if (sameCertificates) ++exempt;
              return !sameCertificates;
          }) == 0);
    CHECK(exempt <= 51);
    AppraisalInputs alone = subject.inputs;
    alone.collateral.files.clear();
    REQUIRE(isAccepted(alone));
    // Beside the collateral a table that is there must agree with it; one that is cut to nothing is no table.
    for (std::size_t i = 1; i < subject.inputs.evidence.auxBlob.size(); i += kWholeStride) {
        for (const bool beside : {false, true}) {
            // Beside the collateral an entry under a GUID that nobody knows is no second copy of anything.
            const std::size_t headerBytes = (snp::parseCertificateTable(subject.inputs.evidence.auxBlob)->size() + 1) * 24;
            if (beside && i < headerBytes && i % 24 < 16) continue;
            AppraisalInputs changed = beside ? subject.inputs : alone;
            changed.evidence.auxBlob[i] ^= kMasks[i % 3];
            CHECK_MESSAGE(!isAccepted(changed), "table, byte " << i);
            changed.evidence.auxBlob.resize(i);
            CHECK_MESSAGE(!isAccepted(changed), "table cut to " << i);
        }
    }
}

}  // namespace

TEST_CASE("no changed byte and no truncation of genuine evidence, certificates or CRLs verifies") { sweepObjects(genuine()); }

TEST_CASE("no changed byte and no truncation of generated evidence, certificates or CRLs verifies") { sweepObjects(generated()); }

TEST_CASE("the whole appraisal refuses what its parts refuse")
{
    sweepWhole(genuine());
    sweepWhole(generated());
}

TEST_CASE("no changed byte and no truncation of a certificate table yields another chain")
{
    for (const Subject& subject : genuine()) {
        if (!subject.inputs.evidence.auxBlob.empty()) sweepTable(subject);
    }
    using World = tests::AmdWorld;
    World world;
    world.changes["table"] = [](Bytes&) {};
    sweepTable({"generated table", world.inputs(PolicyProfile::ChainOnly)});
}
