// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QWidget>

#include "ui/theme/theme.h"

class QVBoxLayout;

namespace quorate::ui {

class IconLabel;
class TextLabel;

/// A question with its answer: icon, question, answer word, one line; opened it also shows Why, What to do and details.
/// Rows with a caution or a refusal start open.
class CheckRow : public QAbstractButton {
    Q_OBJECT

public:
    struct Content {
        VerdictKind kind = VerdictKind::Unknown;
        QString icon;  ///< Empty: the verdict's shape.
        QString question;
        QString answer;
        QString sentence;
        QString why;
        QString todo;
    };

    explicit CheckRow(Theme& theme, QWidget* parent = nullptr);

    void setContent(const Content& content);
    [[nodiscard]] const Content& content() const { return m_content; }
    /// Shown when open, under Why and What to do; the row owns it and deletes the one before.
    void setDetails(QWidget* details);
    void setOpen(bool open);
    [[nodiscard]] bool isOpen() const { return m_open; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void refresh();

    Theme& m_theme;
    Content m_content;
    bool m_open = false;
    IconLabel* m_icon = nullptr;
    IconLabel* m_chevron = nullptr;
    TextLabel* m_question = nullptr;
    TextLabel* m_answer = nullptr;
    TextLabel* m_sentence = nullptr;
    TextLabel* m_more = nullptr;
    QWidget* m_details = nullptr;
    QVBoxLayout* m_words = nullptr;
};

}  // namespace quorate::ui
