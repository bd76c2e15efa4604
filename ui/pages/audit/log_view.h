// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/ports/audit_desk.h"
#include "ui/theme/theme.h"

class QFormLayout;
class QVBoxLayout;

namespace quorate::ui {

class Banner;
class Button;
class Card;
class EventFilter;
class FilterField;
class TableModel;
class TableView;

/// This computer's log: its entries newest first, the particulars of one, whether it holds, and who cosigned its head. It
/// shows what it is given and asks for what is missing.
class LogView final : public QWidget {
    Q_OBJECT

public:
    explicit LogView(Theme& theme, QWidget* parent = nullptr);

    /// `good`: the verdict of what holds; nothing of a demo may look accepted.
    void setLog(std::shared_ptr<const AuditLogState> log, VerdictKind good);
    /// Entries that follow, or precede, those that are there already.
    void addEntries(std::vector<audit::Entry> entries);
    void setVerification(AuditVerification verification);

    /// The entries that are wanted next, [begin, end); empty when nothing is.
    [[nodiscard]] std::optional<std::pair<std::uint64_t, std::uint64_t>> missing() const;
    [[nodiscard]] std::optional<std::uint64_t> selected() const;

Q_SIGNALS:
    /// The user wants entries before those that are there.
    void entriesWanted();

private:
    void buildMain(QVBoxLayout* main);
    void buildSide(QVBoxLayout* side);
    void showBanners();
    void showCheckpoint();
    void showCount();
    void showParticulars();
    void showProof();
    void addFact(const QString& name, const QString& value, bool fixed = false);

    Theme& m_theme;
    std::shared_ptr<const AuditLogState> m_log;
    VerdictKind m_good = VerdictKind::Accepted;
    std::vector<audit::Entry> m_entries;  ///< Without a gap, oldest first.
    std::uint64_t m_from = 0;             ///< The oldest that is wanted.
    bool m_isStarted = false;
    std::optional<AuditVerification> m_verification;
    TableModel* m_model = nullptr;
    EventFilter* m_filter = nullptr;
    FilterField* m_search = nullptr;
    TableView* m_table = nullptr;
    Button* m_earlier = nullptr;
    Banner* m_damage = nullptr;
    Banner* m_verdict = nullptr;
    Card* m_entryCard = nullptr;
    QFormLayout* m_facts = nullptr;
    QVBoxLayout* m_proof = nullptr;
    Card* m_checkpointCard = nullptr;
    QVBoxLayout* m_cosigners = nullptr;
};

}  // namespace quorate::ui
