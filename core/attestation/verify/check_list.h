// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/appraisal.h"

namespace quorate::attestation {

/// What a check is, apart from its outcome.
struct CheckKind {
    const char* id;
    Question question;
    const char* source;
};

/// Collects checks in the order they are made, and every refusal. A check is judged once.
class CheckList {
public:
    explicit CheckList(PolicyProfile profile) : m_profile(profile) { m_checks.reserve(kUsualCount); }

    void pass(const CheckKind& kind, std::string found, std::string expected = {});
    /// Records a failure; `refusedAs` says what the caller can do about it.
    void fail(const CheckKind& kind, ErrorKind refusedAs, std::string found, std::string expected);
    /// Pass or fail by `ok`; returns `ok`.
    bool judge(const CheckKind& kind, bool ok, ErrorKind refusedAs, std::string found, std::string expected);
    /// Pass with `found`, or fail with the error's kind and message; returns whether it passed.
    bool judge(const CheckKind& kind, const Result<void>& result, std::string found, std::string expected);
    void notApplicable(const CheckKind& kind, std::string why);
    /// Collateral that the appraisal cannot do without: not checked, and refused as Unavailable, under every profile.
    void missing(const CheckKind& kind, const std::string& file);
    /// Collateral of another time: a failure that fresh collateral would mend, so Unavailable.
    void stale(const CheckKind& kind, std::string found, std::string expected);
    /// An input the appraiser did not give (reference values, transcript): not checked, and refused under every
    /// profile.
    void inputMissing(const CheckKind& kind, const std::string& input);
    /// Work that could not be done; blocks acceptance under the strict and standard profiles.
    void notChecked(const CheckKind& kind, std::string why);

    /// Not checked because an earlier check, which carries the refusal, did not pass.
    void skip(const CheckKind& kind, const CheckKind& because);

    [[nodiscard]] bool hasRefusals() const { return !m_refusals.empty(); }
    /// Moves checks, refusals, refusedAs and verdict into `result`.
    void finish(AppraisalResult& result);

private:
    static constexpr std::size_t kUsualCount = 64;

    void add(const CheckKind& kind, CheckOutcome outcome, std::string found, std::string expected);
    void refuse(const CheckKind& kind, int weight, ErrorKind refusedAs, std::string reason);

    PolicyProfile m_profile;
    std::vector<Check> m_checks;
    std::vector<Refusal> m_refusals;
    int m_weight = 0;
    ErrorKind m_refusedAs = ErrorKind::PolicyRefused;
};

}  // namespace quorate::attestation
