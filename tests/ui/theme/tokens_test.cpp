// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "ui/theme/tokens.h"

using namespace quorate::ui;

Q_DECLARE_METATYPE(quorate::ui::Scheme)

class TokensTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTextPairReachesItsContrastFloor_data() { schemes(); }
    void everyTextPairReachesItsContrastFloor()
    {
        QFETCH(Scheme, scheme);
        using enum Token;
        for (const Token ink : {Text, Text2, Text3}) {
            for (const Token ground : {Window, Surface, Sunken, Nav, Hover}) atLeast(4.5, ink, ground, scheme);
        }
        atLeast(4.5, OnSelection, Selection, scheme);
        for (const Token ground : {Window, Surface, Nav, Hover, AccentSoft}) atLeast(4.5, Accent, ground, scheme);
        atLeast(4.5, OnAccent, Accent, scheme);
        atLeast(4.5, Danger, Surface, scheme);
    }

    void everyVerdictReachesItsContrastFloor_data() { schemes(); }
    void everyVerdictReachesItsContrastFloor()
    {
        QFETCH(Scheme, scheme);
        const QColor surface = colorOf(Token::Surface, scheme);
        for (int i = 0; i < 5; ++i) {
            const VerdictColors colors = colorsOf(static_cast<VerdictKind>(i), scheme);
            QVERIFY2(contrastRatio(colors.text, colors.bg) >= 4.5, qPrintable(QString::number(i)));
            QVERIFY2(contrastRatio(colors.text, surface) >= 4.5, qPrintable(QString::number(i)));
            QVERIFY2(contrastRatio(colorOf(Token::Text2, scheme), colors.bg) >= 4.5, qPrintable(QString::number(i)));
            QVERIFY2(contrastRatio(colors.line, surface) >= 3.0, qPrintable(QString::number(i)));
        }
    }

    void graphicsReachThreeToOne_data() { schemes(); }
    void graphicsReachThreeToOne()
    {
        QFETCH(Scheme, scheme);
        atLeast(3.0, Token::Line, Token::Surface, scheme);
        atLeast(3.0, Token::Line, Token::Window, scheme);
        atLeast(3.0, Token::Focus, Token::Surface, scheme);
        atLeast(3.0, Token::Focus, Token::Nav, scheme);
        for (int k = 0; k < kChartColors; ++k) {
            QVERIFY(contrastRatio(chartColorOf(k, scheme), colorOf(Token::Surface, scheme)) >= 3.0);
        }
    }

    void measuredRatiosEqualTheTable()
    {
        const auto ratio = [](Token a, Token b, Scheme scheme) {
            return qRound(10 * contrastRatio(colorOf(a, scheme), colorOf(b, scheme)));
        };
        QCOMPARE(ratio(Token::Text, Token::Window, Scheme::Light), 150);
        QCOMPARE(ratio(Token::Text3, Token::Hover, Scheme::Dark), 59);
        QCOMPARE(ratio(Token::OnSelection, Token::Selection, Scheme::Contrast), 170);
        QCOMPARE(ratio(Token::Line, Token::Window, Scheme::Light), 34);
    }

private:
    static void schemes()
    {
        QTest::addColumn<Scheme>("scheme");
        QTest::newRow("light") << Scheme::Light;
        QTest::newRow("dark") << Scheme::Dark;
        QTest::newRow("contrast") << Scheme::Contrast;
    }
    static void atLeast(double floor, Token ink, Token ground, Scheme scheme)
    {
        const double ratio = contrastRatio(colorOf(ink, scheme), colorOf(ground, scheme));
        QVERIFY2(ratio >= floor, qPrintable(QStringLiteral("token %1 on %2: %3").arg(int(ink)).arg(int(ground)).arg(ratio)));
    }
};

QTEST_MAIN(TokensTest)
#include "tokens_test.moc"
