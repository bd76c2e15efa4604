// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/attestation/evidence.h"

namespace quorate::attestation {

/// Digests that the approved program must show. An empty set refuses every value of that register.
struct ReferenceValues {
    std::uint32_t version = 0;
    std::string programVersion;               ///< For people: which build these values belong to.
    struct Tdx {
        std::set<Digest48> mrtd;
        std::set<Digest48> rtmr0;
        std::set<Digest48> rtmr1;
        std::set<Digest48> rtmr2;
        std::set<Digest48> rtmr3;
        std::set<Digest48> mrseam;            ///< TDX module measurement.
        bool operator==(const Tdx&) const = default;
    } tdx;
    struct SevSnp {
        std::set<Digest48> measurement;
        bool operator==(const SevSnp&) const = default;
    } sevSnp;
    std::map<std::uint8_t, std::set<Digest32>> vtpmPcrs{};  ///< By PCR index; each that is named must show one of its values.
    bool operator==(const ReferenceValues&) const = default;
};

enum class PolicyProfile {
    Strict,
    Standard,
    Training,   ///< The only one that accepts the demo root, and only for a study in training mode.
    ChainOnly,  ///< Diagnostic: judges genuineness and TCB status, never the program; cannot be stored in a study.
};

const char* nameOf(PolicyProfile profile);

/// What is acceptable (trust protocol, section 4). Typed and versioned; empty sets refuse. DEBUG and MIGRATE_MA are
/// refused with no override, so there is no field for them.
struct AppraisalPolicy {
    std::uint32_t version = 0;
    PolicyProfile profile = PolicyProfile::Standard;
    std::set<TeeKind> acceptedTees;
    std::set<std::string> acceptedProducts;      ///< "TDX", "Milan", "Genoa", "Turin".
    std::set<std::string> acceptedTcbStatuses;   ///< Intel's vocabulary: "UpToDate", ...; also used for the QE.
    std::uint32_t minTcbEvaluationDataNumber = 0;
    std::uint32_t reattestMinutes = 30;
    std::uint32_t maxVmpl = 0;
    bool acceptVlek = false;
    bool operator==(const AppraisalPolicy&) const = default;
};

/// The shipped profiles, fresh values each time.
AppraisalPolicy shippedPolicy(PolicyProfile profile);

}  // namespace quorate::attestation
