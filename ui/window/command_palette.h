// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QFrame>
#include <QPointer>

#include "ui/theme/theme.h"

class QAction;
class QLineEdit;
class QListView;

namespace quorate::ui {

/// What the palette offers: an action and the menu it stands in.
struct PaletteEntry {
    QPointer<QAction> action;
    QString where;
};

/// Entries whose text or menu contains every typed word; at most ten. A disabled entry stays, with its reason.
class PaletteModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Roles { WhereRole = Qt::UserRole + 1, ShortcutRole, ReasonRole };
    static constexpr int kMaxRows = 10;

    using QAbstractListModel::QAbstractListModel;
    void setEntries(QList<PaletteEntry> entries);
    void setFilter(const QString& text);
    [[nodiscard]] QAction* actionAt(int row) const;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    QList<PaletteEntry> m_entries;
    QList<PaletteEntry> m_shown;
};

/// Sets why an action cannot be used now; empty enables it.
void setBlockedBy(QAction& action, const QString& reason);
QString blockedBy(const QAction& action);

/// Ctrl+K: type a few letters, press Enter. Floats over its parent; leaves when it loses the keyboard.
class CommandPalette : public QFrame {
    Q_OBJECT

public:
    CommandPalette(Theme& theme, QWidget& window);
    void open(QList<PaletteEntry> entries);
    [[nodiscard]] QLineEdit* field() const { return m_field; }
    [[nodiscard]] PaletteModel* model() const { return m_model; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void run(int row);
    void move(int by);
    void leave();
    void fitHeight();

    Theme& m_theme;
    QWidget& m_window;
    QPointer<QWidget> m_before;
    QLineEdit* m_field = nullptr;
    QListView* m_list = nullptr;
    PaletteModel* m_model = nullptr;
};

}  // namespace quorate::ui
