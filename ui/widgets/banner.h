// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include "ui/theme/theme.h"

class QHBoxLayout;

namespace quorate::ui {

class IconLabel;
class TextLabel;

/// One sentence that matters, in a verdict's colours or (waiting) in the accent's: icon, sentence, one line of detail.
class Banner : public QFrame {
    Q_OBJECT

public:
    explicit Banner(Theme& theme, QWidget* parent = nullptr);

    void showVerdict(VerdictKind kind, const QString& sentence, const QString& detail = {});
    void showWaiting(const QString& sentence, const QString& detail = {});
    /// Goes to the right end; the banner owns it.
    void addAction(QWidget* button);
    using QFrame::addAction;

    [[nodiscard]] VerdictKind kind() const { return m_kind; }
    [[nodiscard]] bool isWaiting() const { return m_waiting; }
    [[nodiscard]] QString sentence() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void fill(const QString& sentence, const QString& detail);

    Theme& m_theme;
    VerdictKind m_kind = VerdictKind::Unknown;
    bool m_waiting = false;
    IconLabel* m_icon = nullptr;
    TextLabel* m_sentence = nullptr;
    TextLabel* m_detail = nullptr;
    QHBoxLayout* m_actions = nullptr;
};

}  // namespace quorate::ui
