// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QWidget>

#include "ui/theme/theme.h"

class QVBoxLayout;

namespace quorate::ui {

class TextLabel;

/// One line of the navigation: icon, word, and a count of what waits for me. Narrow, it is the icon with a tool tip.
class NavEntry : public QAbstractButton {
    Q_OBJECT

public:
    NavEntry(Theme& theme, const QString& icon, const QString& text, QWidget* parent = nullptr);
    void setCount(int count);
    [[nodiscard]] int count() const { return m_count; }
    void setNarrow(bool narrow);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void restyle();
    void drawPill(QPainter& painter, const QRect& box) const;

    Theme& m_theme;
    QString m_icon;
    int m_count = 0;
    bool m_narrow = false;
};

/// The navigation's entries in groups, with the last group at the foot.
class NavList : public QWidget {
    Q_OBJECT

public:
    explicit NavList(Theme& theme, QWidget* parent = nullptr);

    /// A heading over the entries that follow.
    void addGroup(const QString& heading);
    void addEntry(int key, const QString& icon, const QString& text);
    /// What is added after this stands at the foot.
    void addStretch();
    void setCurrent(int key);
    void setCount(int key, int count);
    void setNarrow(bool narrow);
    [[nodiscard]] NavEntry* entry(int key) const { return m_entries.value(key); }

Q_SIGNALS:
    void activated(int key);

private:
    Theme& m_theme;
    QVBoxLayout* m_column = nullptr;
    QHash<int, NavEntry*> m_entries;
    QList<TextLabel*> m_headings;
};

}  // namespace quorate::ui
