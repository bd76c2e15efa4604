// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/round_timeline.h"

#include <QPainter>
#include <QStringList>

namespace quorate::ui {
namespace {

constexpr int kBoxHeight = 22;
constexpr int kMarkWidth = 130;
constexpr double kGap = 2;
constexpr int kBare = kBoxHeight + 4;
constexpr int kWithMarks = 64;

}  // namespace

RoundTimeline::RoundTimeline(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFixedHeight(kBare);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void RoundTimeline::setContent(Content content)
{
    m_content = std::move(content);
    QStringList spoken{tr("%1 of %2 rounds done").arg(m_content.done).arg(m_content.rounds)};
    for (const Mark& mark : m_content.marks) {
        spoken << tr("round %1: %2, %3").arg(mark.round).arg(mark.look.word, mark.detail);
    }
    setAccessibleName(tr("Rounds"));
    setFixedHeight(m_content.marks.empty() ? kBare : kWithMarks);
    setAccessibleDescription(spoken.join(QStringLiteral("; ")));
    update();
}

QRectF RoundTimeline::boxOf(int round) const
{
    const double step = double(width() + kGap) / qMax(1, m_content.rounds);
    const double gap = step > 4 * kGap ? kGap : step / 4;
    return {(round - 1) * step, 1, step - gap, kBoxHeight};
}

void RoundTimeline::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor accent = m_theme.color(Token::Accent);
    // Where boxes are narrower than their numbers only every fifth, tenth … is named.
    const int every = boxOf(1).width() >= 18 ? 1 : boxOf(1).width() >= 5 ? 5 : 10;
    for (int round = 1; round <= m_content.rounds; ++round) {
        const QRectF box = boxOf(round).adjusted(.5, .5, -.5, -.5);
        const bool done = round <= m_content.done;
        const bool running = round == m_content.running;
        painter.setPen(QPen(done || running ? accent : m_theme.color(Token::Border), running ? 1.5 : 1));
        painter.setBrush(done ? accent : m_theme.color(Token::Surface));
        painter.drawRoundedRect(box, radius::kCell, radius::kCell);
        if (running) {
            QRectF part = box.adjusted(1, 1, -1, -1);
            part.setWidth(part.width() * qBound(0.0, m_content.runningPart, 1.0));
            painter.fillRect(part, m_theme.color(Token::AccentSoft));
        }
        painter.setFont(m_theme.font(done || running ? FontRole::SmallStrong : FontRole::Small));
        painter.setPen(m_theme.color(done ? Token::OnAccent : running ? Token::Text : Token::Text3));
        if (round == 1 || round == m_content.rounds || round % every == 0) painter.drawText(box, Qt::AlignCenter, QString::number(round));
    }
    double taken = width() + kMarkWidth;
    for (auto mark = m_content.marks.rbegin(); mark != m_content.marks.rend(); ++mark) {
        const double left = boxOf(mark->round).center().x();
        if (left + kMarkWidth > taken) continue;
        taken = left;
        paintMark(painter, *mark);
    }
}

void RoundTimeline::paintMark(QPainter& painter, const Mark& mark) const
{
    const int x = qRound(boxOf(mark.round).center().x());
    painter.setPen(m_theme.color(Token::Line));
    painter.drawLine(x, kBoxHeight + 2, x, kBoxHeight + 9);
    const int left = qMin(x - 8, width() - kMarkWidth);
    const QRect word(left, kBoxHeight + 10, kMarkWidth, 16);
    VerdictPainter(m_theme).drawPlain(painter, word, mark.look);
    painter.setFont(m_theme.font(FontRole::Tiny));
    painter.setPen(m_theme.color(Token::Text3));
    painter.drawText(QRect(left + 21, word.bottom(), kMarkWidth - 21, 15), Qt::AlignLeft | Qt::AlignVCenter, mark.detail);
}

}  // namespace quorate::ui
