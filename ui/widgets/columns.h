// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QBoxLayout;
class QVBoxLayout;

namespace quorate::ui {

class Theme;

/// The body of a page in two columns: the main one takes the rest, the side one has its width. On a page narrower than
/// 900 px, with text over 125 %, or where both do not fit, they stack and each takes the whole width; the minimum width is that of the
/// stacked form, so a page never has to scroll sideways. What is in it must give way to 680 px.
class Columns : public QWidget {
    Q_OBJECT

public:
    /// Where the side column stands; a leading one is stacked above the main one, a trailing one under it.
    enum class Side { Leading, Trailing };
    /// A trailing side column becomes 440 px wide on a page of 1500 px and more.
    Columns(const Theme& theme, Side side, int sideWidth, QWidget* parent = nullptr);

    [[nodiscard]] QVBoxLayout* main() const { return m_main; }
    [[nodiscard]] QVBoxLayout* side() const { return m_side; }
    [[nodiscard]] bool isStacked() const;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

private:
    void arrange();
    [[nodiscard]] int pageWidth() const;
    [[nodiscard]] bool fits(int page) const;

    const Theme& m_theme;
    Side m_place;
    int m_sideWidth;
    QBoxLayout* m_columns = nullptr;
    QWidget* m_mainArea = nullptr;
    QWidget* m_sideArea = nullptr;
    QVBoxLayout* m_main = nullptr;
    QVBoxLayout* m_side = nullptr;
};

}  // namespace quorate::ui
