// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>

#include "core/ports/vault_desk.h"
#include "ui/pages/settings/diagnostics_text.h"
#include "ui/widgets/card.h"

class QPlainTextEdit;

namespace quorate::ui {

class Button;
class TrustBadge;

/// Runs the self-test and shows, word for word, what would be saved for whoever looks for a fault.
class DiagnosticsCard final : public Card {
    Q_OBJECT

public:
    explicit DiagnosticsCard(Theme& theme, QWidget* parent = nullptr);
    void setVault(const std::optional<VaultInfo>& vault);
    void setStatus(const DeskStatus& status);
    void setStudy(std::shared_ptr<const StudySnapshot> study);
    /// What the preview shows.
    [[nodiscard]] QString text() const;
    /// Writes the preview; an error is said on the card.
    void save(const QString& file);

private:
    void run();
    void fill();
    void choose();

    std::vector<SelfTestOutcome> m_tests;
    DeskStatus m_status;
    std::shared_ptr<const StudySnapshot> m_study;
    std::optional<VaultInfo> m_vault;
    TrustBadge* m_badge = nullptr;
    TextLabel* m_outcome = nullptr;
    QPlainTextEdit* m_preview = nullptr;
    Button* m_save = nullptr;
};

}  // namespace quorate::ui
