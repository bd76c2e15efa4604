// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <QTest>

#include "ui/text/english_plurals.h"

using quorate::ui::EnglishPlurals;

class EnglishPluralsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aNumberChoosesTheWord()
    {
        EnglishPlurals plurals;
        QVERIFY(QCoreApplication::installTranslator(&plurals));
        const auto shares = [](int n) { return QCoreApplication::translate("Words", "%n share(s) missing", nullptr, n); };
        QCOMPARE(shares(0), QStringLiteral("0 shares missing"));
        QCOMPARE(shares(1), QStringLiteral("1 share missing"));
        QCOMPARE(shares(2), QStringLiteral("2 shares missing"));
    }

    void aSentenceWithoutNumberStaysAsItIs()
    {
        EnglishPlurals plurals;
        QVERIFY(QCoreApplication::installTranslator(&plurals));
        QCOMPARE(QCoreApplication::translate("Words", "Picture(s) of f(s)"), QStringLiteral("Picture(s) of f(s)"));
        QCOMPARE(QCoreApplication::translate("Words", "The key is released"), QStringLiteral("The key is released"));
    }
};

QTEST_MAIN(EnglishPluralsTest)
#include "english_plurals_test.moc"
