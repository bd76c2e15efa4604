// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/studies_model.h"

#include <QPainter>

#include "ui/pages/overview/state_look.h"
#include "ui/text/formats.h"
#include "ui/text/study_text.h"
#include "ui/text/verdict_text.h"

namespace quorate::ui {

namespace {

int closedRounds(const StudySnapshot& study)
{
    int closed = 0;
    for (const auto& round : study.projection.rounds()) closed += round.closedAt && !round.failed ? 1 : 0;
    return closed;
}

}  // namespace

void StudiesModel::setStudies(std::vector<std::shared_ptr<const StudySnapshot>> studies, UtcMillis now)
{
    m_now = now;
    if (studies.size() != m_studies.size()) {
        beginResetModel();
        m_studies = std::move(studies);
        endResetModel();
        return;
    }
    m_studies = std::move(studies);
    if (!m_studies.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

const StudySnapshot* StudiesModel::at(int row) const
{
    return row >= 0 && row < rowCount() ? m_studies[static_cast<std::size_t>(row)].get() : nullptr;
}

int StudiesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_studies.size());
}

int StudiesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString StudiesModel::secondLine(const StudySnapshot& study, int column) const
{
    if (column == Study) return toQString(study.protocol().title);
    if (column != Newest || study.projection.events().empty()) return {};
    const auto age = toSeconds(m_now) - toSeconds(study.projection.events().back().at);
    return tr("%1 ago").arg(ageText(age));
}

QVariant StudiesModel::data(const QModelIndex& index, int role) const
{
    const StudySnapshot* study = at(index.row());
    if (!study) return {};
    const auto& protocol = study->protocol();
    const auto& projection = study->projection;
    if (role == SecondLineRole) return secondLine(*study, index.column());
    if (role == PartRole && index.column() == Progress && protocol.plan.rounds > 0) {
        return double(closedRounds(*study)) / protocol.plan.rounds;
    }
    if (role == Qt::ToolTipRole && index.column() == Study) return toQString(protocol.title);
    if (role != Qt::DisplayRole) return {};
    switch (index.column()) {
    case Study: return toQString(protocol.code);
    case State: return stateLook(*study).word;
    case Shares: return tr("%1 of %2").arg(projection.sealedBy().size()).arg(protocol.quorum.threshold);
    case Progress:
        return projection.currentRound() == 0 ? tr("Not started")
                                              : tr("Round %1 of %2").arg(projection.currentRound()).arg(protocol.plan.rounds);
    case Newest: {
        if (projection.events().empty()) return {};
        const auto& event = projection.events().back();
        const QString place = event.site.isZero() ? QString() : QStringLiteral(", ") + siteName(*study, event.site);
        return QString(titleOf(event.kind) + place);
    }
    default: return {};
    }
}

QVariant StudiesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case Study: return tr("Study");
    case State: return tr("State");
    case Shares: return tr("Key shares");
    case Progress: return tr("Progress");
    case Newest: return tr("Newest event");
    default: return {};
    }
}

StudiesDelegate::StudiesDelegate(Theme& theme, const StudiesModel& model, QObject* parent)
    : QStyledItemDelegate(parent), m_theme(theme), m_model(model)
{
}

QSize StudiesDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const int lines = QFontMetrics(m_theme.font(FontRole::Strong)).height() + QFontMetrics(m_theme.font(FontRole::Small)).height();
    const StudySnapshot* study = m_model.at(index.row());
    if (index.column() == StudiesModel::State && study) {
        return {VerdictPainter(m_theme).badgeSize(stateLook(*study)).width() + 2 * space::kSmall, qMax(55, lines + 16)};
    }
    const QFontMetrics metrics(m_theme.font(FontRole::Body));
    return {metrics.horizontalAdvance(index.data().toString()) + 2 * space::kLarge, qMax(55, lines + 16)};
}

void StudiesDelegate::drawLines(QPainter& painter, const QRect& cell, const QModelIndex& index) const
{
    const QString second = index.data(StudiesModel::SecondLineRole).toString();
    const bool strong = index.column() == StudiesModel::Study;
    const QFont first = m_theme.font(strong ? FontRole::Strong : (second.isEmpty() ? FontRole::Body : FontRole::Small));
    const QFont small = m_theme.font(FontRole::Small);
    const QVariant part = index.data(StudiesModel::PartRole);
    const int under = second.isEmpty() ? (part.isValid() ? 9 : 0) : QFontMetrics(small).height();
    const int height = QFontMetrics(first).height();
    const QRect top(cell.left(), cell.center().y() - (height + under) / 2, cell.width(), height);
    painter.setFont(first);
    painter.setPen(m_theme.color(Token::Text));
    painter.drawText(top, Qt::AlignVCenter, painter.fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, cell.width()));
    if (part.isValid()) {
        const QRectF track(cell.left(), top.bottom() + 4, qMin(cell.width(), 84), 5);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_theme.color(Token::Grid));
        painter.drawRoundedRect(track, 2.5, 2.5);
        if (part.toDouble() > 0) {
            painter.setBrush(m_theme.color(Token::Accent));
            painter.drawRoundedRect(QRectF(track.left(), track.top(), track.width() * part.toDouble(), 5), 2.5, 2.5);
        }
    }
    if (second.isEmpty()) return;
    painter.setFont(small);
    painter.setPen(m_theme.color(Token::Text2));
    painter.drawText(QRect(cell.left(), top.bottom() + 1, cell.width(), under), Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(second, Qt::ElideRight, cell.width()));
}

void StudiesDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    painter->save();
    if (option.state & QStyle::State_Selected) painter->fillRect(option.rect, m_theme.color(Token::Selection));
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), m_theme.color(Token::Border));
    const QRect cell = option.rect.adjusted(index.column() == 0 ? space::kLarge : space::kSmall, 0, -space::kSmall, -1);
    const StudySnapshot* study = m_model.at(index.row());
    if (index.column() == StudiesModel::State && study) VerdictPainter(m_theme).drawBadge(*painter, cell, stateLook(*study));
    else drawLines(*painter, cell, index);
    painter->restore();
}

}  // namespace quorate::ui
