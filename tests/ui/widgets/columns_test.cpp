// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/columns.h"

#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>
#include <QtTest>

#include "ui/theme/theme.h"

using namespace quorate::ui;

class ColumnsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_theme.setFontScale(1);
        m_area = std::make_unique<QScrollArea>();
        m_area->setWidgetResizable(true);
    }

    void aWidePageHasTheSideBesideTheMain()
    {
        const Columns& columns = open(Columns::Side::Trailing, 1024);
        QVERIFY(!columns.isStacked());
        QCOMPARE(m_side->mapTo(&columns, QPoint()).y(), 0);
        QCOMPARE(m_side->width(), 324);
        QVERIFY(m_side->mapTo(&columns, QPoint()).x() > m_main->width());
    }

    void aNarrowPageStacksATrailingSideUnderTheMain()
    {
        const Columns& columns = open(Columns::Side::Trailing, 728);
        QVERIFY(columns.isStacked());
        QVERIFY(m_side->mapTo(&columns, QPoint()).y() > m_main->mapTo(&columns, QPoint()).y());
        QCOMPARE(m_side->width(), columns.width());
    }

    void aNarrowPageStacksALeadingSideAboveTheMain()
    {
        const Columns& columns = open(Columns::Side::Leading, 728);
        QVERIFY(m_side->mapTo(&columns, QPoint()).y() < m_main->mapTo(&columns, QPoint()).y());
    }

    void aPageMadeNarrowerIsNotHeldOpenByItsOldForm()
    {
        const Columns& columns = open(Columns::Side::Trailing, 1024);
        m_area->resize(500, 400);
        QTRY_VERIFY(columns.isStacked());
        QVERIFY(columns.width() <= 500);
    }

    void largeTextStacksThemOnAnyPage()
    {
        const Columns& columns = open(Columns::Side::Trailing, 1024);
        m_theme.setFontScale(1.5);
        m_area->resize(1400, 400);
        QTRY_VERIFY(columns.isStacked());
    }

private:
    const Columns& open(Columns::Side side, int width)
    {
        auto* columns = new Columns(m_theme, side, 324);
        m_main = new QLabel(QStringLiteral("main"));
        m_side = new QLabel(QStringLiteral("side"));
        m_main->setMinimumWidth(480);
        columns->main()->addWidget(m_main);
        columns->side()->addWidget(m_side);
        m_area->setWidget(columns);
        m_area->resize(width, 400);
        m_area->show();
        QCoreApplication::processEvents();
        return *columns;
    }

    Theme m_theme;
    std::unique_ptr<QScrollArea> m_area;
    QLabel* m_main = nullptr;
    QLabel* m_side = nullptr;
};

QTEST_MAIN(ColumnsTest)
#include "columns_test.moc"
