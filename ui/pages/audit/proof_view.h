// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/ports/audit_desk.h"
#include "ui/theme/theme.h"

namespace quorate::ui {

/// An entry's way to the root: its own nodes in a column, what each was hashed with beside it; a long way is cut in the
/// middle. The accessible description says the same in words.
class ProofView final : public QWidget {
    Q_OBJECT

public:
    explicit ProofView(Theme& theme, QWidget* parent = nullptr);
    void setInclusion(const AuditInclusion& inclusion);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] int shownSteps() const;
    [[nodiscard]] bool isCut() const;  ///< From the leaf up, without the root's own row.
    void drawNode(QPainter& painter, const QRect& box, const Digest32& hash, bool own) const;

    Theme& m_theme;
    AuditInclusion m_inclusion;
};

}  // namespace quorate::ui
