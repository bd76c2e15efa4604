// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/attestation/policy/policy_file.h"

using namespace quorate;
using namespace quorate::attestation;

namespace {

Result<AppraisalPolicy> parse(const std::string& members)
{
    return parsePolicyFile(asBytes(R"({"format":"quorate-appraisal-policy/1","version":4,"profile":"standard")" + members + "}"));
}

}  // namespace

TEST_CASE("every profile and a policy with every term changed read back as they were written")
{
    for (const auto profile : {PolicyProfile::Strict, PolicyProfile::Standard, PolicyProfile::Training, PolicyProfile::ChainOnly}) {
        const AppraisalPolicy policy = shippedPolicy(profile);
        CHECK(*parsePolicyFile(asBytes(writePolicyFile(policy))) == policy);
        CHECK(contradictions(policy).empty());
    }
    AppraisalPolicy policy = shippedPolicy(PolicyProfile::Standard);
    policy.acceptedTcbStatuses["OutOfDate"] = *parseRfc3339("2026-12-31T00:00:00Z");
    policy.acceptVlek = true;
    policy.snp.vlekCspIds.values = {"CN=example"};
    policy.snp.minimumAbi = {1, 55};
    policy.snp.platformInfo = {.required = 1ull << 5, .forbidden = 1ull << 7};
    policy.snp.requiredLaunchMitigations = 0x8000000000000001ull;
    policy.snp.chipIds = {};
    policy.snp.chipIds.values.insert(Digest64{{1}});
    policy.tdx.requiredAttributes |= 1ull << 63;
    policy.tdx.owners = {};
    policy.tdx.requireEventLog = false;
    CHECK(*parsePolicyFile(asBytes(writePolicyFile(policy))) == policy);
}

TEST_CASE("a member replaces one term and leaves the profile's others")
{
    AppraisalPolicy wanted = shippedPolicy(PolicyProfile::Standard);
    wanted.version = 4;
    CHECK(*parse("") == wanted);
    wanted.maxVmpl = 2;
    wanted.snp.platformInfo.required = 1ull << 5;
    CHECK(*parse(R"(,"maxVmpl":2,"sevSnp":{"platformInfo":{"required":["alias-check-complete"],"forbidden":[]}})") == wanted);
}

TEST_CASE("what the format does not know, repeats, contradicts or cannot mean is refused")
{
    for (const char* members : {
             R"(,"maxVMPL":2)", R"(,"maxVmpl":1,"maxVmpl":2)", R"(,"maxVmpl":-1)", R"(,"maxVmpl":"2")", R"(,"sevSnp":[])",
             R"(,"sevSnp":{"debug":true})", R"(,"sevSnp":{"guestPolicy":{"required":["debug"],"forbidden":[]}})",
             R"(,"sevSnp":{"guestPolicy":{"required":["smt"]}})",
             R"(,"sevSnp":{"guestPolicy":{"required":["smt"],"forbidden":["smt"]}})", R"(,"sevSnp":{"minimumTcb":{}})",
             R"(,"sevSnp":{"chipIds":"all"})", R"(,"sevSnp":{"chipIds":["00"]})", R"(,"sevSnp":{"minimumAbi":"1"})",
             R"(,"sevSnp":{"minimumAbi":"1.256"})", R"(,"sevSnp":{"requiredLaunchMitigations":3})", R"(,"acceptVlek":true,"sevSnp":{"vlekCspIds":[]})",
             R"(,"tdx":{"requiredAttributes":["perfmon"],"allowedAttributes":["sept-ve-disable"]})",
             R"(,"tdx":{"allowedAttributes":["migratable"]})", R"(,"acceptedTcbStatuses":["UpToDate"])",
             R"(,"acceptedTcbStatuses":{"OutOfDate":"soon"})", R"(,"productsUnderAcceptance":["Rome"])"}) {
        const auto policy = parse(members);
        CHECK_MESSAGE(!policy, members);
        if (!policy) CHECK_MESSAGE(policy.error().kind == ErrorKind::Malformed, members);
    }
    CHECK_FALSE(parsePolicyFile(asBytes("{}")));
    CHECK_FALSE(parsePolicyFile(asBytes(R"({"format":1})")));
    CHECK_FALSE(parsePolicyFile(asBytes(R"({"format":"quorate-appraisal-policy/1","version":1,"profile":"lax"})")));
    CHECK_FALSE(parsePolicyFile(asBytes(R"({"format":"quorate-appraisal-policy/1","version":1,"profile":"chain-only","maxVmpl":0})")));
}
