// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/page.h"

class QComboBox;
class QGridLayout;

namespace quorate::ui {

class Card;
class IntervalLegend;
class IntervalPlot;
class TableModel;

/// Does the federation help each hospital? Intervals, a cautious table, the model card, the receipts.
class ResultsPage final : public Page {
    Q_OBJECT

public:
    explicit ResultsPage(const PageContext& context, QWidget* parent = nullptr);
    void setStudy(std::shared_ptr<const StudySnapshot> study) override;

private:
    void buildMain(class QVBoxLayout* column);
    void buildSide(class QVBoxLayout* column);
    void showFigures();
    void showVerdict(const StudySnapshot& study);
    void showCard(const StudySnapshot& study);
    void showReceipts(const StudySnapshot& study);
    void addLine(const QString& name, const QString& value);

    std::shared_ptr<const StudySnapshot> m_study;
    QComboBox* m_measure = nullptr;
    IntervalLegend* m_legend = nullptr;
    IntervalPlot* m_plot = nullptr;
    TableModel* m_table = nullptr;
    Banner* m_verdict = nullptr;
    QGridLayout* m_card = nullptr;
    TableModel* m_receipts = nullptr;
};

}  // namespace quorate::ui
