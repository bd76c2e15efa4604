// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/study_chooser.h"

#include <QMenu>
#include <QPainter>

namespace quorate::ui {

StudyChooser::StudyChooser(Theme& theme, QWidget* parent) : QAbstractButton(parent), m_theme(theme), m_menu(new QMenu(this))
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Study in hand"));
    connect(this, &QAbstractButton::clicked, this, [this] { openMenu(); });
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void StudyChooser::setStudies(const QList<Entry>& studies, const Uuid& current)
{
    m_studies = studies;
    m_current = {};
    for (const Entry& entry : studies) {
        if (entry.id == current) m_current = entry;
    }
    setEnabled(!studies.isEmpty());
    setAccessibleDescription(m_current.code + QStringLiteral(", ") + m_current.stateLine);
    setToolTip(m_narrow ? m_current.code : QString());
    update();
}

void StudyChooser::setNarrow(bool narrow)
{
    m_narrow = narrow;
    setToolTip(narrow ? m_current.code : QString());
    updateGeometry();
    update();
}

QSize StudyChooser::sizeHint() const
{
    const int lines = QFontMetrics(m_theme.font(FontRole::Strong)).height() + QFontMetrics(m_theme.font(FontRole::Small)).height();
    return m_narrow ? QSize(40, 40) : QSize(180, qMax(44, lines + 12));
}

void StudyChooser::openMenu()
{
    m_menu->clear();
    for (const Entry& entry : std::as_const(m_studies)) {
        QAction* action = m_menu->addAction(entry.code + QStringLiteral("  –  ") + entry.stateLine);
        action->setCheckable(true);
        action->setChecked(entry.id == m_current.id);
        connect(action, &QAction::triggered, this, [this, id = entry.id] { Q_EMIT chosen(id); });
    }
    m_menu->popup(mapToGlobal(QPoint(0, height() + 2)));
}

void StudyChooser::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double half = m_theme.edgeWidth() / 2.0;
    painter.setPen(QPen(m_theme.color(Token::Border), m_theme.edgeWidth()));
    painter.setBrush(m_theme.color(underMouse() && isEnabled() ? Token::Hover : Token::Surface));
    painter.drawRoundedRect(QRectF(rect()).adjusted(half, half, -half, -half), radius::kField, radius::kField);
    if (m_narrow) {
        const QPoint corner((width() - 20) / 2, (height() - 20) / 2);
        painter.drawPixmap(corner, m_theme.pixmap(QStringLiteral("studies"), 20, m_theme.color(Token::Accent), devicePixelRatioF()));
        return;
    }
    const QRect words = rect().adjusted(11, 0, -32, 0);
    const QFont strong = m_theme.font(FontRole::Strong);
    const QFont small = m_theme.font(FontRole::Small);
    const int first = QFontMetrics(strong).height();
    const int second = QFontMetrics(small).height();
    const int top = (height() - first - second) / 2;
    painter.setFont(strong);
    painter.setPen(m_theme.color(Token::Text));
    const QString code = m_current.code.isEmpty() ? tr("No study") : m_current.code;
    painter.drawText(QRect(words.left(), top, words.width(), first), Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(code, Qt::ElideRight, words.width()));
    painter.setFont(small);
    painter.setPen(m_theme.color(Token::Text2));
    const QString line = m_current.stateLine.isEmpty() ? tr("Nothing is open") : m_current.stateLine;
    painter.drawText(QRect(words.left(), top + first, words.width(), second), Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(line, Qt::ElideRight, words.width()));
    painter.drawPixmap(width() - 27, height() / 2 - 8,
                       m_theme.pixmap(QStringLiteral("chevron-down"), 16, m_theme.color(Token::Text2), devicePixelRatioF()));
}

}  // namespace quorate::ui
