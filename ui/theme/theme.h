// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QHash>
#include <QIcon>
#include <QObject>
#include <QPalette>
#include <QPixmap>

#include "ui/theme/tokens.h"

class QApplication;

namespace quorate::ui {

/// Sizes are factors of the system's body size, so that a larger system font enlarges everything.
enum class FontRole {
    Display,     ///< Welcome only.
    Title,       ///< Page title.
    Section,     ///< Banner sentence, sheet headings.
    Body,
    Strong,      ///< Body, semibold.
    Medium,      ///< Body, weight 500: field labels, navigation, buttons.
    Small,
    SmallStrong, ///< Badge words.
    Tiny,        ///< Axis labels, hints.
    Figure,      ///< The one number of a card.
    Fixed,       ///< Digests and field names of evidence.
    FixedStrong,
};

/// Space in logical pixels.
namespace space {
inline constexpr int kTight = 4;
inline constexpr int kSmall = 8;
inline constexpr int kMedium = 12;    ///< Between cards, downwards; card padding, downwards.
inline constexpr int kLarge = 16;     ///< Between cards, across; card padding, across.
inline constexpr int kPage = 24;      ///< Page margin.
inline constexpr int kWide = 32;
}  // namespace space

namespace radius {
inline constexpr int kCard = 8;
inline constexpr int kField = 6;
inline constexpr int kBadge = 4;
inline constexpr int kCell = 2;
}  // namespace radius

namespace height {
inline constexpr int kTableRow = 32;
inline constexpr int kTableHead = 28;
inline constexpr int kCardHead = 40;
inline constexpr int kNavEntry = 34;
inline constexpr int kButton = 30;
inline constexpr int kField = 32;
inline constexpr int kTool = 30;
inline constexpr int kBadge = 22;
inline constexpr int kStatusBar = 28;
}  // namespace height

enum class SchemeChoice { System, Light, Dark, Contrast };

/// What everything looks like: passed by reference to every widget. Lives on the UI thread and outlives the widgets.
class Theme final : public QObject {
    Q_OBJECT

public:
    explicit Theme(QObject* parent = nullptr);
    ~Theme() override;

    [[nodiscard]] Scheme scheme() const { return m_scheme; }
    [[nodiscard]] SchemeChoice schemeChoice() const { return m_choice; }
    void setSchemeChoice(SchemeChoice choice);

    /// 1.0 is the system's size.
    [[nodiscard]] double fontScale() const { return m_fontScale; }
    void setFontScale(double scale);
    /// Replaces the system's body size; for pictures that must look alike everywhere.
    void setBodyPointSize(double points);

    [[nodiscard]] QColor color(Token token) const { return colorOf(token, m_scheme); }
    [[nodiscard]] VerdictColors verdict(VerdictKind kind) const { return colorsOf(kind, m_scheme); }
    [[nodiscard]] QColor chartColor(int index) const { return chartColorOf(index, m_scheme); }
    [[nodiscard]] QColor federationColor() const { return federationColorOf(m_scheme); }
    [[nodiscard]] QColor heatColor(int step) const { return heatColorOf(step, m_scheme); }
    /// 1, or 2 in the contrast theme.
    [[nodiscard]] int edgeWidth() const { return m_scheme == Scheme::Contrast ? 2 : 1; }

    [[nodiscard]] QFont font(FontRole role) const;
    [[nodiscard]] QPalette palette() const;

    /// `name` without path and ".svg": "check". Recoloured, drawn at `size` logical pixels, cached.
    [[nodiscard]] QPixmap pixmap(const QString& name, int size, const QColor& color, double ratio = 1.0) const;
    /// Text2 normally, text3 when disabled; pixmaps for ratios 1 and 2.
    [[nodiscard]] QIcon icon(const QString& name, int size = 18) const;
    [[nodiscard]] QIcon icon(const QString& name, int size, const QColor& color) const;

    /// Palette, font and control style for the whole application; follows later changes of this theme.
    void applyTo(QApplication& application);

Q_SIGNALS:
    /// Colours or fonts are others now; pixmaps taken before are stale.
    void changed();

private:
    void followSystem();

    Scheme m_scheme = Scheme::Light;
    SchemeChoice m_choice = SchemeChoice::System;
    double m_fontScale = 1.0;
    double m_bodyPointSize = 10.0;
    QString m_family;
    QString m_fixedFamily;
    mutable QHash<QString, QPixmap> m_pixmaps;
};

}  // namespace quorate::ui
