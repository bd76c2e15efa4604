// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <concepts>
#include <type_traits>

#include "core/attestation/policy/policy.h"

namespace quorate::attestation {

/// A bit field with the words that stand for its bits.
template <typename Number>
struct Bits {
    Number& value;
    std::span<const BitWord> words;
};
template <typename Number>
Bits(Number&, std::span<const BitWord>) -> Bits<Number>;

template <typename Rule>
struct RuledBits {
    Rule& rule;
    std::span<const BitWord> words;
};
template <typename Rule>
RuledBits(Rule&, std::span<const BitWord>) -> RuledBits<Rule>;

/// Every term once, under its name in a policy file, for reading, writing and hashing alike: `visit.term(name, value)`.
template <typename Visitor, typename Policy>
    requires std::same_as<std::remove_const_t<Policy>, AppraisalPolicy>
void visitTerms(Visitor& visit, Policy& policy)
{
    visit.term("acceptedTees", policy.acceptedTees);
    visit.term("acceptedProducts", policy.acceptedProducts);
    visit.term("productsUnderAcceptance", policy.productsUnderAcceptance);
    visit.term("acceptedTcbStatuses", policy.acceptedTcbStatuses);
    visit.term("minTcbEvaluationDataNumber", policy.minTcbEvaluationDataNumber);
    visit.term("maxCollateralAgeDays", policy.maxCollateralAgeDays);
    visit.term("reattestMinutes", policy.reattestMinutes);
    visit.term("maxVmpl", policy.maxVmpl);
    visit.term("acceptVcek", policy.acceptVcek);
    visit.term("acceptVlek", policy.acceptVlek);
}

template <typename Visitor, typename Policy>
    requires std::same_as<std::remove_const_t<Policy>, SnpPolicy>
void visitTerms(Visitor& visit, Policy& policy)
{
    visit.term("minimumTcb", policy.minimumTcb);
    visit.term("guestPolicy", RuledBits{policy.guestPolicy, kGuestPolicyWords});
    visit.term("minimumAbi", policy.minimumAbi);
    visit.term("platformInfo", RuledBits{policy.platformInfo, kPlatformInfoWords});
    visit.term("requiredLaunchMitigations", policy.requiredLaunchMitigations);
    visit.term("requiredCurrentMitigations", policy.requiredCurrentMitigations);
    visit.term("vlekCspIds", policy.vlekCspIds);
    visit.term("idKeyDigests", policy.idKeyDigests);
    visit.term("authorKeyDigests", policy.authorKeyDigests);
    visit.term("minimumGuestSvn", policy.minimumGuestSvn);
    visit.term("familyIds", policy.familyIds);
    visit.term("imageIds", policy.imageIds);
    visit.term("chipIds", policy.chipIds);
}

template <typename Visitor, typename Policy>
    requires std::same_as<std::remove_const_t<Policy>, TdxPolicy>
void visitTerms(Visitor& visit, Policy& policy)
{
    visit.term("requiredAttributes", Bits{policy.requiredAttributes, kTdAttributeWords});
    visit.term("allowedAttributes", Bits{policy.allowedAttributes, kTdAttributeWords});
    visit.term("requiredXfam", policy.requiredXfam);
    visit.term("allowedXfam", policy.allowedXfam);
    visit.term("allowedSeamAttributes", policy.allowedSeamAttributes);
    visit.term("serviceTds", policy.serviceTds);
    visit.term("owners", policy.owners);
    visit.term("ownerConfigs", policy.ownerConfigs);
    visit.term("platformInstances", policy.platformInstances);
    visit.term("requireEventLog", policy.requireEventLog);
}

}  // namespace quorate::attestation
