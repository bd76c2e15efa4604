// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QPainter>
#include <QStyleHints>
#include <QSvgRenderer>

#include "ui/theme/theme_style.h"

// Resources of a static library are linked only when named, and the macro works outside namespaces alone.
static void loadIcons()
{
    Q_INIT_RESOURCE(quorate);
}

namespace quorate::ui {

namespace {

struct FontRow {
    double points;  // Where the body is 10 points.
    QFont::Weight weight;
};

FontRow rowOf(FontRole role)
{
    switch (role) {
    case FontRole::Display: return {21.0, QFont::DemiBold};
    case FontRole::Title: return {15.0, QFont::DemiBold};
    case FontRole::Section: return {11.5, QFont::DemiBold};
    case FontRole::Body: return {10.0, QFont::Normal};
    case FontRole::Strong: return {10.0, QFont::DemiBold};
    case FontRole::Medium: return {10.0, QFont::Medium};
    case FontRole::Small: return {9.0, QFont::Normal};
    case FontRole::SmallStrong: return {9.0, QFont::DemiBold};
    case FontRole::Tiny: return {8.5, QFont::Normal};
    case FontRole::Figure: return {16.5, QFont::DemiBold};
    case FontRole::Fixed: return {9.0, QFont::Normal};
    case FontRole::FixedStrong: return {9.0, QFont::Bold};
    }
    return {10.0, QFont::Normal};
}

// An installed family of the wanted name, else the system's own.
QString familyOr(const QString& wanted, QFontDatabase::SystemFont fallback)
{
    return QFontDatabase::hasFamily(wanted) ? wanted : QFontDatabase::systemFont(fallback).family();
}

bool systemIsDark()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    return QGuiApplication::styleHints()->colorScheme() == Qt::ColorScheme::Dark;
#else
    return QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
#endif
}

QByteArray recoloured(const QString& name, const QColor& color)
{
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) return {};
    return file.readAll().replace("currentColor", color.name(QColor::HexRgb).toLatin1());
}

}  // namespace

Theme::Theme(QObject* parent)
    : QObject(parent), m_family(familyOr(QStringLiteral("Inter"), QFontDatabase::GeneralFont)),
      m_fixedFamily(familyOr(QStringLiteral("JetBrains Mono"), QFontDatabase::FixedFont))
{
    loadIcons();
    const double points = QFontDatabase::systemFont(QFontDatabase::GeneralFont).pointSizeF();
    if (points > 0) m_bodyPointSize = points;
    m_scheme = systemIsDark() ? Scheme::Dark : Scheme::Light;
    followSystem();
}

Theme::~Theme() = default;

void Theme::followSystem()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, this, [this] {
        if (m_choice == SchemeChoice::System) setSchemeChoice(SchemeChoice::System);
    });
#endif
}

void Theme::setSchemeChoice(SchemeChoice choice)
{
    // Before Qt 6.5 the only hint is the palette, which is ours after applyTo(): then "system" keeps what it found at start.
    const Scheme before = m_scheme;
    switch (choice) {
    case SchemeChoice::System: m_scheme = systemIsDark() ? Scheme::Dark : Scheme::Light; break;
    case SchemeChoice::Light: m_scheme = Scheme::Light; break;
    case SchemeChoice::Dark: m_scheme = Scheme::Dark; break;
    case SchemeChoice::Contrast: m_scheme = Scheme::Contrast; break;
    }
    m_choice = choice;
    if (m_scheme != before) Q_EMIT changed();
}

void Theme::setFontScale(double scale)
{
    if (qFuzzyCompare(scale, m_fontScale)) return;
    m_fontScale = scale;
    Q_EMIT changed();
}

void Theme::setBodyPointSize(double points)
{
    if (qFuzzyCompare(points, m_bodyPointSize)) return;
    m_bodyPointSize = points;
    Q_EMIT changed();
}

QFont Theme::font(FontRole role) const
{
    const FontRow row = rowOf(role);
    const bool fixed = role == FontRole::Fixed || role == FontRole::FixedStrong;
    QFont font(fixed ? m_fixedFamily : m_family);
    font.setPointSizeF(row.points / 10.0 * m_bodyPointSize * m_fontScale);
    font.setWeight(row.weight);
    if (fixed) {
        font.setStyleHint(QFont::Monospace);
        // Ligatures would join digits of a digest into other shapes.
        font.setStyleStrategy(QFont::PreferNoShaping);
    }
    return font;
}

QPalette Theme::palette() const
{
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, Token token) { palette.setColor(role, color(token)); };
    set(QPalette::Window, Token::Window);
    set(QPalette::Base, Token::Surface);
    set(QPalette::AlternateBase, Token::Hover);
    set(QPalette::Button, Token::Surface);
    set(QPalette::Text, Token::Text);
    set(QPalette::WindowText, Token::Text);
    set(QPalette::ButtonText, Token::Text);
    set(QPalette::BrightText, Token::Text);
    set(QPalette::PlaceholderText, Token::Text3);
    set(QPalette::Highlight, Token::Selection);
    set(QPalette::HighlightedText, Token::OnSelection);
    set(QPalette::Link, Token::Accent);
    set(QPalette::LinkVisited, Token::Accent);
    set(QPalette::Mid, Token::Border);
    set(QPalette::Dark, Token::Line);
    set(QPalette::ToolTipBase, Token::Surface);
    set(QPalette::ToolTipText, Token::Text);
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, color(Token::Text3));
    }
    for (const auto role : {QPalette::Base, QPalette::Button}) {
        palette.setColor(QPalette::Disabled, role, color(Token::Sunken));
    }
    return palette;
}

QPixmap Theme::pixmap(const QString& name, int size, const QColor& color, double ratio) const
{
    const QString key = QStringLiteral("%1/%2/%3/%4").arg(name).arg(size).arg(color.name()).arg(ratio);
    if (const auto found = m_pixmaps.constFind(key); found != m_pixmaps.constEnd()) return *found;
    const int pixels = qRound(size * ratio);
    QPixmap pixmap(pixels, pixels);
    pixmap.fill(Qt::transparent);
    QSvgRenderer renderer(recoloured(name, color));
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    renderer.render(&painter, QRectF(0, 0, pixels, pixels));
    painter.end();
    pixmap.setDevicePixelRatio(ratio);
    m_pixmaps.insert(key, pixmap);
    return pixmap;
}

QIcon Theme::icon(const QString& name, int size) const
{
    QIcon icon;
    for (const double ratio : {1.0, 2.0}) {
        icon.addPixmap(pixmap(name, size, color(Token::Text2), ratio));
        icon.addPixmap(pixmap(name, size, color(Token::Text3), ratio), QIcon::Disabled);
    }
    return icon;
}

QIcon Theme::icon(const QString& name, int size, const QColor& color) const
{
    QIcon icon;
    for (const double ratio : {1.0, 2.0}) {
        icon.addPixmap(pixmap(name, size, color, ratio));
        icon.addPixmap(pixmap(name, size, this->color(Token::Text3), ratio), QIcon::Disabled);
    }
    return icon;
}

void Theme::applyTo(QApplication& application)
{
    application.setStyle(new ThemeStyle(*this));
    const auto apply = [this, &application] {
        application.setPalette(palette());
        application.setFont(font(FontRole::Body));
    };
    apply();
    connect(this, &Theme::changed, &application, apply);
}

}  // namespace quorate::ui
