// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "ui/pages/page.h"

class QTabBar;
class QVBoxLayout;

namespace quorate::ui {

class Banner;
class Button;
class Card;
class CheckRow;
class ExpertCard;
class TextLabel;

/// What runs where the key would go: per node a verdict, the five questions with their checks, and the expert layer.
/// Evidence files can be dropped on it; they are appraised here and nothing is sent.
class AttestationPage : public Page {
    Q_OBJECT

public:
    explicit AttestationPage(const PageContext& context, QWidget* parent = nullptr);
    void setStudy(std::shared_ptr<const StudySnapshot> study) override;
    void setStatus(const DeskStatus& status) override;

    [[nodiscard]] const Banner& banner() const { return *m_verdict; }
    [[nodiscard]] const QList<CheckRow*>& rows() const { return m_rows; }
    [[nodiscard]] QTabBar* nodeTabs() const { return m_tabs; }
    /// Appraises the files in `folder`, or a bundle, and shows them in a tab of their own.
    void openFolder(const QString& folder);
    /// Writes the shown appraisal as an evidence bundle, which another installation can appraise again.
    void exportBundle(const QString& file);
    void checkAgain();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildActions();
    void buildFirstLayer(QVBoxLayout* column);
    void chooseFolder();
    void chooseBundle();
    void chooseExport();
    void showReappraised(const NodeAppraisal& node);
    void copyVerdict();
    void fillTabs();
    void showNode();
    void fillRow(CheckRow& row, const NodeAppraisal& node, int question);
    [[nodiscard]] const NodeAppraisal* current() const;

    std::shared_ptr<const StudySnapshot> m_study;
    std::optional<NodeAppraisal> m_file;
    std::optional<attestation::AppraisalResult> m_shownResult;
    std::string m_shownName;
    bool m_shownFile = false;
    bool m_checking = false;
    QTabBar* m_tabs = nullptr;
    Banner* m_verdict = nullptr;
    QList<CheckRow*> m_rows;
    ExpertCard* m_expert = nullptr;
    Card* m_acceptance = nullptr;      ///< Shown when the verdict rests on one.
    TextLabel* m_acceptanceText = nullptr;
    TextLabel* m_collateral = nullptr;
    Button* m_again = nullptr;
    Button* m_export = nullptr;
    QAction* m_exportAction = nullptr;
    PendingCall m_check;  // Last: its completion touches the others.
};

}  // namespace quorate::ui
