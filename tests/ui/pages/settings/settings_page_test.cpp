// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/ui/support/fake_desk.h"
#include "tests/ui/support/sample_study.h"
#include "ui/pages/settings/backup_card.h"
#include "ui/pages/settings/diagnostics_card.h"
#include "ui/pages/settings/settings_page.h"
#include "ui/text/translation.h"

using namespace quorate;
using namespace quorate::ui;
using tests::SampleStage;

class SettingsPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(installTranslation()); }

    void withoutAVaultEverythingSaysWhy()
    {
        Stand s(false);
        for (const char* name : {"changePassphrase", "keepIdle", "keystore", "rotate", "backUp", "restoreBackup"}) {
            QVERIFY2(!s.button(name)->isEnabled(), name);
            QVERIFY2(!s.button(name)->toolTip().isEmpty(), name);
        }
        QVERIFY(s.button("selfTest")->isEnabled());
    }

    void aPassphraseIsChangedWithTheOneThatHolds()
    {
        Stand s;
        s.type("currentPassphrase", "right one");
        s.type("newPassphrase", "short");
        QVERIFY(!s.button("changePassphrase")->isEnabled());
        s.type("newPassphrase", "correct horse battery");
        s.type("newPassphraseAgain", "correct horse");
        QCOMPARE(s.button("changePassphrase")->toolTip(), QStringLiteral("Type the new passphrase twice."));
        s.type("newPassphraseAgain", "correct horse battery");
        QTest::mouseClick(s.button("changePassphrase"), Qt::LeftButton);
        QCOMPARE(s.page.state(), PageState::Loading);
        QVERIFY(!s.button("rotate")->isEnabled());
        QVERIFY(s.field("newPassphrase")->text().isEmpty() && s.field("currentPassphrase")->text().isEmpty());
        s.desk.finishCalls();
        QCOMPARE(s.page.state(), PageState::Ready);
        QCOMPARE(s.vault->passphrase, std::string("correct horse battery"));
    }

    void aWrongPassphraseIsOneClearSentence()
    {
        Stand s;
        s.type("keyPassphrase", "wrong");
        QTest::mouseClick(s.button("rotate"), Qt::LeftButton);
        s.desk.finishCalls();
        QCOMPARE(s.page.state(), PageState::Failed);
        QCOMPARE(s.vault->rotations, 0);
        QVERIFY(s.says(QStringLiteral("This is not the vault's passphrase.")));
        s.type("keyPassphrase", "right one");
        QTest::mouseClick(s.button("rotate"), Qt::LeftButton);
        s.desk.finishCalls();
        QCOMPARE(s.vault->rotations, 1);
        QCOMPARE(s.page.state(), PageState::Ready);
    }

    void whereNoKeystoreRunsThePageSaysSo()
    {
        Stand s;
        s.type("keyPassphrase", "right one");
        QVERIFY(!s.button("keystore")->isEnabled());
        QVERIFY(s.says(QStringLiteral("No keystore service runs on this computer, so only the passphrase opens the vault.")));
    }

    void theKeystoreIsSwitchedOnAndOff()
    {
        Stand s;
        s.vault->shown.keystore = KeystoreState::Ready;
        s.showAgain();
        QVERIFY(!s.button("keystore")->isEnabled());
        s.type("keyPassphrase", "right one");
        QTest::mouseClick(s.button("keystore"), Qt::LeftButton);
        s.desk.finishCalls();
        s.desk.finishCalls();
        QCOMPARE(s.button("keystore")->text(), QStringLiteral("Do not open with the keystore"));
        QTest::mouseClick(s.button("keystore"), Qt::LeftButton);
        s.desk.finishCalls();
        QCOMPARE(s.vault->shown.keystore, KeystoreState::Ready);
    }

    void theIdleTimeIsKept()
    {
        Stand s;
        QVERIFY(!s.button("keepIdle")->isEnabled());
        s.page.findChild<QSpinBox*>(QStringLiteral("idleMinutes"))->setValue(4);
        QTest::mouseClick(s.button("keepIdle"), Qt::LeftButton);
        s.desk.finishCalls();
        QCOMPARE(s.desk.status().idleLock, std::chrono::minutes(4));
    }

    void aBackupIsMadeAndItsTimeShown()
    {
        Stand s;
        auto* card = s.page.findChild<BackupCard*>();
        QCOMPARE(card->lastBackup(), QStringLiteral("No backup was made yet."));
        s.vault->shown.lastBackup = tests::sampleNow(SampleStage::Running) - std::chrono::hours(3);
        Q_EMIT card->fileChosen(QStringLiteral("/somewhere/copy.vault"));
        s.desk.finishCalls();
        s.desk.finishCalls();
        QCOMPARE(s.vault->backups, std::vector<std::string>{"/somewhere/copy.vault"});
        QVERIFY2(card->lastBackup().contains(QStringLiteral("3 h ago")), qPrintable(card->lastBackup()));
    }

    void aBackupIsRestoredToANewFileWithItsPassphrase()
    {
        Stand s;
        auto* card = s.page.findChild<BackupCard*>();
        QVERIFY(!s.button("restoreBackup")->isEnabled());
        s.type("backupPassphrase", "wrong");
        QVERIFY(s.button("restoreBackup")->isEnabled());
        Q_EMIT card->restoreChosen(QStringLiteral("/copy.vault"), QStringLiteral("/new.vault"));
        QVERIFY(s.field("backupPassphrase")->text().isEmpty());
        s.desk.finishCalls();
        QCOMPARE(s.page.state(), PageState::Failed);
        QVERIFY(s.vault->restored.empty());
        s.type("backupPassphrase", "right one");
        Q_EMIT card->restoreChosen(QStringLiteral("/copy.vault"), QStringLiteral("/new.vault"));
        s.desk.finishCalls();
        QCOMPARE(s.page.state(), PageState::Ready);
        QCOMPARE(s.vault->restored, std::vector<std::string>{"/copy.vault > /new.vault"});
        QVERIFY(s.says(QStringLiteral("The backup was restored. Close this window")));
        s.vault->gap = "40 entries are missing";
        s.type("backupPassphrase", "right one");
        Q_EMIT card->restoreChosen(QStringLiteral("/copy.vault"), QStringLiteral("/other.vault"));
        s.desk.finishCalls();
        QVERIFY(s.says(QStringLiteral("opens for reading only: 40 entries are missing")));
    }

    void aTokenThatIsOutIsSaidWithWhatToDo()
    {
        Stand s;
        QVERIFY(!s.button("lookForToken")->isVisible());
        s.vault->shown.token = SigningToken{"4711", Error{ErrorKind::Unavailable, "no token is there"}};
        s.showAgain();
        QVERIFY(s.says(QStringLiteral("on the token 4711, which does not answer. Nothing can be signed.")));
        QVERIFY(s.says(QStringLiteral("Put the token in, then look again.")));
        s.vault->shown.token->problem.reset();
        QTest::mouseClick(s.button("lookForToken"), Qt::LeftButton);
        s.desk.finishCalls();
        QVERIFY(s.says(QStringLiteral("on the token 4711, which is there.")));
    }

    void thePageStaysWhereItIsWhenAButtonIsBlocked()
    {
        Stand s;
        s.page.resize(1072, 500);
        auto* area = s.page.findChild<QScrollArea*>();
        s.type("keyPassphrase", "right one");
        s.field("keyPassphrase")->setFocus();
        area->ensureWidgetVisible(s.button("rotate"));
        s.button("rotate")->setFocus();
        const int before = area->verticalScrollBar()->value();
        QTest::mouseClick(s.button("rotate"), Qt::LeftButton);
        QCOMPARE(area->verticalScrollBar()->value(), before);
        s.desk.finishCalls();
        s.desk.finishCalls();
        QCOMPARE(area->verticalScrollBar()->value(), before);
    }

    void damageIsSaidAndStopsChanges()
    {
        Stand s;
        s.vault->shown.damage = {{"events", "AABB/7", 12, std::nullopt, vault::Damage::Kind::Edited}};
        s.vault->shown.readOnlyBecause = "events AABB/7: edited, entry 12";
        s.showAgain();
        s.type("keyPassphrase", "right one");
        QVERIFY(!s.button("rotate")->isEnabled());
        QVERIFY(s.says(QStringLiteral("1 place does not agree with the log, first: events AABB/7: edited, entry 12. The vault opens for "
                                      "reading only; restore a backup.")));
    }

    void theSelfTestSaysHowManyAnswersCameOut()
    {
        Stand s;
        QTest::mouseClick(s.button("selfTest"), Qt::LeftButton);
        QVERIFY(s.page.findChild<DiagnosticsCard*>()->text().contains(QStringLiteral("Vault: pass")));
        QVERIFY(!s.page.findChild<DiagnosticsCard*>()->text().contains(QStringLiteral("FAIL")));
    }

    void diagnosticsHoldNothingThatNamesAnybody()
    {
        Stand s;
        s.vault->shown.damage = {{"events", "CANARY-KEY", 12, std::nullopt, vault::Damage::Kind::Edited}};
        s.vault->shown.readOnlyBecause = "CANARY-REASON";
        DeskStatus status = s.desk.status();
        status.detail = "CANARY-ADDRESS:7443";
        s.desk.setStatus(status);
        s.page.setStatus(status);
        s.showAgain();
        const QString text = s.page.findChild<DiagnosticsCard*>()->text();
        QVERIFY(text.contains(QStringLiteral("1 x edited")));
        QStringList canaries{QStringLiteral("CANARY"), QStringLiteral("/home/"), QStringLiteral("HEART-4")};
        for (const study::Member& member : tests::sampleRoster().members) {
            canaries << QString::fromStdString(member.name) << QString::fromStdString(member.organisation);
        }
        for (const QString& canary : canaries) QVERIFY2(canary.isEmpty() || !text.contains(canary), qPrintable(canary));
    }

    void whatIsSavedIsWhatIsShown()
    {
        Stand s;
        QTemporaryDir folder;
        auto* card = s.page.findChild<DiagnosticsCard*>();
        card->save(folder.filePath(QStringLiteral("d.txt")));
        QFile file(folder.filePath(QStringLiteral("d.txt")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(file.readAll()), card->text());
        card->save(folder.filePath(QStringLiteral("missing/d.txt")));
        QVERIFY(s.says(QStringLiteral("Check disk space")));
    }

private:
    struct Stand {
        explicit Stand(bool withVault = true) : page({desk, theme, [] { return tests::sampleNow(SampleStage::Running); }})
        {
            desk.setStatus(tests::sampleStatus(tests::sampleMember(study::Role::Custodian, "Long Beach")));
            if (withVault) vault = &desk.openVault();
            page.setStatus(desk.status());
            page.setStudy(std::make_shared<StudySnapshot>(tests::sampleStudy(SampleStage::Running)));
            listener = desk.subscribe([this] { page.setStatus(desk.status()); });
            page.resize(1072, 744);
            page.show();
            desk.finishCalls();
        }
        void showAgain()
        {
            page.hide();
            page.show();
            desk.finishCalls();
        }
        QPushButton* button(const char* name) { return page.findChild<QPushButton*>(QString::fromLatin1(name)); }
        QLineEdit* field(const char* name) { return page.findChild<QLineEdit*>(QString::fromLatin1(name)); }
        void type(const char* name, const char* text)
        {
            field(name)->clear();
            QTest::keyClicks(field(name), QString::fromLatin1(text));
        }
        bool says(const QString& sentence)
        {
            for (const QLabel* label : page.findChildren<QLabel*>()) {
                if (label->text().contains(sentence)) return true;
            }
            return false;
        }
        Theme theme;
        tests::FakeDesk desk;
        SettingsPage page;
        tests::FakeDesk::Vault* vault = nullptr;
        std::unique_ptr<StudyDesk::Subscription> listener;
    };
};

QTEST_MAIN(SettingsPageTest)
#include "settings_page_test.moc"
