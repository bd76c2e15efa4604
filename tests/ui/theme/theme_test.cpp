// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QtTest>

#include "ui/theme/theme.h"

using namespace quorate::ui;

class ThemeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyIconIsPaintedInTheColourAskedFor()
    {
        const Theme theme;
        const QColor violet(QStringLiteral("#5B3A9E"));
        const QStringList files = QDir(QStringLiteral(":/icons")).entryList();
        QVERIFY(files.size() >= 35);
        for (const QString& file : files) {
            if (file == QLatin1String("app.svg")) continue;
            const QImage image = theme.pixmap(file.chopped(4), 20, violet, 2.0).toImage();
            bool painted = false;
            for (int y = 0; y < image.height() && !painted; ++y) {
                for (int x = 0; x < image.width() && !painted; ++x) {
                    painted = image.pixelColor(x, y).alpha() == 255 && image.pixelColor(x, y).rgb() == violet.rgb();
                }
            }
            QVERIFY2(painted, qPrintable(file));
        }
    }

    void changingTheSchemeSaysSoOnce()
    {
        Theme theme;
        theme.setSchemeChoice(SchemeChoice::Light);
        QSignalSpy spy(&theme, &Theme::changed);
        theme.setSchemeChoice(SchemeChoice::Dark);
        theme.setSchemeChoice(SchemeChoice::Dark);
        QCOMPARE(spy.count(), 1);
        QCOMPARE(theme.color(Token::Window), QColor(QStringLiteral("#12161C")));
    }

    void fontsFollowTheSystemSizeAndTheScale()
    {
        Theme theme;
        theme.setBodyPointSize(12);
        theme.setFontScale(1.5);
        QCOMPARE(theme.font(FontRole::Body).pointSizeF(), 18.0);
        QCOMPARE(theme.font(FontRole::Title).pointSizeF(), 27.0);
    }
};

QTEST_MAIN(ThemeTest)
#include "theme_test.moc"
