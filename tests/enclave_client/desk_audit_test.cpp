// SPDX-License-Identifier: GPL-3.0-or-later
#include <fstream>

#include "core/audit/export.h"
#include "tests/enclave_client/desktop.h"

using namespace quorate;
using namespace quorate::tests;
using vault::Damage;

namespace {

/// A reviewer's desktop, connected to a service that cosigns.
struct AuditScene {
    AuditScene() : service(startService(consortium)), desktop(consortium) { publish(consortium, service); }

    void open(const std::string& address) { desktop.open(address, {&consortium.reviewers[0]}); }
    [[nodiscard]] AuditLogState log() const { return *desktop.desk->auditLog(); }
    /// The newest checkpoint has the service's line, which verifies, and covers `entries` or more.
    bool isCosigned(std::uint64_t entries)
    {
        return desktop.until([&] {
            const auto shown = desktop.desk->auditLog();
            if (!shown || shown->checkpoints.empty()) return false;
            const auto& newest = shown->checkpoints.front();
            return newest.head.size >= entries && newest.isSigned && newest.cosigners.size() == 1 && newest.cosigners[0].at &&
                   newest.cosigners[0].name == audit::kServiceCosigner;
        });
    }
    Result<AuditVerification> verify(std::optional<std::uint64_t> entry)
    {
        return desktop.ask<AuditVerification>([&](Completion<AuditVerification> done) { return desktop.desk->verifyLog(entry, {}, std::move(done)); });
    }
    [[nodiscard]] std::filesystem::path vaultFile() const { return desktop.folder / "vault.db"; }

    SmallConsortium consortium;
    RunningService service;
    Desktop desktop;
};

}  // namespace

TEST_CASE("A desk has its head cosigned when it connects and after a decision, and keeps the witness beside the vault")
{
    AuditScene scene;
    scene.open(scene.service.address);
    REQUIRE(scene.isCosigned(1));
    const auto before = scene.log().head.size;
    REQUIRE(scene.desktop.approve(passphrase()));
    REQUIRE(scene.isCosigned(before + 1));
    CHECK_FALSE(scene.log().witnessProblem);
    const auto kept = audit::parseCheckpoint(asText(readBytes(vault::Vault::witnessPathFor(scene.vaultFile()))));
    REQUIRE(kept);
    CHECK(kept->note.signatures.size() == 2);

    // What came after the last cosigned head is signed when the desk closes.
    const auto last = scene.log().head;
    scene.desktop.desk.reset();
    const auto atEnd = audit::parseCheckpoint(asText(readBytes(vault::Vault::witnessPathFor(scene.vaultFile())))).value();
    CHECK(atEnd.head.size >= last.size);
}

TEST_CASE("A check recomputes the log, judges every signature and proves the entry that was asked for")
{
    AuditScene scene;
    scene.open(scene.service.address);
    REQUIRE(scene.desktop.approve(passphrase()));
    REQUIRE(scene.isCosigned(1));
    const auto checked = scene.verify(2);
    REQUIRE(checked);
    CHECK(checked->holds());
    CHECK(checked->entries == checked->head.size);
    CHECK(checked->checkpoints > 0);
    CHECK(checked->coveredUntil > 0);
    REQUIRE(checked->inclusion);
    CHECK(checked->inclusion->path.front() == checked->inclusion->leaf);
    CHECK(checked->inclusion->path.back() == checked->head.root);
    CHECK(checked->inclusion->path.size() == checked->inclusion->neighbours.size() + 1);
    for (std::uint64_t entry = 0; entry < checked->head.size; ++entry) {
        const auto proven = scene.verify(entry);
        REQUIRE(proven);
        CHECK(proven->inclusion->path.back() == proven->head.root);
    }
    const auto entries = scene.desktop.ask<std::vector<audit::Entry>>([&](Completion<std::vector<audit::Entry>> done) {
        return scene.desktop.desk->readEntries(0, checked->head.size, std::move(done));
    });
    REQUIRE(entries);
    REQUIRE(entries->size() == checked->head.size);
    CHECK(std::any_of(entries->begin(), entries->end(), [](const auto& entry) {
        return entry.kind == audit::EventKind::ParticipationSigned && entry.reason == "test" && entry.meaning == "approval";
    }));
}

TEST_CASE("An export of the desk verifies with nothing but the root's key, the service's line with it")
{
    AuditScene scene;
    scene.open(scene.service.address);
    REQUIRE(scene.desktop.approve(passphrase()));
    REQUIRE(scene.isCosigned(1));
    const auto file = scene.desktop.folder / "log.jsonl";
    const auto write = [&](AuditExportFormat format, const std::filesystem::path& to) {
        return scene.desktop.wait([&](Completion<void> done) { return scene.desktop.desk->exportLog(format, to.string(), std::move(done)); });
    };
    REQUIRE(write(AuditExportFormat::Export, file));
    std::ifstream in(file, std::ios::binary);
    const audit::ExportTrust trust{scene.consortium.authority.certificate().publicKey().spkiSha256(), {}, {}};
    const auto report = audit::verifyExport(in, trust);
    if (report.fault) MESSAGE(report.fault->detail);
    CHECK(report.holds());
    CHECK(report.isRootPinned);
    CHECK(report.coveredUntil == report.tree.size());
    const auto isService = [](const auto& signer) { return signer.name == audit::kServiceCosigner && signer.signatures > 0; };
    CHECK(std::any_of(report.signers.begin(), report.signers.end(), isService));

    const auto odm = scene.desktop.folder / "log.xml";
    REQUIRE(write(AuditExportFormat::Odm, odm));
    CHECK(asText(readBytes(odm)).find("<AuditRecord ID=\"A.0\"") != std::string_view::npos);
    CHECK_FALSE(write(AuditExportFormat::Export, scene.desktop.folder / "missing" / "log.jsonl"));
    CHECK_FALSE(std::filesystem::exists(scene.desktop.folder / "log.jsonl.part"));
}

TEST_CASE("An older copy of the vault opens read-only against what the service has cosigned, with the gap, and dials no more")
{
    AuditScene scene;
    scene.open(scene.service.address);
    REQUIRE(scene.isCosigned(1));
    scene.desktop.desk.reset();
    const Bytes yesterday = readBytes(scene.vaultFile());

    scene.open(scene.service.address);
    REQUIRE(scene.desktop.approve(passphrase()));
    for (int i = 0; i < 4; ++i) {
        REQUIRE(scene.desktop.wait([&](Completion<void> done) { return scene.desktop.desk->checkNodes(scene.consortium.study(), std::move(done)); }));
    }
    scene.desktop.desk.reset();
    scene.open(scene.service.address);
    REQUIRE(scene.isCosigned(1));
    REQUIRE(scene.desktop.until([&] { return scene.log().checkpoints.front().head.size + 8 > scene.log().head.size; }));
    const auto cosigned = scene.log().checkpoints.front().head.size;
    scene.desktop.desk.reset();

    // The file beside the vault went back with it: only the service remembers.
    writeBytes(scene.vaultFile(), yesterday);
    std::filesystem::remove(vault::Vault::witnessPathFor(scene.vaultFile()));
    scene.open(scene.service.address);
    REQUIRE(scene.desktop.until([&] { return scene.desktop.desk->auditLog() && !scene.log().damage.empty(); }));
    const auto log = scene.log();
    CHECK(log.damage.front().kind == Damage::Kind::Gap);
    CHECK(log.damage.front().entryIndex == log.head.size);
    CHECK(log.damage.front().lastIndex >= cosigned - 1);
    CHECK_FALSE(log.readOnlyBecause.empty());
    CHECK(scene.desktop.becomes(Connection::Offline));
    const auto refused = scene.desktop.approve(passphrase());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::Untrusted);
    CHECK(scene.log().head == log.head);
    const auto checked = scene.verify(std::nullopt);
    REQUIRE(checked);
    CHECK_FALSE(checked->holds());
}

TEST_CASE("A service that starts anew is another witness, and an export names both of its keys")
{
    AuditScene scene;
    scene.open(scene.service.address);
    REQUIRE(scene.isCosigned(1));
    const auto first = scene.log().checkpoints.front().head.size;
    scene.service.server.reset();
    REQUIRE(scene.desktop.becomes(Connection::Lost));
    scene.service = startService(scene.consortium, nullptr, scene.service.address);
    publish(scene.consortium, scene.service);
    scene.consortium.advance(std::chrono::seconds(5));
    REQUIRE(scene.isCosigned(first + 1));
    const auto checked = scene.verify(std::nullopt);
    REQUIRE(checked);
    CHECK(checked->holds());
    CHECK(checked->checkpoints >= 2);
}
