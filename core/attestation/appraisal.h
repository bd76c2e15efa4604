// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/attestation/eventlog/replay.h"
#include "core/attestation/evidence.h"
#include "core/attestation/policy/policy.h"
#include "core/attestation/policy/product_acceptance.h"
#include "core/attestation/transcript.h"
#include "core/attestation/trust/trust_anchors.h"
#include "core/base/clock.h"

namespace quorate::attestation {

class AppraisalMemo;

/// `NotChecked` names work this build cannot do or input it was not given; it is never counted as a pass.
enum class CheckOutcome { Pass, Fail, NotApplicable, NotChecked };

const char* nameOf(CheckOutcome outcome);  ///< "pass", "fail", "not-applicable", "not-checked".

/// The five questions of the attestation page's first layer.
enum class Question { Genuine, UpToDate, ApprovedProgram, Locked, KeyInsideAndFresh };

/// One check with its input, expectation and outcome. `id` is stable ("tdx.pck-chain.signature"); ui/text and the
/// command line own the sentence for it.
struct Check {
    std::string id;
    Question question = Question::Genuine;
    CheckOutcome outcome = CheckOutcome::NotChecked;
    std::string found;
    std::string expected;
    std::string source;  ///< The rule's source: "Intel DCAP QVL, TCB evaluation", "AMD 56860 table 23".
    bool operator==(const Check&) const = default;
};

enum class Verdict {
    Accepted,      ///< Every check that applies passed.
    TrainingOnly,  ///< Passed under the training profile; means nothing outside a rehearsal.
    Refused,
};

const char* nameOf(Verdict verdict);  ///< JSON: "accepted" (also for TrainingOnly, beside "mode": "training") or "refused".

struct Refusal {
    std::string check;   ///< Check::id.
    std::string reason;  ///< What is and what is wanted.
    bool operator==(const Refusal&) const = default;
};

/// Plain result of one appraisal: the same inputs give the same value on every machine.
struct AppraisalResult {
    Verdict verdict = Verdict::Refused;
    ErrorKind refusedAs = ErrorKind::PolicyRefused;  ///< Malformed, Untrusted, Unavailable (collateral) or PolicyRefused.
    TeeKind tee = TeeKind::Tdx;
    std::string product;                 ///< "TDX 1.0", "TDX 1.5", "Genoa", ...
    PolicyProfile profile = PolicyProfile::Standard;
    bool demoAnchors = false;
    std::string tcbStatus;               ///< Intel's word; for SEV-SNP "UpToDate" when the TCB equals the certificate's.
    std::vector<std::string> advisoryIds;
    std::vector<Check> checks;           ///< In the order they were made.
    std::vector<Refusal> refusals;       ///< All of them.
    std::map<std::string, std::string> claims;  ///< Field name (mrtd, reportData, chipId, ...) to lower-case hex or text.
    std::optional<eventlog::Replay> eventLog;   ///< TDX: what the log holds and leads to; absent when there is none to read.
    std::map<std::string, Digest32> inputDigests;
    UtcSeconds appraisedAt;

    [[nodiscard]] std::size_t count(CheckOutcome outcome) const;
    bool operator==(const AppraisalResult&) const = default;
};

struct AppraisalInputs {
    Evidence evidence;
    Collateral collateral;
    AppraisalPolicy policy;
    std::optional<ReferenceValues> referenceValues;  ///< Absent: nothing is accepted, except under ChainOnly.
    std::optional<ProductAcceptance> productAcceptance;  ///< As study::verifyProductAcceptance gave it.
    std::optional<Transcript> transcript;            ///< What report_data must bind; absent: not checked.
    std::optional<Bytes> referenceLog;               ///< A CCEL whose events the evidence's log must show.
    std::optional<Bytes> vtpmNonce;                  ///< What a vTPM quote must carry; absent: what the transcript binds.
    TrustAnchors anchors;
    bool trainingMode = false;                       ///< The study's mode; demo anchors count only with it.
    UtcSeconds at;
};

/// A pure function: parses, verifies and judges. Never throws; malformed input is a refusal like any other.
AppraisalResult appraise(const AppraisalInputs& inputs);
/// The same result, sooner when `memo` knows the collateral: for whoever appraises the same platforms again and again.
AppraisalResult appraise(const AppraisalInputs& inputs, AppraisalMemo& memo);

/// Made only from an appraisal that did not refuse and whose report_data matched a transcript: what a key may be sealed to.
class VerifiedEvidence {
public:
    static Result<VerifiedEvidence> from(const AppraisalInputs& inputs, const AppraisalResult& result);

    [[nodiscard]] const Transcript& transcript() const { return m_transcript; }
    [[nodiscard]] const Evidence& evidence() const { return m_evidence; }
    [[nodiscard]] const AppraisalResult& result() const { return m_result; }

private:
    VerifiedEvidence() = default;
    Transcript m_transcript;
    Evidence m_evidence;
    AppraisalResult m_result;
};

/// The JSON of the command-line contract: verdict, mode, tee, product, tcbStatus, advisoryIds, checks, refusals, claims,
/// inputDigests. Keys in a fixed order; two spaces of indentation.
std::string toJson(const AppraisalResult& result);

/// One field of a quote or report, for `inspect` and the expert layer.
struct EvidenceField {
    std::size_t offset = 0;
    std::size_t sizeBytes = 0;
    std::string name;     ///< The manual's name: "MRTD", "GUEST_POLICY".
    std::string hex;
    std::string meaning;  ///< Decoded value where there is one: "ABI 0.31, SMT allowed".
};

/// Every field with offset and meaning; judges nothing. Fails only when the bytes cannot be parsed.
Result<std::vector<EvidenceField>> inspect(const Evidence& evidence);

}  // namespace quorate::attestation
