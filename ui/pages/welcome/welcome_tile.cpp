// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/welcome/welcome_tile.h"

#include <QKeyEvent>
#include <QPainter>

namespace quorate::ui {

WelcomeTile::WelcomeTile(Theme& theme, Plate plate, const QString& icon, const QString& title, const QString& line, QWidget* parent)
    : QAbstractButton(parent), m_theme(theme), m_plate(plate), m_icon(icon), m_line(line)
{
    setText(title);
    setAccessibleName(title);
    setAccessibleDescription(line);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

QSize WelcomeTile::sizeHint() const
{
    const int lines = QFontMetrics(m_theme.font(FontRole::Section)).height() + QFontMetrics(m_theme.font(FontRole::Body)).height();
    return {320, qMax(78, lines + 38)};
}

void WelcomeTile::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) click();
    else QAbstractButton::keyPressEvent(event);
}

void WelcomeTile::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double half = m_theme.edgeWidth() / 2.0;
    painter.setPen(QPen(m_theme.color(Token::Border), m_theme.edgeWidth()));
    painter.setBrush(m_theme.color(underMouse() ? Token::Hover : Token::Surface));
    painter.drawRoundedRect(QRectF(rect()).adjusted(half, half, -half, -half), radius::kCard, radius::kCard);

    QColor plate = m_theme.color(Token::AccentSoft);
    QColor ink = m_theme.color(Token::Accent);
    if (m_plate == Plate::Training) {
        plate = m_theme.verdict(VerdictKind::Training).bg;
        ink = m_theme.verdict(VerdictKind::Training).text;
    }
    const QRect box(21, height() / 2 - 22, 44, 44);
    painter.setPen(Qt::NoPen);
    painter.setBrush(plate);
    painter.drawRoundedRect(box, radius::kField, radius::kField);
    painter.drawPixmap(box.center() - QPoint(11, 11), m_theme.pixmap(m_icon, 24, ink, devicePixelRatioF()));

    const QFont title = m_theme.font(FontRole::Section);
    const QFont line = m_theme.font(FontRole::Body);
    const int first = QFontMetrics(title).height() + 4;
    const int second = QFontMetrics(line).height();
    const QRect words(81, (height() - first - second) / 2, width() - 81 - 44, first);
    painter.setFont(title);
    painter.setPen(m_theme.color(Token::Text));
    painter.drawText(words, Qt::AlignVCenter, painter.fontMetrics().elidedText(text(), Qt::ElideRight, words.width()));
    painter.setFont(line);
    painter.setPen(m_theme.color(Token::Text2));
    painter.drawText(words.translated(0, first).adjusted(0, 0, 0, second - first), Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_line, Qt::ElideRight, words.width()));
    painter.drawPixmap(width() - 41, height() / 2 - 10,
                       m_theme.pixmap(QStringLiteral("chevron-right"), 20, m_theme.color(Token::Text2), devicePixelRatioF()));
}

}  // namespace quorate::ui
