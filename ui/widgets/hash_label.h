// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QWidget>

#include "core/base/bytes.h"
#include "ui/theme/theme.h"

namespace quorate::ui {

/// First byte in which two values differ, also where one is longer; empty when they are equal.
std::optional<std::size_t> firstDifference(const Bytes& a, const Bytes& b);

/// A digest in full: groups of 8 hex digits, four a line for 32 bytes, six for 48. Against another value the first
/// differing byte is drawn inverse and the later ones tinted. All zero: "48 zero bytes".
class HashLabel : public QWidget {
    Q_OBJECT

public:
    HashLabel(Theme& theme, Bytes value = {}, QWidget* parent = nullptr);

    void setValue(Bytes value);
    /// `decides`: a difference refuses, so it is drawn in the refused colours instead of caution's.
    void compareWith(std::optional<Bytes> other, bool decides);
    [[nodiscard]] QString hex() const;
    [[nodiscard]] std::optional<std::size_t> difference() const { return m_difference; }
    /// Copies all digits, whatever is shown.
    void copy() const;
    /// "Equal to the clipboard", or at which byte it differs, in words. Spaces and "0x" in the clipboard do not count.
    [[nodiscard]] QString compareWithClipboard() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void restyle();
    [[nodiscard]] int groupsPerLine() const;
    void drawGroup(QPainter& painter, int group, const QPointF& at) const;

    Theme& m_theme;
    Bytes m_value;
    std::optional<Bytes> m_other;
    std::optional<std::size_t> m_difference;
    bool m_decides = false;
};

}  // namespace quorate::ui
