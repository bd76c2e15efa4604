// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>

namespace quorate::ui {

enum class Scheme { Light, Dark, Contrast };

/// Every colour that is not a verdict's or a chart's has one of these names.
enum class Token {
    Window,        ///< Page ground.
    Surface,       ///< Cards, tables, fields, sheets.
    Sunken,        ///< Table heads, tracks, signature block, read-only fields.
    Nav,           ///< Navigation, menu and status bars.
    Hover,         ///< Row under the pointer, "you" row, total row.
    Selection,     ///< Selected row, pressed tool.
    OnSelection,   ///< Text and icons on Selection.
    Border,        ///< Hairlines and card edges: decoration only.
    Line,          ///< Edges that carry meaning: fields, buttons, axes.
    Grid,          ///< Chart grid.
    Text,
    Text2,         ///< Second line, labels.
    Text3,         ///< Units, times, hints, placeholders.
    Accent,        ///< Primary button, links, progress, sealed shares.
    AccentSoft,    ///< Waiting banner, filter tokens.
    OnAccent,
    Danger,        ///< Edge and text of Refuse and Revoke; never a fill.
    Focus,
    TrainingHatch, ///< Stripes of the demo banner, nowhere else.
};

/// A verdict is always shape, word and colour; see VerdictPainter.
enum class VerdictKind { Accepted, Caution, Refused, Unknown, Training };

struct VerdictColors {
    QColor text;
    QColor bg;
    QColor line;
};

QColor colorOf(Token token, Scheme scheme);
VerdictColors colorsOf(VerdictKind kind, Scheme scheme);

inline constexpr int kChartColors = 8;
inline constexpr int kHeatSteps = 6;
/// Colour of the site with this index, from 0 in order of joining; repeats after kChartColors.
QColor chartColorOf(int index, Scheme scheme);
/// The federation's or median line.
QColor federationColorOf(Scheme scheme);
/// `step` from 0 (low) to kHeatSteps - 1.
QColor heatColorOf(int step, Scheme scheme);

/// WCAG 2 contrast ratio, 1 to 21.
double contrastRatio(const QColor& a, const QColor& b);

}  // namespace quorate::ui
