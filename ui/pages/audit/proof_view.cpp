// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/audit/proof_view.h"

#include <QPainter>
#include <algorithm>

#include "ui/text/formats.h"

namespace quorate::ui {
namespace {

constexpr int kMaxSteps = 4;
constexpr int kBoxWidth = 92;
constexpr int kBoxHeight = 22;
constexpr int kStep = 34;
constexpr int kCut = 10;  ///< More room where steps are left out, for the words that say so.

}  // namespace

ProofView::ProofView(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setAccessibleName(tr("Proof that the entry is in the log"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, [this] { update(); });
}

void ProofView::setInclusion(const AuditInclusion& inclusion)
{
    m_inclusion = inclusion;
    QStringList hashes;
    for (const Digest32& hash : inclusion.neighbours) hashes << toQString(toHex(hash)).left(8);
    setAccessibleDescription(tr("Entry %1, leaf %2, hashed with %3, leads to the root %4 over %5 entries.")
                                 .arg(inclusion.index)
                                 .arg(shortDigest(inclusion.leaf), hashes.join(QStringLiteral(", ")),
                                      inclusion.path.empty() ? QString() : shortDigest(inclusion.path.back()))
                                 .arg(inclusion.size));
    updateGeometry();
    update();
}

int ProofView::shownSteps() const { return std::min<int>(kMaxSteps, static_cast<int>(m_inclusion.neighbours.size())); }

bool ProofView::isCut() const { return shownSteps() < static_cast<int>(m_inclusion.neighbours.size()); }

QSize ProofView::sizeHint() const { return {2 * kBoxWidth + 60, (shownSteps() + 1) * kStep + (isCut() ? kCut : 0)}; }

void ProofView::drawNode(QPainter& painter, const QRect& box, const Digest32& hash, bool own) const
{
    painter.setPen(QPen(m_theme.color(own ? Token::Accent : Token::Line), 1));
    painter.setBrush(m_theme.color(own ? Token::AccentSoft : Token::Surface));
    painter.drawRoundedRect(QRectF(box).adjusted(.5, .5, -.5, -.5), 4, 4);
    painter.setPen(m_theme.color(Token::Text));
    painter.setFont(m_theme.font(FontRole::Fixed));
    painter.drawText(box, Qt::AlignCenter, toQString(toHex(hash)).left(8));
}

void ProofView::paintEvent(QPaintEvent*)
{
    if (m_inclusion.path.empty()) return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const int steps = shownSteps();
    const int cut = isCut() ? kCut : 0;
    const auto rowTop = [&](int level) { return (steps - level) * kStep + (kStep - kBoxHeight) / 2 + (level < steps ? cut : 0); };
    // Right of the column's middle, where the hashes beside it join.
    const int joint = kBoxWidth / 2;
    const int other = width() - kBoxWidth - 1;
    for (int level = 0; level < steps; ++level) {
        const bool isLast = cut > 0 && level == steps - 1;
        painter.setPen(QPen(m_theme.color(Token::Accent), 1.5, isLast ? Qt::DashLine : Qt::SolidLine));
        painter.drawLine(joint, rowTop(level), joint, rowTop(level + 1) + kBoxHeight);
        if (isLast) {
            painter.setPen(m_theme.color(Token::Text3));
            painter.setFont(m_theme.font(FontRole::Tiny));
            const int more = static_cast<int>(m_inclusion.neighbours.size()) - steps + 1;
            painter.drawText(QRect(joint + 8, rowTop(level + 1) + kBoxHeight, width(), kStep - kBoxHeight + cut), Qt::AlignVCenter | Qt::AlignLeft,
                             tr("%n more step(s)", nullptr, more));
            continue;
        }
        const int middle = rowTop(level) + kBoxHeight / 2;
        painter.setPen(QPen(m_theme.color(Token::Line), 1));
        const int join = rowTop(level) - (kStep - kBoxHeight) / 2;
        painter.drawPolyline(QPolygon({QPoint(other, middle), QPoint(other - 18, middle), QPoint(other - 18, join), QPoint(joint, join)}));
        drawNode(painter, {other, rowTop(level), kBoxWidth, kBoxHeight}, m_inclusion.neighbours[static_cast<std::size_t>(level)], false);
    }
    for (int level = 0; level <= steps; ++level) {
        const bool isRoot = level == steps;
        const Digest32& hash = isRoot ? m_inclusion.path.back() : m_inclusion.path[static_cast<std::size_t>(level)];
        drawNode(painter, {0, rowTop(level), kBoxWidth, kBoxHeight}, hash, true);
    }
    painter.setPen(m_theme.color(Token::Text3));
    painter.setFont(m_theme.font(FontRole::Small));
    painter.drawText(QRect(kBoxWidth + 10, rowTop(steps), width(), kBoxHeight), Qt::AlignVCenter | Qt::AlignLeft, tr("root"));
}

}  // namespace quorate::ui
