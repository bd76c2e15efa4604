// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/table_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <algorithm>

#include "ui/models/table_model.h"
#include "ui/widgets/verdict_painter.h"

namespace quorate::ui {
namespace {

/// A spare column with less is as good as none.
constexpr int kLeastSpareCharacters = 16;

constexpr int kPad = 12;
constexpr int kSwatch = 18;

FontRole roleFor(const Cell& cell)
{
    if (cell.fixed) return FontRole::Fixed;
    return cell.strong ? FontRole::Strong : FontRole::Body;
}

BadgeLook lookOf(const Cell& cell)
{
    return {cell.verdict.value_or(VerdictKind::Unknown), cell.text, {}, cell.waiting};
}

}  // namespace

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Cell cell = index.data(TableModel::CellRole).value<Cell>();
    const bool selected = option.state & QStyle::State_Selected;
    const bool lit = index.data(TableModel::HighlightRole).toBool() || option.state & QStyle::State_MouseOver;
    const Token ground = selected ? Token::Selection : lit ? Token::Hover : Token::Surface;
    painter->fillRect(option.rect, m_theme.color(ground));
    painter->setPen(m_theme.color(Token::Border));
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    QRect area = option.rect.adjusted(kPad, 0, -kPad, -1);
    const bool inverse = selected && m_theme.scheme() == Scheme::Contrast;
    if (cell.verdict) {
        VerdictPainter(m_theme).drawPlain(*painter, area, lookOf(cell), inverse ? m_theme.color(Token::OnSelection) : QColor());
        return;
    }
    if (cell.swatch >= 0) {
        painter->fillRect(QRect(area.left(), area.center().y() - 1, kSwatch, 3), m_theme.chartColor(cell.swatch));
        area.setLeft(area.left() + kSwatch + 8);
    }
    painter->setFont(m_theme.font(roleFor(cell)));
    const Token ink = inverse ? Token::OnSelection : cell.quiet ? Token::Text3 : Token::Text;
    painter->setPen(m_theme.color(ink));
    const QString text = painter->fontMetrics().elidedText(cell.text, Qt::ElideRight, area.width());
    painter->drawText(area, Qt::AlignVCenter | (cell.number ? Qt::AlignRight : Qt::AlignLeft), text);
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const Cell cell = index.data(TableModel::CellRole).value<Cell>();
    int width = cell.verdict ? VerdictPainter(m_theme).plainSize(lookOf(cell)).width()
                             : QFontMetrics(m_theme.font(roleFor(cell))).horizontalAdvance(cell.text);
    if (cell.swatch >= 0) width += kSwatch + 8;
    return {width + 2 * kPad + 2, height::kTableRow};
}

TableView::TableView(Theme& theme, const QString& name, QWidget* parent) : QTableView(parent)
{
    setAccessibleName(name);
    setItemDelegate(new CellDelegate(theme, this));
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setShowGrid(false);
    setWordWrap(false);
    setFrameShape(NoFrame);
    setMouseTracking(true);
    setTabKeyNavigation(false);
    setVerticalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(height::kTableRow);
    verticalHeader()->setMinimumSectionSize(height::kTableRow - 2);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setMinimumHeight(height::kTableHead);
    connect(&theme, &Theme::changed, this, [this] {
        shareWidth();
        viewport()->update();
    });
}

void TableView::setStretchColumns(const QList<int>& columns, Share share)
{
    m_stretch = columns;
    m_share = share;
    fit();
}

void TableView::setSpareColumn(int column)
{
    m_spare = column;
    fit();
}

void TableView::setFitToRows(bool wanted)
{
    m_fit = wanted;
    fit();
}

void TableView::setModel(QAbstractItemModel* model)
{
    QTableView::setModel(model);
    connect(model, &QAbstractItemModel::modelReset, this, &TableView::fit);
    connect(model, &QAbstractItemModel::rowsInserted, this, &TableView::fit);
    connect(model, &QAbstractItemModel::layoutChanged, this, &TableView::fit);
    connect(model, &QAbstractItemModel::dataChanged, this, &TableView::shareWidth);
    fit();
}

void TableView::fit()
{
    if (!model()) return;
    for (int column = 0; column < model()->columnCount(); ++column) {
        horizontalHeader()->setSectionResizeMode(column, m_stretch.contains(column) ? QHeaderView::Fixed : QHeaderView::ResizeToContents);
    }
    shareWidth();
}

int TableView::contentWidth(int column) const
{
    return qMax(sizeHintForColumn(column), horizontalHeader()->sectionSizeHint(column));
}

void TableView::showSpareColumn()
{
    if (m_spare < 0 || m_spare >= model()->columnCount()) return;
    int room = viewport()->width();
    for (int column = 0; column < model()->columnCount(); ++column) {
        if (column != m_spare && !isColumnHidden(column)) room -= contentWidth(column);
    }
    const int least = kLeastSpareCharacters * fontMetrics().averageCharWidth();
    const bool hasRoom = room >= qMin(least, contentWidth(m_spare));
    if (hasRoom == isColumnHidden(m_spare)) setColumnHidden(m_spare, !hasRoom);
}

void TableView::shareWidth()
{
    if (!model()) return;
    showSpareColumn();
    int room = viewport()->width();
    QList<int> wanting;
    for (int column = 0; column < model()->columnCount(); ++column) {
        if (isColumnHidden(column)) continue;
        if (m_stretch.contains(column)) wanting << column;
        else room -= contentWidth(column);
    }
    std::ranges::sort(wanting, {}, [this](int column) { return contentWidth(column); });
    int over = room;
    for (const int column : wanting) over -= contentWidth(column);
    const int extra = wanting.isEmpty() ? 0 : qMax(0, over) / static_cast<int>(wanting.size());
    bool isTooWide = false;
    for (qsizetype i = 0; i < wanting.size(); ++i) {
        const int column = wanting[i];
        const int share = room / static_cast<int>(wanting.size() - i);
        const int least = horizontalHeader()->sectionSizeHint(column);
        // The last one, which wants most, takes all that is left.
        const bool takesShare = m_share == Share::Equally || i + 1 == wanting.size();
        const int width = qMax(least, takesShare ? share : qMin(share, contentWidth(column) + extra));
        horizontalHeader()->resizeSection(column, width);
        room -= width;
        isTooWide = isTooWide || room < 0;
    }
    if (!m_fit) return;
    const int rows = model()->rowCount() * verticalHeader()->defaultSectionSize();
    const int bar = isTooWide ? horizontalScrollBar()->sizeHint().height() : 0;
    setFixedHeight(rows + qMax(height::kTableHead, horizontalHeader()->sizeHint().height()) + bar + 2);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

void TableView::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    shareWidth();
}

void TableView::keyPressEvent(QKeyEvent* event)
{
    if (!event->matches(QKeySequence::Copy) || !selectionModel()) {
        QTableView::keyPressEvent(event);
        return;
    }
    QStringList lines;
    for (const QModelIndex& row : selectionModel()->selectedRows()) {
        QStringList cells;
        for (int column = 0; column < model()->columnCount(); ++column) cells << row.siblingAtColumn(column).data().toString();
        lines << cells.join(QLatin1Char('\t'));
    }
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

}  // namespace quorate::ui
