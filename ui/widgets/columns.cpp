// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/columns.h"

#include <QAbstractScrollArea>
#include <QEvent>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/theme/theme.h"

namespace quorate::ui {

namespace {

constexpr int kStackBelow = 900;
constexpr double kLargeText = 1.25;
constexpr int kLargePage = 1500;
constexpr int kSideWidest = 440;

QVBoxLayout* columnOf(QWidget* area)
{
    auto* column = new QVBoxLayout(area);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kMedium);
    return column;
}

}  // namespace

Columns::Columns(const Theme& theme, Side side, int sideWidth, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_place(side), m_sideWidth(sideWidth)
{
    m_columns = new QBoxLayout(QBoxLayout::LeftToRight, this);
    m_columns->setContentsMargins(0, 0, 0, 0);
    m_columns->setSpacing(space::kLarge);
    m_mainArea = new QWidget;
    m_sideArea = new QWidget;
    m_main = columnOf(m_mainArea);
    m_side = columnOf(m_sideArea);
    if (side == Side::Leading) m_columns->addWidget(m_sideArea);
    m_columns->addWidget(m_mainArea, 1);
    if (side == Side::Trailing) m_columns->addWidget(m_sideArea);
    arrange();
}

bool Columns::isStacked() const
{
    return m_columns->direction() == QBoxLayout::TopToBottom;
}

QSize Columns::minimumSizeHint() const
{
    const int width = qMax(m_mainArea->minimumSizeHint().width(), m_sideArea->minimumSizeHint().width());
    return {width, QWidget::minimumSizeHint().height()};
}

int Columns::pageWidth() const
{
    // Of the scroll area, not of this: a vertical bar that comes and goes must not change the form back and forth.
    for (const QWidget* above = parentWidget(); above; above = above->parentWidget()) {
        if (qobject_cast<const QAbstractScrollArea*>(above)) return above->width() + 2 * space::kPage;
    }
    return width();
}

bool Columns::fits(int page) const
{
    const int room = page - 2 * space::kPage - style()->pixelMetric(QStyle::PM_ScrollBarExtent);
    return m_sideWidth + space::kLarge + m_mainArea->minimumSizeHint().width() <= room;
}

void Columns::arrange()
{
    const int page = pageWidth();
    const bool stacked = page < kStackBelow || m_theme.fontScale() > kLargeText || !fits(page);
    const bool wide = m_place == Side::Trailing && page >= kLargePage;
    m_columns->setDirection(stacked ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_columns->setSpacing(stacked ? space::kMedium : space::kLarge);
    m_sideArea->setMinimumWidth(stacked ? 0 : m_sideWidth);
    if (stacked) m_sideArea->setMaximumWidth(QWIDGETSIZE_MAX);
    else m_sideArea->setMaximumWidth(wide ? kSideWidest : m_sideWidth);
    if (wide) m_sideArea->setMinimumWidth(kSideWidest);
}

bool Columns::event(QEvent* event)
{
    // What is in the main column may have become wider: larger text, other evidence.
    if (event->type() == QEvent::LayoutRequest) arrange();
    return QWidget::event(event);
}

void Columns::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

}  // namespace quorate::ui
