// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/trust_badge.h"

#include <QPainter>

namespace quorate::ui {

TrustBadge::TrustBadge(Theme& theme, const BadgeLook& look, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_look(look)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    restyle();
    connect(&theme, &Theme::changed, this, [this] { restyle(); });
}

void TrustBadge::setLook(const BadgeLook& look)
{
    m_look = look;
    restyle();
}

void TrustBadge::setPlain(bool plain)
{
    m_plain = plain;
    restyle();
}

void TrustBadge::restyle()
{
    setAccessibleName(m_look.word.isEmpty() ? wordOf(m_look.kind) : m_look.word);
    updateGeometry();
    update();
}

QSize TrustBadge::sizeHint() const
{
    const VerdictPainter painter(m_theme);
    return m_plain ? painter.plainSize(m_look) : painter.badgeSize(m_look);
}

void TrustBadge::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const VerdictPainter verdicts(m_theme);
    if (m_plain) verdicts.drawPlain(painter, rect(), m_look);
    else verdicts.drawBadge(painter, rect(), m_look);
}

}  // namespace quorate::ui
