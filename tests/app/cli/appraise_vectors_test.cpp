// SPDX-License-Identifier: GPL-3.0-or-later
// Every public case as a user would try it: through the program, as a folder, as a file and through a pipe.
#include <filesystem>
#include <set>

#include "tests/app/cli/run_quoratectl.h"

using namespace quorate;
using nlohmann::json;
using tests::Outcome;
using tests::quoratectl;
namespace fs = std::filesystem;

namespace {

struct Case {
    fs::path folder;
    std::string name;
    json expected;

    [[nodiscard]] bool isAzure() const { return name.starts_with("azure"); }
    [[nodiscard]] bool isDebug() const { return name.find("debug") != std::string::npos; }
    [[nodiscard]] bool isPartial() const { return expected.contains("partial"); }
    [[nodiscard]] bool isTdx() const { return folder.parent_path().filename() == "tdx"; }
    [[nodiscard]] std::string evidenceFile() const { return isTdx() ? "quote.bin" : isAzure() ? "hcl.bin" : "report.bin"; }
    [[nodiscard]] std::string arg(const std::string& file = {}) const { return "\"" + (folder / file).string() + "\""; }
    /// What an appraisal under the diagnostic policy must say.
    [[nodiscard]] int code() const
    {
        if (isPartial()) return 4;
        return isDebug() || expected["expected"].get<std::string>().starts_with("REJECT") ? 1 : 0;
    }
    /// At the time that the case names.
    [[nodiscard]] Outcome appraise(const std::string& path, const std::string& policy, const std::string& options = {}) const
    {
        return quoratectl("appraise --json --policy " + policy + " --at " + expected["reference_time"].get<std::string>() + " " +
                          options + " " + path);
    }
};

std::vector<Case> readCases()
{
    std::vector<Case> out;
    for (const char* kind : {"tdx", "snp"}) {
        const auto folder = tests::sharedVector(kind);
        if (!folder) return {};
        for (const auto& entry : fs::directory_iterator(*folder)) {
            if (!fs::exists(entry.path() / "expected.json")) continue;
            out.push_back({entry.path(), entry.path().filename().string(),
                           json::parse(tests::readText(entry.path() / "expected.json"), nullptr, false)});
        }
    }
    CHECK(out.size() == 21);
    return out;
}

/// Read once; empty without the shared folder.
const std::vector<Case>& cases()
{
    static const std::vector<Case> all = readCases();
    return all;
}

/// tee_tcb_svn becomes teeTcbSvn.
std::string claimName(const std::string& theirs)
{
    std::string out;
    for (std::size_t i = 0; i < theirs.size(); ++i) {
        const bool startsWord = i > 0 && theirs[i - 1] == '_' && theirs[i] >= 'a';
        if (theirs[i] != '_') out += startsWord ? static_cast<char>(theirs[i] - 32) : theirs[i];
    }
    return out;
}

/// The members of a SEV-SNP case that are claims under the same name.
const std::set<std::string> kSnpClaims = {"author_key_digest", "chip_id",       "committed_tcb", "current_tcb", "family_id",  "guest_svn",
                                          "host_data",         "id_key_digest", "image_id",      "launch_tcb",  "measurement", "platform_info",
                                          "report_data",       "report_id",     "reported_tcb",  "signing_key", "vmpl"};

void checkClaims(const Case& row, const json& claims)
{
    const json wanted = row.isTdx() ? row.expected["td"] : row.expected;
    std::size_t compared = 0;
    for (const auto& [name, value] : wanted.items()) {
        if (!row.isTdx() && !kSnpClaims.contains(name)) continue;
        ++compared;
        CHECK_MESSAGE(claims[claimName(name)] == value, name);
    }
    CHECK(compared >= (row.isTdx() ? 15u : row.isAzure() ? 0u : kSnpClaims.size()));
}

}  // namespace

TEST_CASE("every case gives the verdict, status, advisories and claims of its expected.json, and the exit code of its kind")
{
    for (const Case& row : cases()) {
        INFO(row.name);
        const Outcome outcome = row.appraise(row.arg(), "chain-only");
        const json result = outcome.parsed();
        CHECK(outcome.code == row.code());
        CHECK(result["verdict"] == (row.code() == 0 ? "accepted" : "refused"));
        CHECK(result["refusals"].empty() == (row.code() == 0));
        CHECK(result["tee"] == (row.isTdx() ? "tdx" : "sev-snp"));
        if (row.code() == 0) CHECK(result["note"] == "genuine hardware, program not judged");
        if (row.isPartial()) CHECK(outcome.output.find("collateral missing") != std::string::npos);
        if (row.expected.contains("tcb_status")) CHECK(result["tcbStatus"] == row.expected["tcb_status"]);
        if (row.expected.contains("advisory_ids")) CHECK(result["advisoryIds"] == row.expected["advisory_ids"]);
        checkClaims(row, result["claims"]);
    }
}

TEST_CASE("a machine that can be debugged is refused under every policy, for that reason")
{
    int seen = 0;
    for (const Case& row : cases()) {
        if (!row.isDebug()) continue;
        ++seen;
        for (const std::string policy : {"chain-only", "training", "standard", "strict"}) {
            INFO(row.name << " " << policy);
            const Outcome outcome = row.appraise(row.arg(), policy);
            CHECK(outcome.code == 1);
            const json result = outcome.parsed();
            std::set<std::string> refusedFor;
            for (const json& refusal : result["refusals"]) refusedFor.insert(refusal["check"].get<std::string>());
            CHECK(refusedFor.contains(row.isTdx() ? "tdx.debug" : "snp.debug"));
        }
    }
    CHECK((cases().empty() || seen == 2));
}

TEST_CASE("without reference values no policy but chain-only accepts anything")
{
    for (const Case& row : cases()) {
        for (const std::string policy : {"training", "standard", "strict"}) {
            INFO(row.name << " " << policy);
            const Outcome outcome = row.appraise(row.arg(), policy);
            CHECK(outcome.code != 0);
            CHECK(outcome.parsed()["verdict"] == "refused");
            CHECK(outcome.output.find("reference values") != std::string::npos);
        }
    }
}

TEST_CASE("a file and standard input say what the folder says when the same collateral is named")
{
    for (const Case& row : cases()) {
        // What a folder holds beside the report is not in the report: a certificate table, and what Azure adds.
        if (row.isAzure() || fs::exists(row.folder / "auxblob.bin") || fs::exists(row.folder / "ccel.bin")) continue;
        INFO(row.name);
        const Outcome folder = row.appraise(row.arg(), "chain-only");
        const std::string collateral = "--collateral " + row.arg();
        CHECK(row.appraise(row.arg(row.evidenceFile()), "chain-only", collateral).output == folder.output);
        CHECK(row.appraise("- < " + row.arg(row.evidenceFile()), "chain-only", collateral).output == folder.output);
        // Alone it lacks what would show it genuine.
        CHECK(row.appraise(row.arg(row.evidenceFile()), "chain-only").code != 0);
    }
}

TEST_CASE("an Azure machine is accepted with the nonce that its quote carries and refused with another")
{
    for (const Case& row : cases()) {
        if (!row.isAzure()) continue;
        const json claims = row.appraise(row.arg(), "chain-only").parsed()["claims"];
        const std::string nonce = claims["vtpmNonce"].get<std::string>();
        // expected.json names the ends of the nonce: "TPM nonce 0218488bae25d250...950f (48 bytes)".
        const std::string said = row.expected["expected"].get<std::string>();
        const std::size_t dots = said.find("...");
        REQUIRE(dots != std::string::npos);
        CHECK(nonce.substr(0, 16) == said.substr(dots - 16, 16));
        CHECK(nonce.substr(nonce.size() - 4) == said.substr(dots + 3, 4));
        CHECK(nonce.size() == 96);
        CHECK(row.appraise(row.arg(), "chain-only", "--nonce " + nonce).code == 0);
        const Outcome other = row.appraise(row.arg(), "chain-only", "--nonce " + nonce.substr(2));
        CHECK(other.code == 1);
        CHECK(other.parsed()["refusals"][0]["check"] == "vtpm.nonce");
        CHECK(quoratectl("appraise --nonce xyz " + row.arg()).code == 2);
    }
}

TEST_CASE("the events of a machine with a log are in the JSON, in order, each with register and digest")
{
    for (const Case& row : cases()) {
        if (!fs::exists(row.folder / "ccel.bin")) continue;
        const json result = row.appraise(row.arg(), "chain-only").parsed();
        const json& events = result["eventLog"];
        REQUIRE(events.size() > 20);
        std::set<std::string> registers;
        for (std::size_t i = 0; i < events.size(); ++i) {
            CHECK(events[i]["event"] == i + 1);
            CHECK(events[i]["digest"].get<std::string>().size() == 96);
            registers.insert(events[i]["register"].get<std::string>());
        }
        for (const char* rtmr : {"rtmr0", "rtmr1", "rtmr2"}) CHECK(registers.contains(rtmr));
        CHECK(quoratectl("inspect --json " + row.arg()).parsed()["eventLog"].size() == events.size());
    }
}

TEST_CASE("inspect names each field of each case with its offset, and what an Azure machine adds")
{
    for (const Case& row : cases()) {
        INFO(row.name);
        const Outcome outcome = quoratectl("inspect --json " + row.arg());
        CHECK(outcome.code == 0);
        const json shown = outcome.parsed();
        CHECK_FALSE(shown.contains("verdict"));
        std::size_t next = 0;
        for (const json& field : shown["fields"]) {
            CHECK(field["offset"] == next);
            next += field["sizeBytes"].get<std::size_t>();
        }
        CHECK(next == (row.isAzure() ? 1184 : fs::file_size(row.folder / row.evidenceFile())));
        CHECK(shown.contains("vtpm") == row.isAzure());
        if (!row.isAzure()) continue;
        for (const json& part : shown["vtpm"]) {
            const json& last = part["fields"].back();
            CHECK(last["offset"].get<std::size_t>() + last["sizeBytes"].get<std::size_t>() ==
                  fs::file_size(row.folder / part["file"].get<std::string>()));
        }
        const std::string text = quoratectl("inspect " + row.arg()).output;
        for (const char* wanted : {"hcl.bin", "0x04cc", "DATA_HASH_TYPE", "tpms_attest.bin", "EXTRA_DATA", "PCR_BITMAP", "PCR23"}) {
            CHECK_MESSAGE(text.find(wanted) != std::string::npos, wanted);
        }
    }
}
