// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/clock.h"
#include "core/schema/data_dictionary.h"
#include "core/study/training_plan.h"

namespace quorate::study {

enum class StudyMode {
    Production,
    Training,  ///< A rehearsal: may use the demo root, and nothing it yields counts.
};

struct EthicsApproval {
    std::string number;
    UtcSeconds expires;
    bool operator==(const EthicsApproval&) const = default;
};

/// FHIR ResearchStudy.site, with what the trust protocol needs.
struct SiteSpec {
    Uuid id;
    std::string code;      ///< Short and stable: "cleveland".
    std::string name;      ///< "Cleveland"
    bool teeRequired = true;
    EthicsApproval ethics;
    bool operator==(const SiteSpec&) const = default;
};

/// One custodian's share, sealed by HPKE to the custodian's identity key at the split.
struct CustodianShare {
    Uuid custodian;
    Digest32 shareDigest;   ///< SHA-256 of the encoded share.
    Bytes sealedShare;
    bool operator==(const CustodianShare&) const = default;
};

struct QuorumRules {
    std::uint32_t threshold = 2;              ///< m of `shares.size()`.
    std::uint32_t distinctOrganisations = 2;  ///< The approvals must come from at least so many.
    Digest32 keyCommitment;                   ///< SHA-256("quorate/v1/key" ‖ K).
    std::vector<CustodianShare> shares;
    bool operator==(const QuorumRules&) const = default;
};

/// What a study is. Signed by its coordinator; the SHA-256 of the signed bytes is the study from then on.
struct StudyProtocol {
    Uuid id;
    std::string code;       ///< Typed to confirm decisions: "HEART-4".
    std::uint32_t version = 1;
    std::string title;
    std::string question;
    std::string lead;       ///< Role and organisation of the principal investigator.
    StudyMode mode = StudyMode::Production;
    schema::DataDictionary dictionary;
    ModelSpec model;
    TrainingPlan plan;
    std::vector<SiteSpec> sites;
    QuorumRules quorum;
    std::uint64_t keyEpoch = 1;
    Digest32 referenceValuesDigest;
    Digest32 policyDigest;
    Digest32 rosterDigest;
    UtcSeconds createdAt;
    bool pooledComparison = false;  ///< Training mode only.

    [[nodiscard]] const SiteSpec* findSite(const Uuid& site) const;
    bool operator==(const StudyProtocol&) const = default;
};

const char* nameOf(StudyMode mode);

/// Every rule that a protocol must meet before anyone is asked to sign it; all violations, one sentence each.
std::vector<std::string> violations(const StudyProtocol& protocol);

/// The signed payload and back. Bytes as received are what is hashed; decode never re-encodes.
Bytes encode(const StudyProtocol& protocol);
Result<StudyProtocol> decodeProtocol(BytesView payload);

}  // namespace quorate::study
