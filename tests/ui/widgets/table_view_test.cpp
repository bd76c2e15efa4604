// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/table_view.h"

#include <QHeaderView>
#include <QScrollBar>
#include <QtTest>

#include "ui/models/table_model.h"

using namespace quorate::ui;

class TableViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_table = std::make_unique<TableView>(m_theme, QStringLiteral("Table"));
        m_table->setStretchColumns({1, 2});
        m_table->setModel(&m_model);
        m_table->setAttribute(Qt::WA_DontShowOnScreen);
        m_table->resize(500, 300);
        m_table->show();
    }

    void aColumnThatNeedsLittleLeavesTheRestToTheOther()
    {
        fill(QStringLiteral("short"), QString(200, QLatin1Char('m')));
        QCOMPARE(width(1), wanted(1));
        QVERIFY(width(2) > width(1));
        QCOMPARE(width(0) + width(1) + width(2), m_table->viewport()->width());
    }

    void columnsThatNeedLessThanThereIsShareWhatIsOverEqually()
    {
        fill(QStringLiteral("short"), QStringLiteral("not so short"));
        QVERIFY(qAbs((width(1) - wanted(1)) - (width(2) - wanted(2))) <= 1);
        QVERIFY(width(1) > wanted(1));
        QCOMPARE(width(0) + width(1) + width(2), m_table->viewport()->width());
    }

    void aSpareColumnGivesWayWhereTheOthersNeedTheRoom()
    {
        m_table->setSpareColumn(2);
        fill(QStringLiteral("short"), QString(200, QLatin1Char('m')));
        QVERIFY(!m_table->isColumnHidden(2));
        m_table->resize(width(0) + wanted(1) + 40, 300);
        QTRY_VERIFY(m_table->isColumnHidden(2));
        QCOMPARE(width(0) + width(1), m_table->viewport()->width());
        m_table->resize(500, 300);
        QTRY_VERIFY(!m_table->isColumnHidden(2));
    }

    void columnsThatNeedMoreThanThereIsShareItEqually()
    {
        fill(QString(200, QLatin1Char('m')), QString(150, QLatin1Char('m')));
        QVERIFY(qAbs(width(1) - width(2)) <= 1);
        QCOMPARE(width(0) + width(1) + width(2), m_table->viewport()->width());
    }

    void columnsThatAreReadAgainstEachOtherAreOfOneWidth()
    {
        m_table->setStretchColumns({1, 2}, TableView::Share::Equally);
        fill(QStringLiteral("short"), QString(200, QLatin1Char('m')));
        QVERIFY(qAbs(width(1) - width(2)) <= 1);
    }

    void aColumnThatIsHiddenTakesNoWidth()
    {
        fill(QStringLiteral("short"), QStringLiteral("short"));
        m_table->setColumnHidden(1, true);
        m_table->resize(400, 300);
        QTRY_COMPARE(width(0) + width(2), m_table->viewport()->width());
    }

    void everyRowIsSeenAboveABarThatScrollsSideways()
    {
        m_table->setFitToRows(true);
        fill(QStringLiteral("short"), QStringLiteral("short"));
        const int height = m_table->height();
        m_table->resize(60, height);
        QTRY_VERIFY(m_table->horizontalScrollBar()->isVisible());
        QTRY_VERIFY(m_table->viewport()->height() >= 2 * m_table->verticalHeader()->defaultSectionSize());
    }

private:
    void fill(const QString& first, const QString& second)
    {
        m_model.setContent({{{.text = QStringLiteral("No.")}, {.text = QStringLiteral("A")}, {.text = QStringLiteral("B")}},
                            {{QStringLiteral("1"), {{.text = QStringLiteral("1")}, {.text = first}, {.text = second}}},
                             {QStringLiteral("2"), {{.text = QStringLiteral("2")}, {.text = first}, {.text = second}}}}});
        QCoreApplication::processEvents();
    }
    [[nodiscard]] int width(int column) const { return m_table->columnWidth(column); }
    [[nodiscard]] int wanted(int column) const
    {
        const QModelIndex index = m_model.index(0, column);
        return qMax(m_table->itemDelegate()->sizeHint({}, index).width(), m_table->horizontalHeader()->sectionSizeHint(column));
    }

    Theme m_theme;
    TableModel m_model;
    std::unique_ptr<TableView> m_table;
};

QTEST_MAIN(TableViewTest)
#include "table_view_test.moc"
