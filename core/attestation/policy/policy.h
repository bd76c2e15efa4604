// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/attestation/evidence.h"
#include "core/attestation/policy/terms.h"
#include "core/base/clock.h"

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
    bool operator==(const ReferenceValues&) const = default;
};

enum class PolicyProfile {
    Strict,
    Standard,
    Training,   ///< The only one that accepts the demo root, and only for a study in training mode.
    ChainOnly,  ///< Diagnostic: judges genuineness and TCB status, never the program; cannot be stored in a study.
};

const char* nameOf(PolicyProfile profile);

/// What a SEV-SNP guest and its host must show beyond a genuine chain.
struct SnpPolicy {
    /// Least TCB by product, component by component: old firmware has known holes. A product without an entry is refused.
    std::map<std::string, SnpTcbMinimum> minimumTcb;
    /// What the owner fixed at launch: SMT shares a core between strangers, CXL memory lies outside the package, a single
    /// socket keeps memory from crossing boards, AES-256-XTS, RAPL and ciphertext hiding close measured side channels.
    BitRule guestPolicy;
    AbiVersion minimumAbi;  ///< Least firmware interface that the guest demands of its host.
    /// What the host reports of itself: the alias check tells that memory is not mirrored (BadRAM), ciphertext hiding and
    /// RAPL concern side channels, ECC and TSME integrity and theft of memory.
    BitRule platformInfo;
    std::uint64_t requiredLaunchMitigations = 0;   ///< Mitigation bits that held at launch (report version 5).
    std::uint64_t requiredCurrentMitigations = 0;  ///< Mitigation bits that hold now (report version 5).
    AllowList<std::string> vlekCspIds;     ///< Providers whose fleet key may sign; a VLEK names no chip.
    AllowList<Digest48> idKeyDigests;      ///< Who vouched for the launch: SHA-384 of the ID key; zero is none.
    AllowList<Digest48> authorKeyDigests;  ///< Who vouched for that ID key; zero is none.
    std::uint32_t minimumGuestSvn = 0;     ///< Keeps an older image of the same family out.
    AllowList<FixedBytes<16>> familyIds;   ///< Which family of images the ID block names.
    AllowList<FixedBytes<16>> imageIds;    ///< Which image the ID block names.
    AllowList<FixedBytes<64>> chipIds;     ///< The machines themselves (CHIP_ID); masked is zero.
    bool operator==(const SnpPolicy&) const = default;
};

/// What a TD and its platform must show beyond a genuine chain.
struct TdxPolicy {
    std::uint64_t requiredAttributes = 0;  ///< TDATTRIBUTES: SEPT_VE_DISABLE keeps the host from injecting faults.
    std::uint64_t allowedAttributes = 0;   ///< Every other bit refuses: what it would allow is not known.
    std::uint64_t requiredXfam = 0;        ///< Processor state that must be there (x87, SSE).
    std::uint64_t allowedXfam = 0;         ///< Processor state that may be there.
    std::uint64_t allowedSeamAttributes = 0;      ///< The module's own attributes; a production module has none.
    AllowList<Digest48> serviceTds;               ///< MRSERVICETD: zero is no service TD, which could migrate this one.
    AllowList<Digest48> owners;                   ///< MROWNER.
    AllowList<Digest48> ownerConfigs;             ///< MROWNERCONFIG.
    AllowList<FixedBytes<16>> platformInstances;  ///< The machines themselves (platform instance id of the PCK).
    bool requireEventLog = true;  ///< Registers are believed only with a log that leads to them, event by event.
    bool operator==(const TdxPolicy&) const = default;
};

/// What is acceptable (trust protocol, section 4). Typed and versioned; a fresh value refuses everything, and what asks
/// nothing says so. DEBUG, MIGRATE_MA and TDX's MIGRATABLE are refused with no override, so there is no field for them.
struct AppraisalPolicy {
    std::uint32_t version = 0;
    PolicyProfile profile = PolicyProfile::Standard;
    std::set<TeeKind> acceptedTees;
    std::set<std::string> acceptedProducts;  ///< "TDX", "Milan", "Genoa", "Turin".
    /// Products that count only while an acceptance by the study's quorum holds.
    std::set<std::string> productsUnderAcceptance;
    /// Intel's vocabulary ("UpToDate", ...), for SEV-SNP too. With a time: accepted until then, refused after it.
    std::map<std::string, std::optional<UtcSeconds>> acceptedTcbStatuses;
    std::uint32_t minTcbEvaluationDataNumber = 0;  ///< Keeps yesterday's judgement of a TCB from being presented today.
    /// Greatest age of TCB info, QE identity and AMD's revocation list, counted from their issue.
    std::uint32_t maxCollateralAgeDays = 0;
    std::uint32_t reattestMinutes = 30;
    std::uint32_t maxVmpl = 0;  ///< A report asked for at a lower privilege comes from less trusted code.
    bool acceptVcek = false;    ///< The chip's own key may sign.
    bool acceptVlek = false;    ///< A provider's fleet key may sign, if `snp.vlekCspIds` names the provider.
    SnpPolicy snp;
    TdxPolicy tdx;
    bool operator==(const AppraisalPolicy&) const = default;
};

/// The shipped profiles, fresh values each time.
AppraisalPolicy shippedPolicy(PolicyProfile profile);

/// Terms that contradict each other or can never be met, one sentence each; empty for a policy that somebody could meet.
std::vector<std::string> contradictions(const AppraisalPolicy& policy);

}  // namespace quorate::attestation
