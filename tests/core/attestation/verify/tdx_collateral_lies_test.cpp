// SPDX-License-Identifier: GPL-3.0-or-later
// The same fake Intel lies in TCB info and QE identity.
#include <doctest/doctest.h>

#include "tests/support/intel_lies.h"

using namespace quorate;
using namespace quorate::attestation;
using namespace quorate::tests;

namespace {

void changeFile(AppraisalInputs& inputs, const char* file, const std::string& from, const std::string& to)
{
    Bytes& bytes = inputs.collateral.files.at(file);
    bytes = toBytes(replaced(std::string(asText(bytes)), from, to));
}

/// A row about the answer around TCB info, changed after it was signed.
Spoil infoFile(const std::string& from, const std::string& to)
{
    return [=](AppraisalInputs& in) { changeFile(in, "tcb_info.json", from, to); };
}

}  // namespace

TEST_CASE("TCB info whose signature or text does not hold")
{
    const Checks signature{"tdx.tcb-info.signature"};
    checkRows({
        {"member twice inside", info(R"("tcbType":0)", R"("tcbType":0,"tcbType":0)"), signature, "repeats a member"},
        {"object twice", nothing, signature, "repeats a member",
         infoFile("{\"tcbInfo\":", "{\"tcbInfo\":{},\"tcbInfo\":")},
        {"bytes behind the JSON", nothing, signature, "not JSON",
         [](AppraisalInputs& in) { in.collateral.files["tcb_info.json"].push_back('x'); }},
        {"NUL and more behind the JSON", nothing, signature, "holds a NUL",
         [](AppraisalInputs& in) {
             Bytes& file = in.collateral.files["tcb_info.json"];
             file.push_back(0);
             file.push_back('x');
         }},
        {"one more member", nothing, signature, "JSON is not {",
         infoFile(",\"signature\"", ",\"more\":1,\"signature\"")},
        {"no signature", nothing, signature, "JSON is not {", infoFile(",\"signature\"", ",\"signatures\"")},
        {"short signature", nothing, signature, "signature is not 64 bytes",
         [](AppraisalInputs& in) {
             Bytes& file = in.collateral.files["tcb_info.json"];
             file.erase(file.end() - 4, file.end() - 2);
         }},
        {"odd signature", nothing, signature, "odd number of digits",
         [](AppraisalInputs& in) {
             Bytes& file = in.collateral.files["tcb_info.json"];
             file.erase(file.end() - 3);
         }},
        {"serialised anew", nothing, signature, "signature does not verify",
         infoFile("\"version\":3", "\"version\": 3")},
        {"signed by the PCK key",
         [](IntelWorld& w) { w.jsonSigner = Key::Pck; },
         {"tdx.tcb-info.signature", "tdx.qe-identity.signature"},
         "signature does not verify"},
        {"member's name in escapes", nothing, signature, "plainly", infoFile("{\"tcbInfo\"", "{\"tcb\\u0049nfo\"")},
        {"QE identity in its place", nothing, signature, "JSON is not {\"tcbInfo\"",
         [](AppraisalInputs& in) { in.collateral.files["tcb_info.json"] = in.collateral.files["qe_identity.json"]; }},
        {"chain of the PCK CA",
         [](IntelWorld& w) {
             w.tcbInfoChain = {Link::Ca, Link::Root};
         },
         {"tdx.tcb-info.chain"},
         "not an SGX TCB Signing"},
        {"chain in the wrong order",
         [](IntelWorld& w) {
             w.tcbInfoChain = {Link::Root, Link::Tcb};
         },
         {"tdx.tcb-info.chain"},
         "not an SGX TCB Signing"},
        {"chain of three",
         [](IntelWorld& w) {
             w.tcbInfoChain = {Link::Tcb, Link::Root, Link::Root};
         },
         {"tdx.tcb-info.chain"},
         "not an SGX TCB Signing"},
        {"signer expired", [](IntelWorld& w) { w.tcb.spec.notAfter = kPast; }, kBothSigners,
         "TCB Signing\" is valid from"},
        {"signer not yet valid", [](IntelWorld& w) { w.tcb.spec.notBefore = kFuture; }, kBothSigners,
         "is valid from 2026-11-21T09:00:01Z"},
        {"signer signed by a stranger", [](IntelWorld& w) { w.tcb.signer = Key::Stranger; }, kBothSigners,
         "does not verify: issuer"},
        {"signer is a CA", [](IntelWorld& w) { w.tcb.spec.isCa = true; }, kBothSigners, "not an SGX TCB Signing"},
        {"no chain",
         nothing,
         {"tdx.tcb-info.chain"},
         "collateral missing: tcb_info_issuer_chain.pem",
         without("tcb_info_issuer_chain.pem")},
        {"none", nothing, signature, "collateral missing: tcb_info.json", without("tcb_info.json")},
    });
}

TEST_CASE("TCB info that is signed, and wrong")
{
    const Checks content{"tdx.tcb-info.content"};
    checkRows({
        {"of SGX", info(R"("id":"TDX")", R"("id":"SGX")"), content, "want \"TDX\""},
        {"version 2", info(R"("version":3)", R"("version":2)"), content, "version 2, want 3"},
        {"another TCB type", info(R"("tcbType":0)", R"("tcbType":1)"), content, "tcbType is 1, want 0"},
        {"FMSPC of odd length", info("44454d4f0001", "44454d4f001"), content, "odd number of digits"},
        {"short FMSPC", info("44454d4f0001", "44454d4f00"), content, "5 bytes, want 6"},
        {"two equal levels", levelsInFront(lowLevel("UpToDate") + "," + lowLevel("OutOfDate")), content,
         "two TCB levels are equal"},
        {"15 SGX components", levelsInFront(lowLevel("UpToDate", 15)), content,
         "sgxtcbcomponents has 15 entries, want 16"},
        {"17 TDX components", levelsInFront(lowLevel("UpToDate", 16, 17)), content,
         "tdxtcbcomponents has 17 entries, want 16"},
        {"unknown status", levelsInFront(lowLevel("Fine")), content, "not one of Intel's words"},
        {"component above 255", info(R"({"svn":6})", R"({"svn":256})"), content, "0 to 255"},
        {"negative component", info(R"({"svn":6})", R"({"svn":-6})"), content, "0 to 255"},
        {"no levels", info(R"("tcbLevels":[{"tcb":{"isvsvn":4})", R"("tcbLevels":[],"other":[{"tcb":{"isvsvn":4})"),
         content, "tcbLevels is not an array of 1"},
        {"impossible date", info(R"("tcbDate":"2026-11-19T09:00:00Z")", R"("tcbDate":"2026-11-31T09:00:00Z")"), content,
         "RFC 3339"},
        {"no default module", info(R"("tdxModule":)", R"("tdxModules":)"), content, "tdxModule is missing"},
        {"expired", info("2026-12-21T09:00:00Z", "2026-11-21T08:59:59Z"), {"tdx.tcb-info.fresh"}, "collateral stale"},
        {"not yet issued",
         info(R"("issueDate":"2026-11-20T09:00:00Z")", R"("issueDate":"2026-11-21T09:00:01Z")"),
         {"tdx.tcb-info.fresh"},
         "2026-11-21T09:00:01Z to"},
        {"another FMSPC",
         info("44454d4f0001", "44454d4f0002"),
         {"tdx.tcb-info.platform"},
         "FMSPC 44454d4f0002 PCEID 0000, want FMSPC 44454d4f0001"},
        {"another PCEID",
         info(R"("pceId":"0000")", R"("pceId":"0100")"),
         {"tdx.tcb-info.platform"},
         "PCEID 0100, want"},
        {"another evaluation number", info(R"("tcbEvaluationDataNumber":)", R"("tcbEvaluationDataNumber":9)"),
         {"tdx.evaluation-number"}, "TCB info 91"},
        {"evaluation number below the policy's", nothing, {"tdx.evaluation-number"}, "equal, at least 1000",
         [](AppraisalInputs& in) { in.policy.minTcbEvaluationDataNumber = 1000; }},
        {"no level is low enough",
         [](IntelWorld& w) { w.platform.componentSvn[7] -= 1; },
         {"tdx.tcb.level"},
         "TCB not supported"},
        {"platform revoked",
         info(R"("tcbStatus":"UpToDate"}]})", R"("tcbStatus":"Revoked"}]})"),
         {"tdx.tcb.status"},
         "Revoked, want one of"},
        {"module revoked",
         info(R"("tcbStatus":"UpToDate"}]}])", R"("tcbStatus":"Revoked"}]}])"),
         {"tdx.tcb.status"},
         "Revoked, want one of"},
        {"a status that no module has",
         info(R"("tcbStatus":"UpToDate"}]}])", R"("tcbStatus":"ConfigurationNeeded"}]}])"),
         {"tdx.tcb.level"},
         "not possible for the TDX module"},
    });
}

TEST_CASE("a TDX module that TCB info does not know or that is not Intel's")
{
    const Checks module{"tdx.module.identity"};
    const Checks unknown{"tdx.module.identity", "tdx.tcb.level"};
    const std::string identities = R"("tdxModuleIdentities":[{"mrsigner":")";
    checkRows({
        {"identity missing", info("TDX_01", "TDX_02"), unknown, "TDX_01"},
        {"no identities", info("tdxModuleIdentities", "moduleIdentities"), unknown, "TDX_01"},
        {"identities empty",
         info(R"("tdxModuleIdentities":)", R"("tdxModuleIdentities":[],"others":)"),
         {"tdx.tcb-info.content"},
         "not an array of 1"},
        {"another signer in TCB info", info(identities + "00", identities + "01"), module, "want MRSIGNERSEAM 01"},
        {"another signer in the quote", [](IntelWorld& w) { w.setBody(64, 1); }, module, "MRSIGNERSEAM 01"},
        {"SEAMATTRIBUTES in the quote", [](IntelWorld& w) { w.setBody(112, 1); }, module, "SEAMATTRIBUTES 01"},
        {"SEAMATTRIBUTES in both",
         [](IntelWorld& w) {
             w.setBody(112, 1);
             const std::size_t at = w.tcbInfo.find("tdxModuleIdentities");
             w.tcbInfo = w.tcbInfo.substr(0, at) +
                         replaced(w.tcbInfo.substr(at), "\"0000000000000000\"", "\"0100000000000000\"");
         },
         module, "all zero"},
        {"module too old", [](IntelWorld& w) { w.setBody(0, 3); }, {"tdx.tcb.level"}, "TCB not supported"},
        {"module now too old",
         [](IntelWorld& w) {
             w.becomeVersion5(3, tdx::kReport15Bytes);
             w.setBody(584, 3);
         },
         {"tdx.tcb.level"},
         "TCB not supported"},
    });
}

TEST_CASE("a QE identity of another enclave, and a quoting enclave that is not the one described")
{
    const Checks content{"tdx.qe-identity.content"};
    const Checks report{"tdx.qe-report.identity"};
    const auto inReport = [](std::size_t offset) { return [=](IntelWorld& w) { w.qeReport[offset] ^= 2; }; };
    checkRows({
        {"of SGX's", identity("TD_QE", "QE"), content, "\"QE\", want \"TD_QE\""},
        {"of the verification enclave", identity("TD_QE", "QVE"), content, "\"QVE\", want \"TD_QE\""},
        {"version 3", identity(R"("version":2)", R"("version":3)"), content, "version 3, want 2"},
        {"hexadecimal of odd length", identity(R"("miscselect":"00000000")", R"("miscselect":"0000000")"), content,
         "odd number"},
        {"short mask", identity("FBFFFFFFFFFFFFFF0000000000000000", "FBFFFFFFFFFFFFFF"), content, "8 bytes, want 16"},
        {"member twice",
         identity(R"("version":2)", R"("version":2,"version":2)"),
         {"tdx.qe-identity.signature"},
         "repeats a member"},
        {"expired",
         identity("2026-12-21T09:00:00Z", "2026-11-21T08:59:59Z"),
         {"tdx.qe-identity.fresh"},
         "collateral stale"},
        {"not yet issued",
         identity(R"("issueDate":"2026-11-20T09:00:00Z")", R"("issueDate":"2026-11-21T09:00:01Z")"),
         {"tdx.qe-identity.fresh"},
         "2026-11-21T09:00:01Z to"},
        {"none",
         nothing,
         {"tdx.qe-identity.signature"},
         "collateral missing: qe_identity.json",
         without("qe_identity.json")},
        {"no chain",
         nothing,
         {"tdx.qe-identity.chain"},
         "collateral missing: qe_identity_issuer_chain.pem",
         without("qe_identity_issuer_chain.pem")},
        {"another MRSIGNER", inReport(128), report, "want MRSIGNER"},
        {"another ISVPRODID", inReport(256), report, "ISVPRODID 0 "},
        {"another MISCSELECT", inReport(16), report, "want MRSIGNER"},
        {"a debug enclave", inReport(48), report, "ATTRIBUTES 13"},
        {"quoting enclave too old",
         [](IntelWorld& w) { w.qeReport[258] -= 1; },
         {"tdx.tcb.level"},
         "level of the quoting enclave"},
        {"quoting enclave revoked",
         identity(R"("tcbStatus":"UpToDate")", R"("tcbStatus":"Revoked")"),
         {"tdx.tcb.status"},
         "Revoked, want one of"},
        {"a status that no enclave has",
         identity(R"("tcbStatus":"UpToDate")", R"("tcbStatus":"SWHardeningNeeded")"),
         {"tdx.tcb.level"},
         "not possible for the quoting enclave"},
    });
}
