// SPDX-License-Identifier: GPL-3.0-or-later
// A fake AMD tells one lie per row; each must be refused by the check that is about it, and for its own reason.
#include <doctest/doctest.h>

#include "core/attestation/verify/der_reader.h"
#include "tests/support/amd_world.h"

using namespace quorate;
using namespace quorate::attestation;
using World = tests::AmdWorld;
using Names = std::set<std::string>;

namespace {

constexpr std::chrono::seconds kSecond{1};
const std::string kArc = "1.3.6.1.4.1.3704.1";

Names refusedChecks(const AppraisalResult& result)
{
    Names out;
    for (const Refusal& refusal : result.refusals) out.insert(refusal.check);
    return out;
}

std::string reasonsOf(const AppraisalResult& result)
{
    std::string out;
    for (const Refusal& refusal : result.refusals) out += "\n  " + refusal.check + ": " + refusal.reason;
    return out;
}

bool gives(const AppraisalResult& result, const std::string& check, const std::string& reason)
{
    return std::any_of(result.refusals.begin(), result.refusals.end(), [&](const Refusal& refusal) {
        return refusal.check == check && refusal.reason.find(reason) != std::string::npos;
    });
}

struct Lie {
    const char* name;
    std::function<void(World&)> tell;
    Names refusedBy;     ///< All the checks that refuse under chain-only.
    const char* reason;  ///< Part of the reason of the one that is about the lie, the first by name.
};

/// Chain-only finds exactly the row's checks; training, which judges more, finds them too.
void checkLies(const std::vector<Lie>& lies, const World& truth)
{
    for (const Lie& lie : lies) {
        World world = truth;
        lie.tell(world);
        const AppraisalResult result = appraise(world.inputs(PolicyProfile::ChainOnly));
        INFO(std::string(lie.name) << reasonsOf(result));
        CHECK(refusedChecks(result) == lie.refusedBy);
        CHECK(gives(result, *lie.refusedBy.begin(), lie.reason));
        CHECK(result.verdict == Verdict::Refused);
        const AppraisalResult training = appraise(world.inputs(PolicyProfile::Training));
        CHECK(training.verdict == Verdict::Refused);
        for (const std::string& check : lie.refusedBy) CHECK(gives(training, check, {}));
    }
}

/// Copies share pointers to nothing of their own, so a truth can be made once and copied for each row.
const World& genoa()
{
    static const World made;
    return made;
}
const World& provider()
{
    static const World made(World::Product::Genoa, true);
    return made;
}
const World& turin()
{
    static const World made(World::Product::Turin);
    return made;
}

World::Change flipLast()
{
    return [](Bytes& file) { file.back() ^= 1; };
}

World::Change setByte(std::size_t at, std::uint8_t value)
{
    return [at, value](Bytes& file) { file[at] = value; };
}

const Names kChain{"snp.chain.signatures"};
const Names kFormat{"snp.format"};
const Names kValidity{"snp.chain.validity"};
const Names kChip{"snp.chip-id"};
const Names kOrder{"snp.tcb.order"};
const Names kCertified{"snp.tcb.certificate"};
/// Nothing after an unreadable VEK can be checked, and nothing of it is guessed.
const Names kExtensions{"snp.vek.extensions"};

}  // namespace

TEST_CASE("the truth is accepted: each product, chip and provider, DER and PEM, collateral and table")
{
    for (const World::Product product : {World::Product::Milan, World::Product::Genoa, World::Product::Turin}) {
        for (const bool vlek : {false, true}) {
            for (const bool tableOnly : {false, true}) {
                World world(product, vlek);
                world.tableOnly = tableOnly;
                world.pem = tableOnly;
                const AppraisalResult result = appraise(world.inputs(PolicyProfile::ChainOnly));
                INFO(snp::nameOf(product) << reasonsOf(result));
                CHECK(result.verdict == Verdict::Accepted);
                CHECK(result.product == snp::nameOf(product));
                CHECK(result.count(CheckOutcome::NotChecked) == 0);
            }
        }
    }
    CHECK(appraise(genoa().inputs(PolicyProfile::Training)).verdict == Verdict::TrainingOnly);
}

TEST_CASE("genuine oddities are no lies")
{
    const std::vector<std::pair<const char*, std::function<void(World&)>>> oddities = {
        {"HWID that begins like an INTEGER", [](World& w) { w.setChip(Bytes(64, 0x02)); }},
        {"HWID that begins like an OCTET STRING", [](World& w) { w.setChip(Bytes(64, 0x04)); }},
        {"HWID that begins like a SEQUENCE", [](World& w) { w.setChip(Bytes(64, 0x30)); }},
        {"HWID in an OCTET STRING", [](World& w) { w.extensionValues[kArc + ".4"] = derEncode(kDerOctetString, Bytes(64, 4)); }},
        {"microcode above 127, two octets", [](World& w) { w.extensionValues[kArc + ".3.8"] = {2, 2, 0, 0xdb}; }},
        {"Bergamo", [](World& w) { w.report[0x189] = 0xa0; }},
        {"Siena", [](World& w) { w.report[0x189] = 0xaf; }},
        {"version 4", [](World& w) { w.report[0x00] = 4; }},
        {"version 5 with mitigation vectors", [](World& w) { w.report[0x00] = 5, w.report[0x1f8] = 0x3f, w.report[0x200] = 0x3f; }},
        {"version 2, which names no CPU", [](World& w) { w.report[0x00] = 2, w.report[0x188] = 0, w.report[0x189] = 0; }},
        {"an unknown bit of PLATFORM_INFO", [](World& w) { w.report[0x40] = 0x65; }},
        {"reported below committed below current",
         [](World& w) {
             w.setTcb(0x1e0, {.fmc = 0, .bootLoader = 10, .tee = 1, .snp = 24, .microcode = 219});
             w.setTcb(0x038, {.fmc = 0, .bootLoader = 11, .tee = 1, .snp = 24, .microcode = 220});
         }},
        {"launched under a TCB of another day", [](World& w) { w.setTcb(0x1f0, {.fmc = 0, .bootLoader = 9, .tee = 9, .snp = 9, .microcode = 9}); }},
        {"author key", [](World& w) { w.report[0x48] = 1, w.report[0x110] = 9; }},
        {"chip key masked", [](World& w) { w.report[0x48] = 2; }},
        {"CRL that names the retired intermediate", [](World& w) { w.revoked = {Bytes{9}}; }},
        {"CRL that lists a VEK's serial number, which all VEKs share", [](World& w) { w.revoked = {Bytes{0}}; }},
        {"PEM with a NUL at its end", [](World& w) { w.pem = true, w.changes["vek.der"] = [](Bytes& file) { file.push_back(0); }; }},
        {"a table beside the same collateral", [](World& w) { w.changes["table"] = [](Bytes&) {}; }},
    };
    for (const auto& [name, tell] : oddities) {
        World world = genoa();
        tell(world);
        const AppraisalResult result = appraise(world.inputs(PolicyProfile::ChainOnly));
        CHECK_MESSAGE(result.verdict == Verdict::Accepted, name << reasonsOf(result));
    }
    World wrapped = turin();
    wrapped.extensionValues[kArc + ".4"] = derEncode(kDerOctetString, Bytes(8, 4));
    CHECK(appraise(wrapped.inputs(PolicyProfile::ChainOnly)).verdict == Verdict::Accepted);
}

TEST_CASE("lies in the chain")
{
    checkLies({
        {"root of another product", [](World& w) { w.ark.name = "ARK-Milan"; }, kChain, "want SEV-VCEK < SEV-Genoa < ARK-Genoa"},
        {"root whose name has one more letter", [](World& w) { w.ark.name = "ARK-Genoa2"; }, kChain, "< ARK-Genoa2"},
        {"ASVK for the ASK", [](World& w) { w.ask.name = "SEV-VLEK-Genoa"; }, kChain, "SEV-VCEK < SEV-VLEK-Genoa"},
        {"ASK of another product", [](World& w) { w.ask.name = "SEV-Turin"; }, kChain, "SEV-VCEK < SEV-Turin"},
        {"VCEK named VLEK", [](World& w) { w.vek.name = "SEV-VLEK"; }, kChain, "chain is SEV-VLEK <"},
        {"intermediate is no CA", [](World& w) { w.ask.isCa = false; }, kChain, "SEV-Genoa is not a CA"},
        {"root is no CA", [](World& w) { w.ark.isCa = false; }, {"snp.chain.signatures", "snp.crl.signature"}, "ARK-Genoa is not a CA"},
        {"VEK signed by the root", [](World& w) { w.vek.signer = w.arkKey; }, kChain, "issuer is \"CN=ARK-Genoa\""},
        {"root's own signature corrupt", [](World& w) { w.changes["ark.der"] = flipLast(); }, kChain, "does not verify: issuer \"CN=ARK-Genoa\""},
        {"root signed by another key than its own", [](World& w) { w.ark.signer = w.askKey; }, kChain, "does not verify"},
        {"intermediate's signature corrupt", [](World& w) { w.changes["intermediate.der"] = flipLast(); }, kChain, "does not verify"},
        {"intermediate signed by itself", [](World& w) { w.ask.signer = w.askKey; }, kChain, "does not verify"},
        {"VEK's signature corrupt", [](World& w) { w.changes["vek.der"] = flipLast(); }, kChain, "does not verify: issuer \"CN=SEV-Genoa\""},
        {"a critical extension that nobody knows", [](World& w) { w.vek.lastExtension = "1.2.3.4", w.vek.lastIsCritical = true; }, kChain, "critical and unknown"},
        {"VEK signed by another's key", [](World& w) { w.vek.signer = &World::keys().weak; }, kChain, "does not verify"},
        {"intermediate's key is RSA-3072", [](World& w) { w.askKey = w.vek.signer = &World::keys().weak; }, kChain, "key of SEV-Genoa is not RSA-4096"},
        {"an extension of AMD's that we do not know", [](World& w) { w.vek.lastExtension = kArc + ".6"; }, kExtensions, "unknown extension"},
        {"VEK's key is on P-256", [](World& w) { w.vekKey = &World::keys().p256; }, {"snp.vek"}, "not on P-384"},
        {"root expired", [](World& w) { w.ark.to = World::now() - kSecond; }, kValidity, "\"ARK-Genoa\" is valid from"},
        {"root not yet valid", [](World& w) { w.ark.from = World::now() + kSecond; }, kValidity, "\"ARK-Genoa\" is valid from"},
        {"intermediate expired", [](World& w) { w.ask.to = World::now() - kSecond; }, kValidity, "\"SEV-Genoa\" is valid from"},
        {"intermediate not yet valid", [](World& w) { w.ask.from = World::now() + kSecond; }, kValidity, "\"SEV-Genoa\" is valid from"},
        {"VEK expired", [](World& w) { w.vek.to = World::now() - kSecond; }, kValidity, "\"SEV-VCEK\" is valid from"},
        {"VEK not yet valid", [](World& w) { w.vek.from = World::now() + kSecond; }, kValidity, "\"SEV-VCEK\" is valid from"},
    }, genoa());
    checkLies({
        {"ASK for the ASVK", [](World& w) { w.ask.name = "SEV-Genoa"; }, kChain, "want SEV-VLEK < SEV-VLEK-Genoa"},
        {"VLEK named VCEK", [](World& w) { w.vek.name = "SEV-VCEK"; }, kChain, "chain is SEV-VCEK <"},
        {"a provider's certificate in a chip's place", [](World& w) { w.report[0x48] = 0; }, {"snp.chain.signatures", "snp.vek.kind"}, "want SEV-VCEK"},
    }, provider());
}

TEST_CASE("lies about signer, product and chip")
{
    checkLies({
        {"report says VLEK, certificate is a chip's", [](World& w) { w.report[0x48] = 4; }, {"snp.chain.signatures", "snp.vek.kind"}, "want SEV-VLEK"},
        {"product name of another line", [](World& w) { w.extensions.productName = "Milan-B0"; }, {"snp.product"}, "Genoa by CPUID, Milan-B0 by VEK"},
        {"product name of no line", [](World& w) { w.extensions.productName = "Cookie-B0"; }, {"snp.product"}, "Cookie-B0 by VEK"},
        {"product name with an odd stepping", [](World& w) { w.extensions.productName = "Genoa-B0-x"; }, {"snp.product"}, "Genoa-B0-x by VEK"},
        {"model of another line", [](World& w) { w.report[0x189] = 0x01; }, {"snp.product"}, "Milan by CPUID"},
        {"unknown model", [](World& w) { w.report[0x189] = 0x50; }, {"snp.product"}, "no product by CPUID"},
        {"unknown family", [](World& w) { w.report[0x188] = 0x1b; }, {"snp.product"}, "no product by CPUID"},
        {"version 2 and an unknown product name", [](World& w) { w.report[0] = 2, w.report[0x188] = 0, w.report[0x189] = 0, w.extensions.productName = "Venice"; }, {"snp.product"}, "Venice by VEK"},
        {"another chip", [](World& w) { w.report[0x1df] ^= 1; }, kChip, "0405, want"},
        {"masked chip", [](World& w) { std::fill_n(w.report.begin() + 0x1a0, 64, std::uint8_t{0}); }, kChip, "0000, want 0404"},
        {"chip id all zero in both", [](World& w) { w.setChip(Bytes(64)); }, kChip, "0000, want 0000"},
        {"short HWID outside Turin", [](World& w) { w.setChip(Bytes(8, 4)); }, kChip, ""},
        {"another chip, HWID begins 02", [](World& w) { w.setChip(Bytes(64, 2)), w.report[0x1a0] = 3; }, kChip, "0302"},
        {"another chip, HWID begins 04", [](World& w) { w.setChip(Bytes(64, 4)), w.report[0x1a1] = 5; }, kChip, "0405"},
        {"another chip, HWID begins 30", [](World& w) { w.setChip(Bytes(64, 0x30)), w.report[0x1a0] = 0x31; }, kChip, "3130"},
        {"HWID of 63 bytes", [](World& w) { w.extensionValues[kArc + ".4"] = Bytes(63, 4); }, kExtensions, "DER"},
        {"HWID of 32 bytes in an OCTET STRING", [](World& w) { w.extensionValues[kArc + ".4"] = derEncode(kDerOctetString, Bytes(32, 4)); }, kExtensions, "HWID is 32 bytes"},
        {"both a chip's and a provider's", [](World& w) { w.extensions.cspId = "CN=provider.example"; }, kExtensions, "either a HWID (VCEK) or a CSP_ID (VLEK)"},
        {"neither a chip's nor a provider's", [](World& w) { w.extensions.hwid.reset(); }, kExtensions, "either a HWID (VCEK) or a CSP_ID (VLEK)"},
        {"structure version 2", [](World& w) { w.extensionValues[kArc + ".1"] = {2, 1, 2}; }, kExtensions, "structure version is 2"},
        {"reserved SPL in use", [](World& w) { w.extensionValues[kArc + ".3.6"] = {2, 1, 1}; }, kExtensions, "reserved SPL 6"},
        {"SPL above 255", [](World& w) { w.extensionValues[kArc + ".3.8"] = {2, 2, 1, 0}; }, kExtensions, "above 255"},
        {"SPL twice", [](World& w) { w.vek.lastExtension = kArc + ".3.1"; }, kExtensions, "twice"},
        {"FMC outside Turin", [](World& w) { w.vek.lastExtension = kArc + ".3.9"; }, kExtensions, "Genoa has an FMC SPL"},
    }, genoa());
    checkLies({
        {"Turin's chip id with a ninth byte", [](World& w) { w.report[0x1a8] = 1; }, kChip, "0404040404040404010000"},
        {"Turin's masked chip", [](World& w) { std::fill_n(w.report.begin() + 0x1a0, 8, std::uint8_t{0}); }, kChip, "00, want 0404"},
    }, turin());
}

TEST_CASE("lies about the TCB")
{
    checkLies({
        {"certified TCB is higher", [](World& w) { w.extensions.tcb.snp += 1; }, kCertified, "snp 24"},
        {"certified TCB is lower", [](World& w) { w.extensions.tcb.microcode -= 1; }, kCertified, "ucode 218"},
        {"reserved byte of the reported TCB", [](World& w) { w.report[0x182] = 1; }, kCertified, "0a010100"},
        {"reserved byte of the committed TCB", [](World& w) { w.report[0x1e5] = 1; }, kOrder, "COMMITTED_TCB is"},
        {"reserved byte of the current TCB", [](World& w) { w.report[0x03a] = 1; }, kOrder, "CURRENT_TCB is"},
        {"reserved byte of the launch TCB", [](World& w) { w.report[0x1f3] = 1; }, kOrder, "LAUNCH_TCB is"},
        {"committed below reported in one component, above in all others",
         [](World& w) {
             w.setTcb(0x1e0, {.fmc = 0, .bootLoader = 10, .tee = 1, .snp = 22, .microcode = 255});
             w.setTcb(0x038, {.fmc = 0, .bootLoader = 10, .tee = 1, .snp = 23, .microcode = 255});
         }, kOrder, "committed bl 10 tee 1 snp 22 ucode 255"},
        {"current below committed", [](World& w) { w.setTcb(0x038, {.fmc = 0, .bootLoader = 9, .tee = 1, .snp = 23, .microcode = 219}); }, kOrder, "current bl 9"},
    }, genoa());
    checkLies({
        {"FMC below the certified", [](World& w) { w.report[0x180] -= 1; }, kCertified, "fmc 1 bl 10"},
        {"FMC committed below reported", [](World& w) { w.report[0x1e0] -= 1; }, kOrder, "committed fmc 1"},
    }, turin());
    World world;
    world.extensions.tcb.snp += 1;
    CHECK(appraise(world.inputs(PolicyProfile::ChainOnly)).tcbStatus.empty());
}

TEST_CASE("lies about revocation")
{
    checkLies({
        {"intermediate revoked", [](World& w) { w.revoked = {Bytes{2}}; }, {"snp.intermediate.not-revoked"}, "SEV-Genoa is revoked, serial 02"},
        {"root revoked by itself", [](World& w) { w.revoked = {Bytes{1}}; }, {"snp.intermediate.not-revoked"}, "ARK-Genoa is revoked, serial 01"},
        {"CRL signed by the intermediate's key", [](World& w) { w.crl.signer = w.askKey; }, {"snp.crl.signature"}, "CRL: signature does not verify"},
        {"CRL of another product", [](World& w) { w.crl.name = "ARK-Milan"; }, {"snp.crl.signature"}, "CRL issuer is \"CN=ARK-Milan\""},
        {"CRL's signature corrupt", [](World& w) { w.changes["crl.der"] = flipLast(); }, {"snp.crl.signature"}, "does not verify"},
        {"CRL that is none", [](World& w) { w.changes["crl.der"] = [](Bytes& file) { file.resize(10); }; }, {"snp.crl.signature"}, "CRL cannot be read"},
        {"empty CRL", [](World& w) { w.changes["crl.der"] = [](Bytes& file) { file.clear(); }; }, {"snp.crl.signature"}, "CRL is 0 bytes"},
    }, genoa());
}

TEST_CASE("a CRL of another time is stale for every profile that decides, and said so by the one that does not")
{
    for (const bool past : {true, false}) {
        World world;
        world.crl.from = past ? World::start() : World::now() + kSecond;
        world.crl.to = past ? World::now() - kSecond : World::end();
        const AppraisalResult diagnostic = appraise(world.inputs(PolicyProfile::ChainOnly));
        CHECK(diagnostic.refusals.empty());
        CHECK(diagnostic.count(CheckOutcome::NotChecked) == 1);
        for (const PolicyProfile profile : {PolicyProfile::Strict, PolicyProfile::Standard, PolicyProfile::Training})
            CHECK(gives(appraise(world.inputs(profile)), "snp.crl.fresh", "collateral stale"));
        world.revoked = {Bytes{2}};
        CHECK(refusedChecks(appraise(world.inputs(PolicyProfile::ChainOnly))) == Names{"snp.intermediate.not-revoked"});
    }
}

TEST_CASE("lies in the report's form")
{
    std::vector<Lie> lies = {
        {"version 1", [](World& w) { w.report[0] = 1; }, kFormat, "VERSION is 1"},
        {"version 6", [](World& w) { w.report[0] = 6; }, kFormat, "VERSION is 6"},
        {"policy bit 17 clear", [](World& w) { w.report[0x0a] = 0; }, kFormat, "GUEST_POLICY has bit 17 clear"},
        {"policy bit 26", [](World& w) { w.report[0x0b] = 4; }, kFormat, "GUEST_POLICY"},
        {"policy bit 63", [](World& w) { w.report[0x0f] = 0x80; }, kFormat, "GUEST_POLICY"},
        {"VMPL 4", [](World& w) { w.report[0x30] = 4; }, kFormat, "VMPL is 4"},
        {"signature algorithm 0", [](World& w) { w.report[0x34] = 0; }, kFormat, "SIGNATURE_ALGO is 0"},
        {"signature algorithm 2", [](World& w) { w.report[0x34] = 2; }, kFormat, "SIGNATURE_ALGO is 2"},
        {"reserved key flag", [](World& w) { w.report[0x48] = 0x20; }, kFormat, "reserved key flag"},
        {"author key without a digest", [](World& w) { w.report[0x48] = 1; }, kFormat, "AUTHOR_KEY_EN is set without"},
        {"author key's digest without its flag", [](World& w) { w.report[0x110] = 1; }, kFormat, "AUTHOR_KEY_EN is clear beside"},
        {"CPUID in version 2", [](World& w) { w.report[0] = 2; }, kFormat, "CPUID from version 3"},
        {"launch mitigation vector before version 5", [](World& w) { w.report[0x1f8] = 1; }, kFormat, "mitigation vectors from version 5"},
        {"current mitigation vector in version 4", [](World& w) { w.report[0] = 4, w.report[0x207] = 1; }, kFormat, "mitigation vectors from version 5"},
        {"one byte less", [](World& w) { w.changes["report"] = [](Bytes& file) { file.pop_back(); }; }, kFormat, "report is 1183 bytes"},
        {"one byte more", [](World& w) { w.changes["report"] = [](Bytes& file) { file.push_back(0); }; }, kFormat, "report is 1185 bytes"},
        {"debug", [](World& w) { w.report[0x0a] |= 8; }, {"snp.debug"}, "allows DEBUG"},
        {"migration agent", [](World& w) { w.report[0x0a] |= 4; }, {"snp.migrate-ma"}, "allows a migration agent"},
        {"r is zero", [](World& w) { w.changes["report"] = [](Bytes& file) { std::fill_n(file.begin() + 0x2a0, 48, std::uint8_t{0}); }; }, {"snp.report.signature"}, "zero component"},
        {"s is above the order", [](World& w) { w.changes["report"] = [](Bytes& file) { std::fill_n(file.begin() + 0x2e8, 48, std::uint8_t{0xff}); }; }, {"snp.report.signature"}, "does not verify"},
    };
    for (std::uint8_t key = 2; key <= 7; ++key)
        lies.push_back({"signing key 2 to 7", [key](World& w) { w.report[0x48] = static_cast<std::uint8_t>(key << 2); }, kFormat, "SIGNING_KEY is"});
    for (const std::size_t at : {0x4cu, 0x4fu, 0x18bu, 0x19fu, 0x1ebu, 0x1efu, 0x208u, 0x29fu, 0x2d0u, 0x2e7u, 0x318u, 0x32fu, 0x330u, 0x49fu})
        lies.push_back({"reserved byte", [at](World& w) { w.changes["report"] = setByte(at, 1); }, kFormat, "zero"});
    checkLies(lies, genoa());
}

TEST_CASE("lies in the certificate table")
{
    const auto cut = [](Bytes& table) { table.resize(100); };
    const auto otherTable = [](const World& other) {
        World world = other;
        world.tableOnly = true;
        const Bytes table = world.inputs(PolicyProfile::ChainOnly).evidence.auxBlob;
        return [table](Bytes& out) { out = table; };
    };
    World foreign = genoa();
    foreign.vekKey = &World::keys().p256;
    World corrupt = genoa();
    corrupt.changes["intermediate.der"] = flipLast();
    World newer = genoa();
    newer.revoked = {Bytes{2}};
    World unsignedList = genoa();
    unsignedList.changes["crl.der"] = flipLast();
    checkLies({
        {"table without its terminator", [cut](World& w) { w.changes["table"] = cut; }, {"snp.certificate-table"}, "certificate table"},
        {"table with another VCEK than the collateral", [&](World& w) { w.changes["table"] = otherTable(foreign); }, {"snp.certificate-table"}, "another key than the certificate in use"},
        {"table with a corrupt ASK beside a good one", [&](World& w) { w.changes["table"] = otherTable(corrupt); }, {"snp.certificate-table"}, "does not verify"},
        {"table with a CRL that revokes, beside one that does not", [&](World& w) { w.changes["table"] = otherTable(newer); }, {"snp.certificate-table"}, "revokes the intermediate"},
        {"table with a corrupt CRL beside a good one", [&](World& w) { w.changes["table"] = otherTable(unsignedList); }, {"snp.certificate-table"}, "CRL: signature does not verify"},
        {"text beside the PEM block", [](World& w) { w.pem = true, w.changes["vek.der"] = [](Bytes& file) { file.push_back('x'); }; }, {"snp.vek"}, "PEM text holds more"},
    }, genoa());
    World slot = provider();
    slot.tableOnly = true;
    const Bytes vlekTable = slot.inputs(PolicyProfile::ChainOnly).evidence.auxBlob;
    snp::CertificateTable swapped = *snp::parseCertificateTable(vlekTable);
    swapped[snp::kGuidVcek] = swapped[snp::kGuidVlek];
    swapped.erase(snp::kGuidVlek);
    AppraisalInputs inputs = slot.inputs(PolicyProfile::ChainOnly);
    inputs.evidence.auxBlob = snp::encodeCertificateTable(swapped);
    CHECK(gives(appraise(inputs), "snp.vek", "collateral missing: vek.der"));
    slot.report[0x48] = 0;
    inputs = slot.inputs(PolicyProfile::ChainOnly);
    inputs.evidence.auxBlob = snp::encodeCertificateTable(swapped);
    CHECK(gives(appraise(inputs), "snp.vek.kind", "VLEK, want VCEK"));
}

TEST_CASE("a look-alike root of each product is refused by its pin, and by an empty set of pins")
{
    for (const World::Product product : {World::Product::Milan, World::Product::Genoa, World::Product::Turin}) {
        for (const PolicyProfile profile : {PolicyProfile::ChainOnly, PolicyProfile::Training}) {
            AppraisalInputs inputs = World(product).inputs(profile);
            for (const TrustAnchors& anchors : {productionAnchors(), TrustAnchors{}}) {
                inputs.anchors = anchors;
                const AppraisalResult result = appraise(inputs);
                CHECK(gives(result, "trust.root-pin", std::string("a pinned ARK-") + snp::nameOf(product)));
                CHECK(refusedChecks(result) == Names{"trust.root-pin"});
            }
        }
    }
    AppraisalInputs crossed = genoa().inputs(PolicyProfile::ChainOnly);
    crossed.anchors.amdRootKeys = {{"Milan", crossed.anchors.amdRootKeys.at("Genoa")}};
    CHECK(refusedChecks(appraise(crossed)) == Names{"trust.root-pin"});
}
