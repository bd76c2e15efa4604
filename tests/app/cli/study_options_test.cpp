// SPDX-License-Identifier: GPL-3.0-or-later
// An appraisal under a study's own policy, which wants an acceptance of the machine's product line by the quorum.
#include "core/attestation/input_files.h"
#include "core/study/product_acceptance.h"
#include "core/study/reference_codec.h"
#include "core/study/study_package.h"
#include "tests/app/cli/run_quoratectl.h"
#include "tests/core/study/sample_protocol.h"
#include "tests/support/amd_world.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::attestation;
using tests::quoratectl;

namespace {

/// A study in training mode whose policy wants Milan accepted, a Milan machine that answers it, and all of it as files.
class Study {
public:
    Study()
    {
        for (std::uint8_t i = 0; i < 4; ++i) addMember(i);
        AppraisalPolicy policy = shippedPolicy(PolicyProfile::Training);
        policy.acceptedProducts.insert("Milan");
        policy.productsUnderAcceptance = {"Milan"};
        ReferenceValues values;
        values.version = 1;
        values.sevSnp.measurement = {Digest48{}};
        study::StudyPackage package;
        package.roster = *dsse::sign(study::kinds::kRoster, study::encode(m_roster), m_root);
        package.policy = *dsse::sign(study::kinds::kPolicy, *study::encode(policy), m_root);
        package.referenceValues = *dsse::sign(study::kinds::kReferenceValues, study::encode(values), m_keys.back());
        m_protocol.rosterDigest = package.roster.payloadDigest();
        m_protocol.policyDigest = package.policy.payloadDigest();
        m_protocol.referenceValuesDigest = package.referenceValues.payloadDigest();
        package.protocol = *dsse::sign(study::kinds::kProtocol, study::encode(m_protocol), m_keys.back());
        write("package.json", study::toJson(package));
        CertificateSpec root;
        root.commonName = "Root";
        root.notBefore = tests::AmdWorld::start();
        root.notAfter = tests::AmdWorld::end();
        root.isCa = true;
        const IssuerKey rootKey = IssuerKey::fromEc(m_root);
        write("root.pem", issueCertificate(root, rootKey.handle(), rootKey, nullptr)->toPem());
        const IssuerKey otherKey = IssuerKey::fromEc(m_keys.front());
        write("other-root.pem", issueCertificate(root, otherKey.handle(), otherKey, nullptr)->toPem());
        writeMachine();
        writeAcceptance("acceptance.json", 2);
        writeAcceptance("one.json", 1);
    }
    [[nodiscard]] std::string arg(const std::string& name) const { return "\"" + (m_folder.path() / name).string() + "\""; }
    [[nodiscard]] tests::Outcome appraise(const std::string& options) const
    {
        return quoratectl("appraise " + arg("report.bin") + " --json --at " + formatRfc3339(tests::AmdWorld::now()) + " --collateral " +
                          arg("") + " --transcript " + arg("transcript.json") + " --demo-anchors " + arg("anchors.json") + options);
    }
    [[nodiscard]] std::string named() const { return " --study-package " + arg("package.json") + " --root " + arg("root.pem"); }

private:
    void write(const std::string& name, const std::string& text) const { tests::writeBytes(m_folder.path() / name, asBytes(text)); }
    /// Three custodians, then the coordinator.
    void addMember(std::uint8_t i)
    {
        m_keys.push_back(std::move(*SigningKey::generate(EcCurve::P256)));
        study::Member member;
        member.id = tests::uuid(i < 3 ? static_cast<std::uint8_t>(11 + i) : 50);
        member.name = "Member " + std::to_string(i);
        member.organisation = "Organisation " + std::to_string(i);
        member.role = i < 3 ? study::Role::Custodian : study::Role::Coordinator;
        member.signingKeySpki = m_keys.back().publicKey().spki();
        m_roster.members.push_back(std::move(member));
    }
    void writeMachine() const
    {
        tests::AmdWorld world(snp::Product::Milan);
        Transcript transcript;
        transcript.study = m_protocol.id;
        transcript.policyDigest = m_protocol.policyDigest;
        world.bind(transcript);
        const AppraisalInputs inputs = world.inputs(PolicyProfile::Training);
        tests::writeBytes(m_folder.path() / "report.bin", inputs.evidence.blob);
        for (const auto& [name, bytes] : inputs.collateral.files) tests::writeBytes(m_folder.path() / name, bytes);
        write("transcript.json", writeTranscriptFile(transcript));
        write("anchors.json", writeDemoAnchorsFile(inputs.anchors));
    }
    void writeAcceptance(const std::string& name, std::size_t signers) const
    {
        const ProductAcceptance acceptance{m_protocol.id, "Milan", "no other machines until March",
                                           tests::AmdWorld::now() + std::chrono::hours(24 * 30), m_protocol.policyDigest};
        auto envelope = *dsse::sign(study::kinds::kProductAcceptance, study::encode(acceptance), m_keys[0]);
        for (std::size_t i = 1; i < signers; ++i) REQUIRE(dsse::addSignature(envelope, m_keys[i]));
        write(name, dsse::toJson(envelope));
    }

    tests::TemporaryFolder m_folder;
    SigningKey m_root = std::move(*SigningKey::generate(EcCurve::P256));
    std::vector<SigningKey> m_keys;
    study::Roster m_roster;
    study::StudyProtocol m_protocol = tests::sampleProtocol();
};

/// One for all tests: AMD's RSA keys take seconds.
const Study& sampleStudy()
{
    static const Study made;
    return made;
}

}  // namespace

TEST_CASE("a machine of a product under acceptance is accepted with the quorum's acceptance, and refused without it")
{
    const Study& made = sampleStudy();
    const tests::Outcome without = made.appraise(made.named());
    INFO(without.output);
    CHECK(without.code == 1);
    const auto refused = without.parsed();
    REQUIRE(refused["refusals"].size() == 1);
    CHECK(refused["refusals"][0]["check"] == "policy.product-acceptance");
    const tests::Outcome with = made.appraise(made.named() + " --acceptance " + made.arg("acceptance.json"));
    INFO(with.output);
    CHECK(with.code == 0);
    CHECK(with.output.find("no other machines until March") != std::string::npos);
    CHECK(with.parsed()["inputDigests"].contains("productAcceptance"));
}

TEST_CASE("an acceptance of too few, a package of another root and names that do not go together are told apart")
{
    const Study& made = sampleStudy();
    const tests::Outcome one = made.appraise(made.named() + " --acceptance " + made.arg("one.json"));
    CHECK(one.code == 3);
    CHECK(one.output.find("1 custodians signed, want 2") != std::string::npos);
    CHECK(made.appraise(" --study-package " + made.arg("package.json") + " --root " + made.arg("other-root.pem")).code == 3);
    CHECK(made.appraise(made.named() + " --acceptance " + made.arg("package.json")).code == 3);
    CHECK(made.appraise(made.named() + " --policy training").code == 2);
    CHECK(made.appraise(made.named() + " --reference " + made.arg("package.json")).code == 2);
    CHECK(made.appraise(" --study-package " + made.arg("package.json")).code == 2);
    CHECK(made.appraise(" --acceptance " + made.arg("acceptance.json")).code == 2);
}
