// SPDX-License-Identifier: GPL-3.0-or-later
// A study whose service runs on a product that its policy leaves to the quorum, as a desk sees it.
#include "core/study/product_acceptance.h"
#include "tests/enclave_client/desktop.h"

using namespace quorate;
using namespace quorate::tests;

namespace {

dsse::Envelope acceptanceOf(const SmallConsortium& consortium)
{
    const attestation::ProductAcceptance value{consortium.study(), "Genoa", "no other machines yet",
                                               toSeconds(consortium.clock()()) + std::chrono::hours(24), consortium.verified().policyDigest};
    auto out = dsse::sign(study::kinds::kProductAcceptance, study::encode(value), *consortium.custodians[0].signer).value();
    must(dsse::addSignature(out, *consortium.custodians[1].signer));
    return out;
}

}  // namespace

TEST_CASE("A desk shows the acceptance that a verdict rests on and by whom, without a service too")
{
    SmallConsortium consortium({.changePolicy = [](attestation::AppraisalPolicy& policy) { policy.productsUnderAcceptance = {"Genoa"}; }});
    Desktop desktop(consortium);
    const auto envelope = acceptanceOf(consortium);
    {
        const auto service = startService(consortium, simulated(consortium.serviceLaunch(), consortium.clock(), attestation::TeeKind::SevSnp));
        MemberSession session(consortium.coordinator(), service.address, consortium.verified(), consortium.anchors, consortium.clock(), systemRandom());
        session.useAcceptances(consortium.verified().roster, {envelope});
        must(requireAccepted(session.connect(false).value().result));
        must(session.publish(consortium.package));
        desktop.open(service.address, {&consortium.auditors.front()});
        REQUIRE(desktop.becomes(Connection::Refused));
        CHECK(desktop.shown()->acceptances.empty());
        desktop.desk.reset();

        must(session.connect());
        must(session.client().acceptProduct(consortium.study(), envelope));
        desktop.open(service.address, {&consortium.auditors.front()});
        REQUIRE(desktop.becomes(Connection::Connected));
        REQUIRE(desktop.until([&] { return desktop.shown()->acceptances.size() == 1; }));
        desktop.desk.reset();
    }
    desktop.open("", {&consortium.auditors.front()});
    const auto shown = desktop.shown();
    REQUIRE(shown->acceptances.size() == 1);
    CHECK(shown->acceptances[0].digest == envelope.payloadDigest());
    REQUIRE(shown->nodes.size() == 1);
    CHECK(shown->nodes[0].result.verdict == attestation::Verdict::TrainingOnly);
    REQUIRE(shown->nodes[0].acceptance);
    REQUIRE(shown->nodes[0].acceptance->signers.size() == 2);
    CHECK(shown->nodes[0].acceptance->signers[0] == consortium.custodians[0].member);
    CHECK(desktop.desk->status().evidenceAt);
}
