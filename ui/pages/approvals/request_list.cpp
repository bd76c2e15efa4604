// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/approvals/request_list.h"

#include <QPainter>

#include "ui/text/formats.h"
#include "ui/text/study_text.h"
#include "ui/widgets/verdict_painter.h"

namespace quorate::ui {

const study::Participation* answerOf(const StudySnapshot& study, const Uuid& member)
{
    const study::Participation* newest = nullptr;
    for (const auto& participation : study.participations) {
        if (participation.value.reviewer == member) newest = &participation.value;
    }
    return newest;
}

TableContent requestTable(const std::vector<std::shared_ptr<const StudySnapshot>>& studies, const study::Member& me)
{
    TableContent table;
    table.header.resize(4);
    for (const auto& study : studies) {
        const study::StudyProtocol& protocol = study->protocol();
        const bool training = protocol.mode == study::StudyMode::Training;
        Cell state{.text = RequestDelegate::tr("Your decision"), .verdict = VerdictKind::Unknown, .waiting = true};
        const study::Participation* answer = answerOf(*study, me.id);
        if (answer && answer->decision == study::Decision::Approve) {
            state = {.text = RequestDelegate::tr("You approved"), .verdict = passed(training)};
        } else if (answer) {
            state = {.text = RequestDelegate::tr("You refused"), .verdict = VerdictKind::Refused};
        } else if (me.role != study::Role::SiteReviewer) {
            state = {.text = RequestDelegate::tr("Not yours to answer"), .verdict = VerdictKind::Unknown};
        }
        table.rows.push_back({toQString(toHex(protocol.id)),
                              {{.text = RequestDelegate::tr("%1, protocol v%2").arg(toQString(protocol.code)).arg(protocol.version)},
                               {.text = utcDate(protocol.createdAt)},
                               {.text = RequestDelegate::tr("From %1").arg(toQString(protocol.lead))}, state},
                              false});
    }
    return table;
}

void RequestDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto cell = [&](int column) { return index.siblingAtColumn(column).data(TableModel::CellRole).value<Cell>(); };
    const bool selected = option.state & QStyle::State_Selected;
    painter->fillRect(option.rect, m_theme.color(selected ? Token::Selection : Token::Surface));
    painter->setPen(m_theme.color(Token::Border));
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    const QRect area = option.rect.adjusted(14, 10, -14, -8);
    const bool inverse = selected && m_theme.scheme() == Scheme::Contrast;
    const auto ink = [&](Token token) { return m_theme.color(inverse ? Token::OnSelection : token); };
    painter->setFont(m_theme.font(FontRole::Strong));
    painter->setPen(ink(Token::Text));
    painter->drawText(area, Qt::AlignLeft | Qt::AlignTop, cell(0).text);
    painter->setFont(m_theme.font(FontRole::Small));
    painter->setPen(ink(Token::Text2));
    painter->drawText(area, Qt::AlignRight | Qt::AlignTop, cell(1).text);
    painter->drawText(area.adjusted(0, 20, 0, 0), Qt::AlignLeft | Qt::AlignTop, cell(2).text);
    const Cell state = cell(3);
    VerdictPainter(m_theme).drawBadge(*painter, QRect(area.left(), area.bottom() - 26, area.width(), 24),
                                      {state.verdict.value_or(VerdictKind::Unknown), state.text, {}, state.waiting});
}

}  // namespace quorate::ui
