// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/attestation/measurements_view.h"

#include <QGridLayout>
#include <QVBoxLayout>

#include "ui/text/verdict_text.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/hash_label.h"
#include "ui/widgets/rows.h"
#include "ui/widgets/text_label.h"
#include "ui/widgets/trust_badge.h"

namespace quorate::ui {

namespace {

BadgeLook lookOf(attestation::CheckOutcome outcome, bool training)
{
    BadgeLook look{kindOf(outcome, training), {}, {}};
    switch (outcome) {
    case attestation::CheckOutcome::Pass:
        look.word = MeasurementsView::tr("Equal");
        look.icon = QStringLiteral("check");
        break;
    case attestation::CheckOutcome::Fail: look.word = MeasurementsView::tr("Differs"); break;
    case attestation::CheckOutcome::NotApplicable: look.word = MeasurementsView::tr("n/a"); break;
    case attestation::CheckOutcome::NotChecked: break;
    }
    return look;
}

}  // namespace

MeasurementsView::MeasurementsView(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
}

QWidget* MeasurementsView::row(const Measurement& measurement, bool training)
{
    auto* box = new QWidget;
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(space::kLarge, 7, space::kSmall, 7);
    grid->setHorizontalSpacing(space::kMedium);
    grid->setVerticalSpacing(1);
    auto* field = new TextLabel(m_theme, FontRole::Strong, Token::Text, measurement.field);
    grid->setColumnMinimumWidth(0, qMax(118, field->fontMetrics().horizontalAdvance(QStringLiteral("MEASUREMENT"))));
    grid->addWidget(field, 0, 0, Qt::AlignTop);
    grid->addWidget(new TextLabel(m_theme, FontRole::Small, Token::Text2, measurement.meaning), 1, 0, Qt::AlignTop);
    const bool differs = measurement.outcome == attestation::CheckOutcome::Fail && measurement.wanted;
    auto* found = new HashLabel(m_theme, measurement.found);
    if (differs) found->compareWith(measurement.wanted, true);
    grid->addWidget(found, 0, 1, 2, 1, Qt::AlignTop | Qt::AlignLeft);
    auto* badge = new TrustBadge(m_theme, lookOf(measurement.outcome, training));
    badge->setPlain(true);
    grid->addWidget(badge, 0, 2, Qt::AlignTop | Qt::AlignLeft);
    auto* copy = new IconButton(m_theme, QStringLiteral("copy"), tr("Copy %1 in full").arg(measurement.field));
    copy->setFixedSize(24, 24);
    connect(copy, &QToolButton::clicked, found, [found] { found->copy(); });
    grid->addWidget(copy, 0, 3, 2, 1, Qt::AlignTop);
    if (differs) {
        grid->addWidget(new TextLabel(m_theme, FontRole::Small, Token::Text2, tr("Expected")), 2, 0, Qt::AlignTop);
        auto* wanted = new HashLabel(m_theme, *measurement.wanted);
        wanted->compareWith(measurement.found, true);
        grid->addWidget(wanted, 2, 1, Qt::AlignTop | Qt::AlignLeft);
        auto* where = new TextLabel(m_theme, FontRole::Small, Token::Text2, tr("first at byte %1").arg(found->difference().value_or(0)));
        grid->addWidget(where, 2, 2, 1, 2, Qt::AlignTop);
    }
    grid->setColumnStretch(1, 1);
    return box;
}

void MeasurementsView::setMeasurements(const std::vector<Measurement>& rows, bool training)
{
    clearRows(*m_column);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i > 0) addRow(*m_column, new Hairline(m_theme));
        addRow(*m_column, row(rows[i], training));
    }
    if (rows.empty()) {
        auto* none = (new TextLabel(m_theme, FontRole::Body, Token::Text2, tr("The evidence could not be read, so it shows no measurement.")))->wrapped();
        none->setContentsMargins(space::kLarge, space::kLarge, space::kLarge, space::kLarge);
        addRow(*m_column, none);
    }
    m_column->addStretch(1);
}

}  // namespace quorate::ui
