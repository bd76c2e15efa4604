// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/hash_label.h"

#include <algorithm>

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QMenu>
#include <QPainter>

namespace quorate::ui {

namespace {

constexpr int kGroupBytes = 4;
constexpr int kLineGap = 2;

bool isZero(const Bytes& value)
{
    return !value.empty() && std::ranges::all_of(value, [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

std::optional<std::size_t> firstDifference(const Bytes& a, const Bytes& b)
{
    const auto [left, right] = std::ranges::mismatch(a, b);
    if (left == a.end() && right == b.end()) return {};
    return static_cast<std::size_t>(left - a.begin());
}

HashLabel::HashLabel(Theme& theme, Bytes value, QWidget* parent) : QWidget(parent), m_theme(theme), m_value(std::move(value))
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    restyle();
    connect(&theme, &Theme::changed, this, [this] { restyle(); });
}

void HashLabel::setValue(Bytes value)
{
    m_value = std::move(value);
    compareWith(m_other, m_decides);
}

void HashLabel::compareWith(std::optional<Bytes> other, bool decides)
{
    m_other = std::move(other);
    m_decides = decides;
    m_difference = m_other ? firstDifference(m_value, *m_other) : std::nullopt;
    restyle();
}

QString HashLabel::hex() const
{
    return QString::fromStdString(toHex(m_value));
}

void HashLabel::restyle()
{
    QString spoken = isZero(m_value) ? tr("%n zero bytes", nullptr, static_cast<int>(m_value.size())) : hex();
    if (m_difference) spoken += QStringLiteral(", ") + tr("first difference at byte %1").arg(*m_difference);
    setAccessibleName(spoken);
    updateGeometry();
    update();
}

int HashLabel::groupsPerLine() const
{
    // Large text leaves no room for six.
    return m_value.size() == 48 && m_theme.fontScale() <= 1.25 ? 6 : 4;
}

QSize HashLabel::sizeHint() const
{
    const QFontMetrics metrics(m_theme.font(FontRole::Fixed));
    if (isZero(m_value)) {
        const QFontMetrics words(m_theme.font(FontRole::Body));
        return {words.horizontalAdvance(accessibleName()) + 2, words.height() + kLineGap};
    }
    const int groups = (static_cast<int>(m_value.size()) + kGroupBytes - 1) / kGroupBytes;
    const int columns = qMin(groups, groupsPerLine());
    const int lines = columns > 0 ? (groups + columns - 1) / columns : 1;
    const double digit = metrics.horizontalAdvance(QLatin1Char('0'));
    return {qCeil(digit * (columns * 9 - 1)) + 2, lines * (metrics.height() + kLineGap)};
}

void HashLabel::drawGroup(QPainter& painter, int group, const QPointF& at) const
{
    const QFontMetricsF metrics(painter.font());
    const double digit = metrics.horizontalAdvance(QLatin1Char('0'));
    const VerdictColors colors = m_theme.verdict(m_decides ? VerdictKind::Refused : VerdictKind::Caution);
    for (int i = 0; i < kGroupBytes; ++i) {
        const auto index = static_cast<std::size_t>(group * kGroupBytes + i);
        if (index >= m_value.size()) return;
        const QRectF cell(at.x() + digit * 2 * i, at.y(), digit * 2, metrics.height());
        QColor ink = m_theme.color(Token::Text);
        QFont font = m_theme.font(FontRole::Fixed);
        if (m_difference && index >= *m_difference) {
            const bool first = index == *m_difference;
            painter.fillRect(cell, first ? colors.text : colors.bg);
            ink = first ? m_theme.color(Token::Surface) : colors.text;
            font = m_theme.font(FontRole::FixedStrong);
            font.setUnderline(m_theme.scheme() == Scheme::Contrast);
        }
        painter.setFont(font);
        painter.setPen(ink);
        const QString digits = QString::fromStdString(toHex(BytesView(&m_value[index], 1)));
        painter.drawText(QPointF(cell.left(), cell.top() + metrics.ascent()), digits);
    }
}

void HashLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    if (isZero(m_value)) {
        painter.setFont(m_theme.font(FontRole::Body));
        painter.setPen(m_theme.color(Token::Text2));
        painter.drawText(rect(), Qt::AlignVCenter, tr("%n zero bytes", nullptr, static_cast<int>(m_value.size())));
        return;
    }
    painter.setFont(m_theme.font(FontRole::Fixed));
    const QFontMetricsF metrics(painter.font());
    const double digit = metrics.horizontalAdvance(QLatin1Char('0'));
    const double line = metrics.height() + kLineGap;
    const int groups = (static_cast<int>(m_value.size()) + kGroupBytes - 1) / kGroupBytes;
    for (int group = 0; group < groups; ++group) {
        const QPointF at((group % groupsPerLine()) * digit * 9, (group / groupsPerLine()) * line);
        drawGroup(painter, group, at);
        painter.setFont(m_theme.font(FontRole::Fixed));
    }
}

void HashLabel::copy() const
{
    QGuiApplication::clipboard()->setText(hex());
}

QString HashLabel::compareWithClipboard() const
{
    QString text = QGuiApplication::clipboard()->text().left(4096).simplified().remove(QLatin1Char(' ')).remove(QLatin1Char(':'));
    if (text.startsWith(QLatin1String("0x"), Qt::CaseInsensitive)) text.remove(0, 2);
    const auto other = parseHex(text.toStdString());
    if (!other || other->empty()) return tr("The clipboard holds no hexadecimal digits.");
    const auto difference = firstDifference(m_value, *other);
    if (!difference) return tr("Equal to the clipboard.");
    return tr("Differs from the clipboard, first at byte %1.").arg(*difference);
}

void HashLabel::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(tr("Copy in full")), &QAction::triggered, this, [this] { copy(); });
    // The answer stands in the menu itself: nothing more has to be opened to read it.
    QAction* compared = menu->addAction(compareWithClipboard());
    compared->setEnabled(false);
    menu->popup(event->globalPos());
}

}  // namespace quorate::ui
