// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QWidget>

#include "ui/theme/theme.h"

class QHBoxLayout;
class QToolButton;

namespace quorate::ui {

class TextLabel;

/// The bar at the foot of the window: short facts, each a button to where more of it is.
class StatusStrip : public QWidget {
    Q_OBJECT

public:
    explicit StatusStrip(Theme& theme, QWidget* parent = nullptr);

    /// Adds a fact; its index is the order of adding.
    int addItem();
    /// `kind` colours the icon alone; without it the icon is text2. `toolTip` may be empty.
    void setItem(int index, const QString& icon, const QString& text, const QString& toolTip = {});
    void setItem(int index, VerdictKind kind, const QString& text, const QString& toolTip = {});
    void setHint(const QString& hint);
    [[nodiscard]] QToolButton* button(int index) const { return m_items.at(index).button; }

Q_SIGNALS:
    void activated(int index);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Item {
        QToolButton* button = nullptr;
        QString icon;
        std::optional<VerdictKind> kind;
    };
    void fill(Item& item, const QString& text, const QString& toolTip);
    void restyle();

    Theme& m_theme;
    QHBoxLayout* m_row = nullptr;
    QList<Item> m_items;
    TextLabel* m_hint = nullptr;
};

}  // namespace quorate::ui
