// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/heat_map.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <cmath>

#include "ui/text/formats.h"

namespace quorate::ui {
namespace {

constexpr int kNarrowest = 5;
constexpr int kRow = 26;

}  // namespace

HeatMap::HeatMap(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Site by round"));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

int HeatMap::rounds() const
{
    return m_content.cells.empty() ? 0 : static_cast<int>(m_content.cells.front().size());
}

void HeatMap::setContent(Content content)
{
    m_content = std::move(content);
    bool first = true;
    for (const auto& row : m_content.cells) {
        for (const HeatCell& cell : row) {
            if (!std::isfinite(cell.value) || cell.state == State::Future || cell.state == State::Running) continue;
            m_low = first ? cell.value : std::min(m_low, cell.value);
            m_high = first ? cell.value : std::max(m_high, cell.value);
            first = false;
        }
    }
    m_hasValues = !first;
    setFixedHeight(static_cast<int>(m_content.sites.size()) * kRow + 52);
    setMinimumWidth(namesWidth() + rounds() * kNarrowest);
    setCurrent({qBound(0, m_current.x(), qMax(0, rounds() - 1)), qBound(0, m_current.y(), qMax(0, static_cast<int>(m_content.sites.size()) - 1))});
}

int HeatMap::namesWidth() const
{
    const QFontMetrics metrics(m_theme.font(FontRole::Small));
    int wide = 0;
    for (const QString& site : m_content.sites) wide = qMax(wide, metrics.horizontalAdvance(site));
    return qMin(wide + 12, 140);
}

QRectF HeatMap::rectOf(int site, int round) const
{
    const double step = double(width() - namesWidth()) / qMax(1, rounds());
    const double gap = qMin(2.0, step / 3);
    return {namesWidth() + round * step + gap / 2, double(site * kRow + 1), step - gap, kRow - 2};
}

QString HeatMap::wordsFor(int site, int round) const
{
    const HeatCell& cell = m_content.cells.at(static_cast<std::size_t>(site)).at(static_cast<std::size_t>(round));
    const QString place = tr("%1, round %2").arg(m_content.sites.at(static_cast<std::size_t>(site))).arg(round + 1);
    switch (cell.state) {
    case State::Future: return tr("%1: not yet").arg(place);
    case State::Running: return tr("%1: running").arg(place);
    case State::Dropped: return tr("%1: dropped").arg(place);
    case State::Rejected: return tr("%1: update rejected").arg(place);
    case State::UpdateIn: return tr("%1: update in, %2 %3").arg(place, m_content.metric, chartNumber(cell.value));
    case State::Done: return tr("%1: %2 %3").arg(place, m_content.metric, chartNumber(cell.value));
    }
    return place;
}

void HeatMap::setCurrent(QPoint cell)
{
    m_current = cell;
    if (rounds() > 0) setAccessibleDescription(wordsFor(cell.y(), cell.x()));
    update();
}

void HeatMap::keyPressEvent(QKeyEvent* event)
{
    QPoint next = m_current;
    switch (event->key()) {
    case Qt::Key_Left: next.rx() -= 1; break;
    case Qt::Key_Right: next.rx() += 1; break;
    case Qt::Key_Up: next.ry() -= 1; break;
    case Qt::Key_Down: next.ry() += 1; break;
    default: QWidget::keyPressEvent(event); return;
    }
    if (next.x() < 0 || next.x() >= rounds() || next.y() < 0 || next.y() >= static_cast<int>(m_content.sites.size())) return;
    setCurrent(next);
    QToolTip::showText(mapToGlobal(rectOf(next.y(), next.x()).bottomLeft().toPoint()), accessibleDescription(), this);
}

void HeatMap::mouseMoveEvent(QMouseEvent* event)
{
    const double step = double(width() - namesWidth()) / qMax(1, rounds());
    const int round = static_cast<int>(std::floor((event->position().x() - namesWidth()) / step));
    const int site = static_cast<int>(event->position().y()) / kRow;
    if (round < 0 || round >= rounds() || site >= static_cast<int>(m_content.sites.size())) return;
    setToolTip(wordsFor(site, round));
}

void HeatMap::paintCell(QPainter& painter, int site, int round) const
{
    const HeatCell& cell = m_content.cells[static_cast<std::size_t>(site)][static_cast<std::size_t>(round)];
    const QRectF box = rectOf(site, round).adjusted(.5, .5, -.5, -.5);
    const double part = m_high > m_low ? (cell.value - m_low) / (m_high - m_low) : .5;
    painter.setPen(Qt::NoPen);
    switch (cell.state) {
    case State::Done: painter.setBrush(m_theme.heatColor(qBound(0, static_cast<int>(part * kHeatSteps), kHeatSteps - 1))); break;
    case State::Dropped:
    case State::Rejected:
        painter.setBrush(m_theme.verdict(cell.state == State::Dropped ? VerdictKind::Unknown : VerdictKind::Refused).bg);
        painter.drawRoundedRect(box, radius::kCell, radius::kCell);
        painter.setPen(m_theme.color(Token::Line));
        painter.setBrush(QBrush(m_theme.color(Token::Line), Qt::BDiagPattern));
        break;
    case State::Running:
    case State::UpdateIn:
        painter.setPen(QPen(m_theme.color(Token::Accent), 1.5));
        painter.setBrush(m_theme.color(Token::Surface));
        break;
    case State::Future:
        painter.setPen(m_theme.color(Token::Grid));
        painter.setBrush(Qt::NoBrush);
        break;
    }
    painter.drawRoundedRect(box, radius::kCell, radius::kCell);
    if (cell.state != State::UpdateIn) return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.color(Token::Accent));
    painter.drawEllipse(box.center(), 2.5, 2.5);
}

void HeatMap::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const int sites = static_cast<int>(m_content.sites.size());
    for (int site = 0; site < sites; ++site) {
        painter.setFont(m_theme.font(FontRole::Small));
        painter.setPen(m_theme.color(Token::Text));
        const QString name = painter.fontMetrics().elidedText(m_content.sites[static_cast<std::size_t>(site)], Qt::ElideRight, namesWidth() - 8);
        painter.drawText(QRect(0, site * kRow, namesWidth() - 4, kRow), Qt::AlignVCenter, name);
        for (int round = 0; round < rounds(); ++round) paintCell(painter, site, round);
    }
    painter.setFont(m_theme.font(FontRole::Tiny));
    painter.setPen(m_theme.color(Token::Text3));
    const bool all = rounds() > 0 && rectOf(0, 0).width() >= 13;
    for (int round = 0; round < rounds(); ++round) {
        if (!all && round != 0 && (round + 1) % 5 != 0) continue;
        painter.drawText(rectOf(sites, round).adjusted(-4, 0, 4, -8), Qt::AlignCenter, QString::number(round + 1));
    }
    if (hasFocus() && rounds() > 0) {
        painter.setPen(QPen(m_theme.color(Token::Focus), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(rectOf(m_current.y(), m_current.x()).adjusted(-1, -1, 1, 1), 3, 3);
    }
    paintLegend(painter);
}

void HeatMap::paintLegend(QPainter& painter) const
{
    painter.setFont(m_theme.font(FontRole::Tiny));
    const int top = height() - 18;
    int x = 0;
    const auto word = [&](const QString& text) {
        painter.setPen(m_theme.color(Token::Text2));
        const int wide = painter.fontMetrics().horizontalAdvance(text);
        painter.drawText(QRect(x, top, wide + 2, 15), Qt::AlignVCenter, text);
        x += wide + 5;
    };
    const bool known = std::isfinite(m_low) && m_hasValues;
    if (known) {
        word(chartNumber(m_low, 2));
        for (int step = 0; step < kHeatSteps; ++step, x += 11) painter.fillRect(x, top + 2, 11, 11, m_theme.heatColor(step));
        x += 5;
        word(chartNumber(m_high, 2));
        x += 8;
    }
    painter.setPen(m_theme.color(Token::Line));
    painter.setBrush(m_theme.verdict(VerdictKind::Unknown).bg);
    painter.drawRect(QRect(x, top + 1, 12, 12));
    painter.setBrush(QBrush(m_theme.color(Token::Line), Qt::BDiagPattern));
    painter.drawRect(QRect(x, top + 1, 12, 12));
    x += 17;
    word(tr("dropped"));
    x += 8;
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.color(Token::Accent));
    painter.drawEllipse(QPointF(x + 4, top + 7.5), 2.5, 2.5);
    x += 11;
    word(tr("update in"));
}

}  // namespace quorate::ui
