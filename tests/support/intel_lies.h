// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "tests/support/intel_world.h"

namespace quorate::tests {

using Key = IntelWorld::Key;
using Link = IntelWorld::Link;
using Checks = std::set<std::string>;
using Tell = std::function<void(IntelWorld&)>;
using Spoil = std::function<void(AppraisalInputs&)>;

inline const UtcSeconds kPast = IntelWorld::kPast;
inline const UtcSeconds kFuture = IntelWorld::kFuture;

/// One row: what is told, who must refuse it and why.
struct Lie {
    const char* name;
    Tell tell;
    Checks refusedBy;
    const char* reason;  ///< Part of the reason that the first of these checks gives.
    Spoil spoil = [](AppraisalInputs&) {};
};

/// Refused by these checks and no other, for this reason.
inline void checkRefused(const Lie& lie, const AppraisalInputs& inputs)
{
    const AppraisalResult result = appraise(inputs);
    Checks found;
    std::string reasons;
    for (const Refusal& refusal : result.refusals) {
        found.insert(refusal.check);
        reasons += "\n  " + refusal.check + ": " + refusal.reason;
    }
    INFO(std::string(lie.name) << " under " << std::string(nameOf(inputs.policy.profile)) << reasons);
    CHECK(result.verdict == Verdict::Refused);
    CHECK(found == lie.refusedBy);
    CHECK(reasons.find(lie.reason) != std::string::npos);
}

/// Each row under the policy that judges hardware only, and under the one of rehearsals.
inline void checkRows(const std::vector<Lie>& lies)
{
    for (const Lie& lie : lies) {
        IntelWorld world;
        lie.tell(world);
        AppraisalInputs inputs = world.build();
        lie.spoil(inputs);
        checkRefused(lie, inputs);
        checkRefused(lie, IntelWorld::asTraining(inputs));
    }
}

/// A row about the text of TCB info, which is signed after the change.
inline Tell info(const std::string& from, const std::string& to)
{
    return [=](IntelWorld& w) { w.tcbInfo = replaced(w.tcbInfo, from, to); };
}

inline Tell identity(const std::string& from, const std::string& to)
{
    return [=](IntelWorld& w) { w.qeIdentity = replaced(w.qeIdentity, from, to); };
}

inline Spoil without(const char* file)
{
    return [=](AppraisalInputs& in) { in.collateral.files.erase(file); };
}

inline void nothing(IntelWorld&) {}

inline constexpr char kLowLevel[] = R"("tcbLevels":[{"tcb":{"sgxtcbcomponents":[)";

inline std::string zeros(int count)
{
    std::string out;
    for (int i = 0; i < count; ++i) out += std::string(i == 0 ? "" : ",") + R"({"svn":0})";
    return out;
}

/// A platform level that every platform reaches.
inline std::string lowLevel(const char* status, int sgx = 16, int tdx = 16)
{
    return R"({"tcb":{"sgxtcbcomponents":[)" + zeros(sgx) + R"(],"pcesvn":0,"tdxtcbcomponents":[)" + zeros(tdx) +
           R"(]},"tcbDate":"2024-03-13T00:00:00Z","tcbStatus":")" + status + "\"}";
}

/// Puts levels in front of the honest one, where their order does not belong.
inline Tell levelsInFront(const std::string& levels)
{
    return info(kLowLevel, R"("tcbLevels":[)" + levels + R"(,{"tcb":{"sgxtcbcomponents":[)");
}

inline const Checks kBothSigners{"tdx.tcb-info.chain", "tdx.qe-identity.chain"};

}  // namespace quorate::tests
