// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/verdict_painter.h"

#include <QCoreApplication>
#include <QFontMetrics>

namespace quorate::ui {

namespace {

constexpr int kIcon = 16;
constexpr int kGap = 5;
constexpr int kPadding = 7;

QString wordFor(const BadgeLook& look) { return look.word.isEmpty() ? wordOf(look.kind) : look.word; }
QString iconFor(const BadgeLook& look)
{
    if (!look.icon.isEmpty()) return look.icon;
    return look.waiting ? QStringLiteral("clock") : iconOf(look.kind);
}

}  // namespace

QString iconOf(VerdictKind kind)
{
    switch (kind) {
    case VerdictKind::Accepted: return QStringLiteral("check");
    case VerdictKind::Caution: return QStringLiteral("caution");
    case VerdictKind::Refused: return QStringLiteral("refused");
    case VerdictKind::Unknown: return QStringLiteral("unknown");
    case VerdictKind::Training: return QStringLiteral("training-mode");
    }
    return {};
}

QString wordOf(VerdictKind kind)
{
    const auto word = [](const char* text) { return QCoreApplication::translate("VerdictWord", text); };
    switch (kind) {
    case VerdictKind::Accepted: return word(QT_TRANSLATE_NOOP("VerdictWord", "Accepted"));
    case VerdictKind::Caution: return word(QT_TRANSLATE_NOOP("VerdictWord", "Caution"));
    case VerdictKind::Refused: return word(QT_TRANSLATE_NOOP("VerdictWord", "Refused"));
    case VerdictKind::Unknown: return word(QT_TRANSLATE_NOOP("VerdictWord", "Not checked"));
    case VerdictKind::Training: return word(QT_TRANSLATE_NOOP("VerdictWord", "Training only"));
    }
    return {};
}

VerdictKind passed(bool trainingMode)
{
    return trainingMode ? VerdictKind::Training : VerdictKind::Accepted;
}

VerdictColors VerdictPainter::colorsFor(const BadgeLook& look) const
{
    if (!look.waiting) return m_theme.verdict(look.kind);
    return {m_theme.color(Token::Accent), m_theme.color(Token::AccentSoft), m_theme.color(Token::Accent)};
}

QSize VerdictPainter::badgeSize(const BadgeLook& look) const
{
    const QSize plain = plainSize(look);
    return {plain.width() + 2 * kPadding, qMax(height::kBadge, plain.height() + 6)};
}

QSize VerdictPainter::plainSize(const BadgeLook& look) const
{
    const QFontMetrics metrics(m_theme.font(FontRole::SmallStrong));
    return {kIcon + kGap + metrics.horizontalAdvance(wordFor(look)) + 1, qMax(kIcon, metrics.height())};
}

void VerdictPainter::drawBadge(QPainter& painter, const QRect& rect, const BadgeLook& look) const
{
    const VerdictColors colors = colorsFor(look);
    const QSize size = badgeSize(look).boundedTo({rect.width(), badgeSize(look).height()});
    const QRect box(QPoint(rect.left(), rect.center().y() - size.height() / 2 + 1), size);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const double width = m_theme.edgeWidth();
    QPen edge(colors.line, width);
    // Grey is dashed, so that "not checked" cannot be taken for a calm answer. A lock icon means closed: solid.
    if (look.kind == VerdictKind::Unknown && look.icon.isEmpty() && !look.waiting) edge.setDashPattern({3, 2});
    painter.setPen(edge);
    painter.setBrush(colors.bg);
    painter.drawRoundedRect(QRectF(box).adjusted(width / 2, width / 2, -width / 2, -width / 2), radius::kBadge,
                            radius::kBadge);
    painter.restore();
    drawPlain(painter, box.adjusted(kPadding, 0, -kPadding, 0), look, colors.text);
}

void VerdictPainter::drawPlain(QPainter& painter, const QRect& rect, const BadgeLook& look, const QColor& ink) const
{
    const QColor color = ink.isValid() ? ink : colorsFor(look).text;
    painter.save();
    const QPoint corner(rect.left(), rect.center().y() - kIcon / 2 + 1);
    painter.drawPixmap(corner, m_theme.pixmap(iconFor(look), kIcon, color, painter.device()->devicePixelRatioF()));
    painter.setFont(m_theme.font(FontRole::SmallStrong));
    painter.setPen(color);
    const QRect text = rect.adjusted(kIcon + kGap, 0, 1, 0);
    const QString shown = painter.fontMetrics().elidedText(wordFor(look), Qt::ElideRight, text.width());
    painter.drawText(text, Qt::AlignVCenter | Qt::AlignLeft, shown);
    painter.restore();
}

}  // namespace quorate::ui
