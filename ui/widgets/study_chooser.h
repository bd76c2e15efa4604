// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

#include "core/base/bytes.h"
#include "ui/theme/theme.h"

class QMenu;

namespace quorate::ui {

/// The study in hand: its code and one line of state; opens the list of studies.
class StudyChooser : public QAbstractButton {
    Q_OBJECT

public:
    struct Entry {
        Uuid id;
        QString code;
        QString stateLine;
        bool operator==(const Entry&) const = default;
    };

    explicit StudyChooser(Theme& theme, QWidget* parent = nullptr);
    void setStudies(const QList<Entry>& studies, const Uuid& current);
    void setNarrow(bool narrow);
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void chosen(const quorate::Uuid& study);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void openMenu();

    Theme& m_theme;
    QList<Entry> m_studies;
    Entry m_current;
    bool m_narrow = false;
    QMenu* m_menu = nullptr;
};

}  // namespace quorate::ui
