// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

#include "core/ports/study_desk.h"
#include "ui/models/table_model.h"
#include "ui/theme/theme.h"

namespace quorate::ui {

/// One row per study: what, when, from whom, and the member's answer so far. The key is the study's id in hex.
TableContent requestTable(const std::vector<std::shared_ptr<const StudySnapshot>>& studies, const study::Member& me);
/// The member's own newest answer for a study.
const study::Participation* answerOf(const StudySnapshot& study, const Uuid& member);

/// A request in three lines: title and date, sender, badge.
class RequestDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    RequestDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {220, 86}; }

private:
    const Theme& m_theme;
};

}  // namespace quorate::ui
