// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/theme/theme.h"

class QBoxLayout;
class QHBoxLayout;

namespace quorate::ui {

class TextLabel;

/// Top of a page: title, one sentence, actions at the right with the primary one last; under the words where they do not fit
/// beside the title.
class PageHead : public QWidget {
    Q_OBJECT

public:
    PageHead(Theme& theme, const QString& title, QWidget* parent = nullptr);

    void setTitle(const QString& title);
    void setSentence(const QString& sentence);
    /// The head owns it.
    void addAction(QWidget* button);
    using QWidget::addAction;
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString sentence() const;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrange();

    QBoxLayout* m_row = nullptr;
    TextLabel* m_title = nullptr;
    TextLabel* m_sentence = nullptr;
    QHBoxLayout* m_actions = nullptr;
};

}  // namespace quorate::ui
