// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/key_release/dry_run.h"
#include "ui/pages/page.h"

class QGridLayout;
class QStackedWidget;

namespace quorate::ui {

class Card;
class QuorumRing;
class ReviewSheet;
class TableModel;
class TrustBadge;

/// The cockpit of the key: statement against live evidence, dry run, custodians; each decision through a review sheet.
class KeyReleasePage final : public Page {
    Q_OBJECT

public:
    explicit KeyReleasePage(const PageContext& context, QWidget* parent = nullptr);
    void setStudy(std::shared_ptr<const StudySnapshot> study) override;
    void setStatus(const DeskStatus& status) override;

private:
    enum class Asking { Nothing, Statement, Share, Freeze, Thaw, Revoke };

    void buildActions();
    void buildMain(class QVBoxLayout* column);
    void buildSide(QVBoxLayout* column);
    void show();
    void showBanner(const DryRun& run);
    void showStatement();
    void showDryRun(const DryRun& run);
    void showCustodians(const DryRun& run);
    void showTimeline();
    void showActions();
    void ask(Asking asking);
    void answer(study::Decision decision);
    void finished(const Result<void>& done);
    [[nodiscard]] QString whyNoShare() const;
    [[nodiscard]] QString whyNoThaw() const;
    [[nodiscard]] QString whyNoStatement() const;

    std::shared_ptr<const StudySnapshot> m_study;
    Asking m_asking = Asking::Nothing;
    Digest32 m_shown;  ///< The statement on the sheet; only that one is decided.
    Button* m_statementButton = nullptr;
    Button* m_freeze = nullptr;
    Button* m_revoke = nullptr;
    Button* m_seal = nullptr;
    QStackedWidget* m_stack = nullptr;
    ReviewSheet* m_sheet = nullptr;
    Banner* m_verdict = nullptr;
    Card* m_statementCard = nullptr;
    TableModel* m_statement = nullptr;
    TextLabel* m_valid = nullptr;
    Button* m_allChecks = nullptr;
    TrustBadge* m_match = nullptr;
    QGridLayout* m_dryRun = nullptr;
    QuorumRing* m_ring = nullptr;
    TextLabel* m_needed = nullptr;
    TextLabel* m_rule = nullptr;
    QVBoxLayout* m_custodians = nullptr;
    QVBoxLayout* m_timeline = nullptr;
    PendingCall m_call;  // last: its completion touches the others
};

}  // namespace quorate::ui
