// SPDX-License-Identifier: GPL-3.0-or-later
// `quoratectl audit` as a script sees it.
#include <doctest/doctest.h>

#include <sstream>

#include "core/audit/export.h"
#include "core/study/roster.h"
#include "tests/app/cli/run_quoratectl.h"
#include "tests/core/audit/audit_samples.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::audit;
using tests::quoratectl;
using tests::sampleId;

namespace {

/// An export and checkpoints as files.
struct Files {
    tests::TemporaryFolder folder;
    tests::SampleLog sample{11};
    tests::NoteSigner root;
    std::string good;
    std::string rootKey = toHex(root.publicKey().spkiSha256());

    Files()
    {
        study::Roster roster;
        roster.members = {{sampleId(7), "Ines Ferreira", "North", study::Role::Custodian, {}, sample.owner.publicKey().spki(), {}}};
        std::ostringstream out;
        const ExportParties parties{root.publicKey().spki(), {*dsse::sign("roster", study::encode(roster), root.key)}, {}};
        REQUIRE(writeExport(sample.store, sample.log.origin(), parties, out));
        good = write("good.jsonl", out.str());
    }
    [[nodiscard]] std::string write(const std::string& name, const std::string& content) const
    {
        return "\"" + folder.write(name, content).string() + "\"";
    }
};

}  // namespace

TEST_CASE("an export is verified from its file, and the exit code says how")
{
    const Files files;
    const auto pinned = quoratectl("audit verify --json --root-key " + files.rootKey + " " + files.good);
    INFO(pinned.output);
    CHECK(pinned.code == 0);
    CHECK(pinned.parsed()["holds"] == true);
    CHECK(pinned.parsed()["entries"] == 11);
    CHECK(pinned.parsed()["rootKeyPinned"] == true);
    CHECK(pinned.parsed()["signers"][0]["person"] == "Ines Ferreira");
    CHECK(quoratectl("audit verify --root-key " + files.rootKey + " " + files.good).output.find("VERIFIED") != std::string::npos);
    const auto unpinned = quoratectl("audit verify " + files.good);
    CHECK(unpinned.code == 0);
    CHECK(unpinned.output.find("CONSISTENT") != std::string::npos);
    CHECK(unpinned.output.find("VERIFIED") == std::string::npos);
    CHECK(quoratectl("audit verify - < " + files.good).code == 0);
    CHECK(quoratectl("audit verify --root-key " + std::string(64, '0') + " " + files.good).code == 1);
}

TEST_CASE("what was changed is refused with its entry, what cannot be read is told from it")
{
    const Files files;
    std::string text = tests::readText(files.folder / "good.jsonl");
    const std::size_t at = text.find("{\"entry\":5,") + 100;
    text[at] = text[at] == 'A' ? 'B' : 'A';
    const auto edited = quoratectl("audit verify --json " + files.write("edited.jsonl", text));
    CHECK(edited.code == 1);
    CHECK(edited.parsed()["fault"]["first"] == 5);
    CHECK(quoratectl("audit verify " + files.write("edited.jsonl", text)).output.find("REFUSED: entry 5") != std::string::npos);
    CHECK(quoratectl("audit show " + files.write("edited.jsonl", text)).code == 1);
    CHECK(quoratectl("audit show --odm " + files.write("edited.jsonl", text)).output.find("<ODM") == std::string::npos);

    const std::string kept = files.write("kept.note", files.sample.store.notes.at(11));
    CHECK(quoratectl("audit verify --checkpoint " + kept + " " + files.good).code == 0);
    const std::string later = toText(*signCheckpoint({files.sample.log.origin(), 20, {}}, files.sample.owner.publicKey(),
                                                     files.sample.owner.sign()));
    const auto rolledBack = quoratectl("audit verify --json --checkpoint " + files.write("later.note", later) + " " + files.good);
    CHECK(rolledBack.code == 1);
    CHECK(rolledBack.parsed()["fault"]["first"] == 11);
    CHECK(rolledBack.parsed()["fault"]["last"] == 19);

    CHECK(quoratectl("audit verify --checkpoint " + files.write("bad.note", "text") + " " + files.good).code == 3);
    CHECK(quoratectl("audit verify " + files.write("empty.jsonl", "")).code == 3);
    CHECK(quoratectl("audit verify " + (files.folder / "absent").string()).code == 3);
    CHECK(quoratectl("audit verify").code == 2);
    CHECK(quoratectl("audit").code == 2);
    CHECK(quoratectl("audit verify --root-key 12 " + files.good).code == 2);
    CHECK(quoratectl("audit show --from yesterday " + files.good).code == 2);
}

TEST_CASE("entries are listed by filter, as text, JSON and audit records")
{
    const Files files;
    const std::string shown = quoratectl("audit show --kind share --study " + toHex(sampleId(1)) + " --json " + files.good).output;
    std::istringstream lines(shown);
    std::vector<std::uint64_t> indexes;
    for (std::string line; std::getline(lines, line);) indexes.push_back(nlohmann::json::parse(line)["index"]);
    CHECK(indexes == std::vector<std::uint64_t>{0, 6});
    const std::string text = quoratectl("audit show --text \"no. 10\" " + files.good).output;
    CHECK(text.starts_with("10 "));
    const auto odm = quoratectl("audit show --odm --member Ines " + files.good);
    CHECK(odm.code == 0);
    CHECK(odm.output.find("<AuditRecord ID=\"A.10\"") != std::string::npos);
    CHECK(quoratectl("audit show --odm - < " + files.good).code == 3);
}
