// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/tokens.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace quorate::ui {

namespace {

using Row = std::array<QRgb, 3>;  // Light, dark, contrast.

constexpr std::size_t indexOf(Scheme scheme) { return static_cast<std::size_t>(scheme); }

// In the order of Token.
constexpr std::array<Row, 19> kTokens{{
    {0xFFF3F5F8, 0xFF12161C, 0xFF000000},  // Window
    {0xFFFFFFFF, 0xFF1A2029, 0xFF000000},  // Surface
    {0xFFEAEEF3, 0xFF10141A, 0xFF000000},  // Sunken
    {0xFFE7EBF1, 0xFF161B22, 0xFF000000},  // Nav
    {0xFFEEF3F9, 0xFF212A35, 0xFF1A1A1A},  // Hover
    {0xFFD9E6F5, 0xFF223A56, 0xFFFFE94A},  // Selection
    {0xFF18202C, 0xFFE7EBF1, 0xFF000000},  // OnSelection
    {0xFFD2D9E3, 0xFF313A47, 0xFFFFFFFF},  // Border
    {0xFF7A8594, 0xFF748091, 0xFFFFFFFF},  // Line
    {0xFFE3E8EE, 0xFF2A323D, 0xFF4D4D4D},  // Grid
    {0xFF18202C, 0xFFE7EBF1, 0xFFFFFFFF},  // Text
    {0xFF424E5E, 0xFFBAC3CF, 0xFFFFFFFF},  // Text2
    {0xFF576272, 0xFF9BA6B5, 0xFFE6E6E6},  // Text3
    {0xFF1F5A99, 0xFF86B7F2, 0xFF5CD6FF},  // Accent
    {0xFFE2EDF8, 0xFF1C3047, 0xFF000000},  // AccentSoft
    {0xFFFFFFFF, 0xFF0B1420, 0xFF000000},  // OnAccent
    {0xFFA3201D, 0xFFFF9A90, 0xFFFF8F86},  // Danger
    {0xFF1F5A99, 0xFF86B7F2, 0xFFFFE94A},  // Focus
    {0xFFDDD1F4, 0xFF3C2F5E, 0xFF5A4A7A},  // TrainingHatch
}};

struct VerdictRow {
    Row text;
    Row bg;
    Row line;
};

// In the order of VerdictKind.
constexpr std::array<VerdictRow, 5> kVerdicts{{
    {{0xFF00664D, 0xFF62D2A8, 0xFF4DF0B0}, {0xFFDFF2EB, 0xFF11322A, 0xFF000000}, {0xFF1E8A6B, 0xFF2FA57F, 0xFF4DF0B0}},
    {{0xFF7A4A00, 0xFFF0BE5E, 0xFFFFD24D}, {0xFFFCEFD3, 0xFF37290D, 0xFF000000}, {0xFFB57500, 0xFFC08A25, 0xFFFFD24D}},
    {{0xFFA3201D, 0xFFFF9A90, 0xFFFF8F86}, {0xFFFBE5E3, 0xFF3F1B1A, 0xFF000000}, {0xFFC8433C, 0xFFD65F56, 0xFFFF8F86}},
    {{0xFF4A5564, 0xFFB4BECA, 0xFFFFFFFF}, {0xFFEAEEF3, 0xFF262D37, 0xFF000000}, {0xFF7A8594, 0xFF748091, 0xFFFFFFFF}},
    {{0xFF5B3A9E, 0xFFC3A9F7, 0xFFD9BFFF}, {0xFFEEE8FA, 0xFF2A2142, 0xFF000000}, {0xFF7B5CC4, 0xFF8F72D6, 0xFFD9BFFF}},
}};

constexpr std::array<QRgb, kChartColors> kChartLight{0xFF10518C, 0xFFD57A17, 0xFF1FA479, 0xFF783B54,
                                                     0xFF483700, 0xFF6A8BAA, 0xFF5C6800, 0xFFB6884C};
constexpr std::array<QRgb, kChartColors> kChartDark{0xFFA6C4FB, 0xFFC65329, 0xFF5BDFAD, 0xFFAB5F7F,
                                                    0xFFEEAB67, 0xFF038FB9, 0xFFC3BC13, 0xFF917759};
constexpr std::array<QRgb, kHeatSteps> kHeatLight{0xFFE8F0F8, 0xFFBFD6EC, 0xFF87B1DA, 0xFF4C86C0, 0xFF1F5A99, 0xFF123A68};
constexpr std::array<QRgb, kHeatSteps> kHeatDark{0xFF18283A, 0xFF1D3C5E, 0xFF26588C, 0xFF3F7FBD, 0xFF79ADE0, 0xFFC3DEF8};

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color)
{
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

}  // namespace

QColor colorOf(Token token, Scheme scheme)
{
    return QColor::fromRgb(kTokens[static_cast<std::size_t>(token)][indexOf(scheme)]);
}

VerdictColors colorsOf(VerdictKind kind, Scheme scheme)
{
    const VerdictRow& row = kVerdicts[static_cast<std::size_t>(kind)];
    const std::size_t i = indexOf(scheme);
    return {QColor::fromRgb(row.text[i]), QColor::fromRgb(row.bg[i]), QColor::fromRgb(row.line[i])};
}

QColor chartColorOf(int index, Scheme scheme)
{
    const auto i = static_cast<std::size_t>(((index % kChartColors) + kChartColors) % kChartColors);
    return QColor::fromRgb(scheme == Scheme::Light ? kChartLight[i] : kChartDark[i]);
}

QColor federationColorOf(Scheme scheme)
{
    return QColor::fromRgb(scheme == Scheme::Light ? 0xFF18202C : 0xFFE7EBF1);
}

QColor heatColorOf(int step, Scheme scheme)
{
    const auto i = static_cast<std::size_t>(std::clamp(step, 0, kHeatSteps - 1));
    return QColor::fromRgb(scheme == Scheme::Light ? kHeatLight[i] : kHeatDark[i]);
}

double contrastRatio(const QColor& a, const QColor& b)
{
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

}  // namespace quorate::ui
