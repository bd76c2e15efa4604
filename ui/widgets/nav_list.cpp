// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/nav_list.h"

#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/widgets/text_label.h"

namespace quorate::ui {

NavEntry::NavEntry(Theme& theme, const QString& icon, const QString& text, QWidget* parent)
    : QAbstractButton(parent), m_theme(theme), m_icon(icon)
{
    setText(text);
    setAccessibleName(text);
    setCheckable(true);
    setAutoExclusive(false);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    restyle();
    connect(&theme, &Theme::changed, this, [this] { restyle(); });
}

void NavEntry::restyle()
{
    setFont(m_theme.font(FontRole::Medium));
    updateGeometry();
    update();
}

void NavEntry::setCount(int count)
{
    if (count == m_count) return;
    m_count = count;
    setAccessibleDescription(count > 0 ? tr("%n waiting for you", nullptr, count) : QString());
    update();
}

void NavEntry::setNarrow(bool narrow)
{
    m_narrow = narrow;
    setToolTip(narrow ? text() : QString());
    update();
}

QSize NavEntry::sizeHint() const
{
    return {m_narrow ? 40 : 120, qMax(height::kNavEntry, fontMetrics().height() + 14)};
}

void NavEntry::enterEvent(QEnterEvent* event)
{
    QAbstractButton::enterEvent(event);
    update();
}

void NavEntry::leaveEvent(QEvent* event)
{
    QAbstractButton::leaveEvent(event);
    update();
}

void NavEntry::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Down) focusNextChild();
    else if (event->key() == Qt::Key_Up) focusPreviousChild();
    else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) click();
    else QAbstractButton::keyPressEvent(event);
}

void NavEntry::drawPill(QPainter& painter, const QRect& box) const
{
    painter.setFont(m_theme.font(FontRole::SmallStrong));
    const QString number = QString::number(m_count);
    const int width = qMax(20, painter.fontMetrics().horizontalAdvance(number) + 12);
    const int height = qMax(18, painter.fontMetrics().height() + 2);
    const QRect pill = m_narrow ? QRect(box.right() - width - 1, box.top() + 1, width, height)
                                : QRect(box.right() - width - 9, box.center().y() - height / 2 + 1, width, height);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.color(Token::Accent));
    painter.drawRoundedRect(pill, height / 2.0, height / 2.0);
    painter.setPen(m_theme.color(Token::OnAccent));
    painter.drawText(pill, Qt::AlignCenter, number);
}

void NavEntry::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRect box = rect();
    if (isChecked()) {
        const double half = m_theme.edgeWidth() / 2.0;
        painter.setPen(QPen(m_theme.color(Token::Border), m_theme.edgeWidth()));
        painter.setBrush(m_theme.color(Token::Surface));
        painter.drawRoundedRect(QRectF(box).adjusted(half, half, -half, -half), radius::kField, radius::kField);
        painter.fillRect(QRect(box.left(), box.top() + 7, 3, box.height() - 14), m_theme.color(Token::Accent));
    } else if (underMouse()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_theme.color(Token::Hover));
        painter.drawRoundedRect(box, radius::kField, radius::kField);
    }
    const QColor ink = m_theme.color(isChecked() ? Token::Accent : Token::Text2);
    const int left = m_narrow ? (box.width() - 20) / 2 : 10;
    painter.drawPixmap(left, box.center().y() - 9, m_theme.pixmap(m_icon, 20, ink, devicePixelRatioF()));
    if (!m_narrow) {
        painter.setFont(font());
        painter.setPen(m_theme.color(isChecked() ? Token::Text : Token::Text2));
        const QRect words = box.adjusted(40, 0, m_count > 0 ? -36 : -8, 0);
        painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft,
                         painter.fontMetrics().elidedText(text(), Qt::ElideRight, words.width()));
    }
    if (m_count > 0) drawPill(painter, box);
}

NavList::NavList(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
}

void NavList::addGroup(const QString& heading)
{
    auto* label = new TextLabel(m_theme, FontRole::Small, Token::Text2, heading);
    label->setContentsMargins(10, 10, 0, 6);
    m_headings.append(label);
    m_column->addWidget(label);
}

void NavList::addEntry(int key, const QString& icon, const QString& text)
{
    auto* entry = new NavEntry(m_theme, icon, text);
    m_entries.insert(key, entry);
    m_column->addWidget(entry);
    connect(entry, &QAbstractButton::clicked, this, [this, key, entry] {
        entry->setChecked(true);
        Q_EMIT activated(key);
    });
}

void NavList::addStretch()
{
    m_column->addStretch(1);
}

void NavList::setCurrent(int key)
{
    for (auto it = m_entries.cbegin(); it != m_entries.cend(); ++it) it.value()->setChecked(it.key() == key);
}

void NavList::setCount(int key, int count)
{
    if (NavEntry* found = m_entries.value(key)) found->setCount(count);
}

void NavList::setNarrow(bool narrow)
{
    for (NavEntry* entry : std::as_const(m_entries)) entry->setNarrow(narrow);
    for (TextLabel* heading : std::as_const(m_headings)) heading->setVisible(!narrow);
}

}  // namespace quorate::ui
