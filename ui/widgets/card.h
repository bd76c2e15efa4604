// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include "ui/theme/theme.h"

class QHBoxLayout;
class QVBoxLayout;

namespace quorate::ui {

class TextLabel;

/// Surface with an edge; with a title it has a head of 40 px: title, small note, tools at the right. Cards do not nest.
class Card : public QFrame {
    Q_OBJECT

public:
    explicit Card(Theme& theme, const QString& title = {}, QWidget* parent = nullptr);

    void setTitle(const QString& title);
    void setNote(const QString& note);
    void setRightNote(const QString& note);
    /// Goes to the head's right end; the card owns it.
    void addTool(QWidget* tool);
    /// What is under the head, with the card's padding. Tables call bodyFlush() first.
    [[nodiscard]] QVBoxLayout* body() const { return m_body; }
    /// No padding around the body.
    QVBoxLayout* bodyFlush();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme& m_theme;
    QWidget* m_head = nullptr;
    TextLabel* m_title = nullptr;
    TextLabel* m_note = nullptr;
    TextLabel* m_rightNote = nullptr;
    QHBoxLayout* m_tools = nullptr;
    QVBoxLayout* m_body = nullptr;
};

/// A one-pixel line in the border colour.
class Hairline : public QWidget {
    Q_OBJECT

public:
    explicit Hairline(Theme& theme, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme& m_theme;
};

}  // namespace quorate::ui
