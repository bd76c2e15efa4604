// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/widgets/verdict_painter.h"

namespace quorate::ui {

/// One custodian: a figure in a disc, name, what was answered and when, the answer as a badge. My own row is tinted.
class CustodianRow final : public QWidget {
    Q_OBJECT

public:
    CustodianRow(Theme& theme, const QString& name, const QString& below, const BadgeLook& look, bool me, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme& m_theme;
    bool m_me;
};

/// One line of a history: time, a dot on a thread, what happened. What is still to come has an open dot.
class HistoryRow final : public QWidget {
    Q_OBJECT

public:
    HistoryRow(Theme& theme, const QString& time, const QString& what, bool toCome, QWidget* parent = nullptr);
    /// Where the thread ends.
    void setEnds(bool first, bool last);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme& m_theme;
    bool m_toCome;
    bool m_first = false;
    bool m_last = false;
};

}  // namespace quorate::ui
