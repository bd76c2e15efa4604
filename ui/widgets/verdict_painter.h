// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPainter>
#include <QRect>
#include <QString>

#include "ui/theme/theme.h"

namespace quorate::ui {

/// Icon name of the verdict's shape: circle, triangle, octagon, dashed circle, diamond with T.
QString iconOf(VerdictKind kind);
/// "Accepted", "Caution", "Refused", "Not checked", "Training only".
QString wordOf(VerdictKind kind);
/// What a passed check or a green state is drawn as: violet, never green, in training mode.
VerdictKind passed(bool trainingMode);

/// What a badge shows. `icon` defaults to the verdict's shape, `word` to its word.
struct BadgeLook {
    VerdictKind kind = VerdictKind::Unknown;
    QString word;
    QString icon;
    bool waiting = false;  ///< No verdict: accent on accentSoft.
};

/// The one place where a verdict's shape, word and colour come together, for widgets and for table delegates.
class VerdictPainter {
public:
    explicit VerdictPainter(const Theme& theme) : m_theme(theme) {}

    [[nodiscard]] QSize badgeSize(const BadgeLook& look) const;
    /// Icon, word, fill and edge, left-aligned and vertically centred in `rect`.
    void drawBadge(QPainter& painter, const QRect& rect, const BadgeLook& look) const;
    /// Icon and word without fill or edge: for cells of many rows. `ink` replaces the verdict's colour when valid.
    void drawPlain(QPainter& painter, const QRect& rect, const BadgeLook& look, const QColor& ink = {}) const;
    [[nodiscard]] QSize plainSize(const BadgeLook& look) const;

private:
    [[nodiscard]] VerdictColors colorsFor(const BadgeLook& look) const;
    const Theme& m_theme;
};

}  // namespace quorate::ui
