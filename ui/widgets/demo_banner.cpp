// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/demo_banner.h"

#include <QHBoxLayout>
#include <QPainter>

#include "ui/widgets/button.h"
#include "ui/widgets/text_label.h"

namespace quorate::ui {

DemoBanner::DemoBanner(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setMinimumHeight(36);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::kPage, 2, space::kLarge, 3);
    row->setSpacing(space::kMedium);
    row->addWidget(plate(tr("Offline demo. Simulated hardware: nothing here counts.")));
    row->addStretch(1);
    row->addWidget(plate(tr("mode: training")));
    auto* coach = new Button(theme, tr("Coach"));
    auto* leave = new Button(theme, tr("Leave demo"));
    for (Button* button : {coach, leave}) {
        button->setMaximumHeight(qMax(28, button->fontMetrics().height() + 8));
        row->addWidget(button);
        m_actions.append(button);
    }
    connect(coach, &QPushButton::clicked, this, &DemoBanner::coachRequested);
    connect(leave, &QPushButton::clicked, this, &DemoBanner::leaveRequested);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void DemoBanner::setActionsVisible(bool visible)
{
    for (QWidget* action : m_actions) action->setVisible(visible);
}

QWidget* DemoBanner::plate(const QString& text)
{
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(space::kSmall, 4, space::kSmall, 4);
    row->setSpacing(space::kSmall);
    auto* icon = new IconLabel(m_theme, QStringLiteral("training-mode"), 20, Token::Text);
    icon->setVerdictIcon(QStringLiteral("training-mode"), VerdictKind::Training);
    auto* words = new TextLabel(m_theme, FontRole::Medium, Token::Text, text);
    words->setVerdictColor(VerdictKind::Training);
    row->addWidget(icon);
    row->addWidget(words);
    m_plates.append(box);
    return box;
}

void DemoBanner::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const VerdictColors colors = m_theme.verdict(VerdictKind::Training);
    painter.fillRect(rect(), colors.bg);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_theme.color(Token::TrainingHatch), 1.5));
    for (int x = -height(); x < width(); x += 14) painter.drawLine(QPointF(x, height()), QPointF(x + height(), 0));
    for (const QWidget* box : m_plates) painter.fillRect(box->geometry(), colors.bg);
    painter.fillRect(QRect(0, height() - m_theme.edgeWidth(), width(), m_theme.edgeWidth()), colors.line);
}

}  // namespace quorate::ui
