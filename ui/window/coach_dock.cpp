// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/coach_dock.h"

#include <QAbstractButton>
#include <QHBoxLayout>
#include <QPainter>
#include <QScrollArea>
#include <QShowEvent>
#include <QVBoxLayout>

#include "ui/text/study_text.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/text_label.h"

namespace quorate::ui {

namespace {

// A step's line: a disc with its number, filled when done, outlined when in hand.
class StepEntry final : public QAbstractButton {
public:
    StepEntry(Theme& theme, int number) : m_theme(theme), m_number(number)
    {
        setFocusPolicy(Qt::StrongFocus);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }
    void show(const CoachStep& step, bool current)
    {
        m_done = step.done;
        m_current = current;
        setText(step.title);
        setAccessibleName(step.title);
        setAccessibleDescription(step.done ? CoachDock::tr("Done") : QString());
        update();
    }
    QSize sizeHint() const override
    {
        return {120, qMax(30, QFontMetrics(m_theme.font(FontRole::Strong)).height() + 12)};
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const VerdictColors colors = m_theme.verdict(VerdictKind::Training);
        const QRectF disc(1, (height() - 20) / 2.0, 20, 20);
        painter.setBrush(m_done ? QBrush(colors.text) : QBrush(Qt::NoBrush));
        painter.setPen(QPen(m_done || m_current ? colors.text : m_theme.color(Token::Border), m_current ? 1.5 : 1));
        painter.drawEllipse(disc.adjusted(0.5, 0.5, -0.5, -0.5));
        painter.setFont(m_theme.font(FontRole::SmallStrong));
        QColor digit = m_theme.color(Token::Text3);
        if (m_done) digit = m_theme.color(Token::Surface);
        else if (m_current) digit = colors.text;
        painter.setPen(digit);
        painter.drawText(disc, Qt::AlignCenter, QString::number(m_number));
        painter.setFont(m_theme.font(m_current ? FontRole::Strong : FontRole::Body));
        painter.setPen(m_theme.color(m_current || m_done ? Token::Text : Token::Text2));
        const QRect words = rect().adjusted(30, 0, 0, 0);
        painter.drawText(words, Qt::AlignVCenter, painter.fontMetrics().elidedText(text(), Qt::ElideRight, words.width()));
    }

private:
    Theme& m_theme;
    int m_number;
    bool m_done = false;
    bool m_current = false;
};

}  // namespace

CoachDock::CoachDock(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setFixedWidth(296);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new QHBoxLayout;
    head->setSpacing(space::kSmall);
    head->setContentsMargins(space::kLarge, space::kSmall, space::kSmall, space::kSmall);
    auto* icon = new IconLabel(theme, QStringLiteral("training-mode"), 20, Token::Text);
    icon->setVerdictIcon(QStringLiteral("training-mode"), VerdictKind::Training);
    m_position = new TextLabel(theme, FontRole::Small, Token::Text3);
    auto* close = new IconButton(theme, QStringLiteral("close"), tr("Close the coach"));
    head->addWidget(icon);
    head->addWidget(new TextLabel(theme, FontRole::Strong, Token::Text, tr("Coach")));
    head->addWidget(m_position);
    head->addStretch(1);
    head->addWidget(close);
    column->addLayout(head);
    column->addWidget(new Hairline(theme));
    // Large text makes the steps taller than a low window.
    auto* inner = new QWidget;
    auto* scrolled = new QVBoxLayout(inner);
    scrolled->setContentsMargins(0, 0, 0, 0);
    scrolled->setSpacing(0);
    buildSteps(scrolled);
    scrolled->addWidget(new Hairline(theme));
    buildTask(scrolled);
    scrolled->addStretch(1);
    auto* area = new QScrollArea;
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setAccessibleName(tr("Coach"));
    area->setWidget(inner);
    inner->setAutoFillBackground(false);
    area->viewport()->setAutoFillBackground(false);
    column->addWidget(area, 1);
    column->addWidget(new Hairline(theme));
    buildFoot(column);
    refresh();
    connect(close, &QToolButton::clicked, this, &CoachDock::closed);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void CoachDock::buildSteps(QVBoxLayout* column)
{
    auto* steps = new QVBoxLayout;
    steps->setContentsMargins(space::kLarge, space::kSmall, space::kLarge, space::kSmall);
    steps->setSpacing(0);
    m_steps = coachSteps(nullptr);
    for (int i = 0; i < static_cast<int>(m_steps.size()); ++i) {
        auto* entry = new StepEntry(m_theme, i + 1);
        steps->addWidget(entry);
        m_entries.append(entry);
        connect(entry, &QAbstractButton::clicked, this, [this, i] { select(i); });
    }
    column->addLayout(steps);
}

void CoachDock::buildTask(QVBoxLayout* column)
{
    auto* task = new QVBoxLayout;
    task->setContentsMargins(space::kLarge, space::kMedium, space::kLarge, space::kMedium);
    task->setSpacing(space::kSmall);
    m_heading = (new TextLabel(m_theme, FontRole::Section, Token::Text))->wrapped();
    m_text = (new TextLabel(m_theme, FontRole::Body, Token::Text2))->wrapped();
    m_task = (new TextLabel(m_theme, FontRole::Body, Token::Text))->wrapped();
    m_done = (new TextLabel(m_theme, FontRole::SmallStrong, Token::Text2))->wrapped();
    m_done->setVerdictColor(VerdictKind::Training);
    m_passphrase = (new TextLabel(m_theme, FontRole::Small, Token::Text2, demoPassphraseHint()))->wrapped();
    for (TextLabel* label : {m_heading, m_text, m_task, m_passphrase, m_done}) task->addWidget(label);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(space::kSmall);
    m_showMe = new Button(m_theme, tr("Show me"));
    m_next = new Button(m_theme, tr("Next"));
    buttons->addWidget(m_showMe);
    buttons->addWidget(m_next);
    buttons->addStretch(1);
    task->addLayout(buttons);
    column->addLayout(task);
    connect(m_showMe, &QPushButton::clicked, this, [this] { Q_EMIT showStep(m_steps[static_cast<std::size_t>(m_current)]); });
    connect(m_next, &QPushButton::clicked, this, [this] { select(m_current + 1); });
}

void CoachDock::buildFoot(QVBoxLayout* column)
{
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(space::kLarge, space::kMedium, space::kLarge, space::kMedium);
    m_playRest = new Button(m_theme, tr("Play the rest for me"));
    foot->addWidget(m_playRest);
    foot->addStretch(1);
    column->addLayout(foot);
    connect(m_playRest, &QPushButton::clicked, this, &CoachDock::playRestRequested);
}

void CoachDock::setSteps(std::vector<CoachStep> steps)
{
    const auto inHand = static_cast<std::size_t>(m_current);
    const bool nowDone = steps[inHand].done && !m_steps[inHand].done;
    m_steps = std::move(steps);
    if (nowDone || !isVisible()) m_current = firstOpenStep(m_steps);
    refresh();
}

void CoachDock::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (!event->spontaneous()) select(firstOpenStep(m_steps));
}

void CoachDock::select(int step)
{
    m_current = qBound(0, step, static_cast<int>(m_steps.size()) - 1);
    refresh();
}

void CoachDock::refresh()
{
    const int total = static_cast<int>(m_steps.size());
    for (int i = 0; i < total; ++i) {
        static_cast<StepEntry*>(m_entries[i])->show(m_steps[static_cast<std::size_t>(i)], i == m_current);
    }
    const CoachStep& step = m_steps[static_cast<std::size_t>(m_current)];
    m_position->setText(tr("step %1 of %2").arg(m_current + 1).arg(total));
    m_heading->setText(step.heading);
    m_text->setText(step.text);
    m_task->setText(step.task);
    m_done->setText(step.done ? tr("Done: the study's events show it.") : QString());
    m_done->setVisible(step.done);
    m_passphrase->setVisible(step.signs && !step.done);
    m_next->setBlockedBy(m_current + 1 < total ? QString() : tr("This is the last step."));
}

void CoachDock::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(Token::Surface));
    painter.fillRect(QRect(0, 0, 1, height()), m_theme.color(Token::Border));
}

}  // namespace quorate::ui
