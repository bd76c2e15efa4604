// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme_style.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QPainter>
#include <QPainterPath>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStyleOption>
#include <QTextEdit>

#include "ui/theme/theme.h"

namespace quorate::ui {

namespace {

constexpr char kButtonKind[] = "quorateButtonKind";
constexpr char kInvalid[] = "quorateInvalid";

bool isEnabled(const QStyleOption& option) { return option.state.testFlag(QStyle::State_Enabled); }
bool isUnderMouse(const QStyleOption& option)
{
    return isEnabled(option) && option.state.testFlag(QStyle::State_MouseOver);
}

// Edges sit on half pixels, so that a one-pixel line is one pixel.
void drawBox(QPainter& painter, const QRect& rect, const QColor& fill, const QColor& edge, double width, double corner)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    painter.setPen(edge.isValid() ? QPen(edge, width) : QPen(Qt::NoPen));
    const double inset = edge.isValid() ? width / 2 : 0;
    painter.drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), corner, corner);
    painter.restore();
}

}  // namespace

void setButtonKind(QWidget& button, ButtonKind kind)
{
    button.setProperty(kButtonKind, static_cast<int>(kind));
    if (kind == ButtonKind::Link) button.setCursor(Qt::PointingHandCursor);
    button.update();
}

ButtonKind buttonKindOf(const QWidget* button)
{
    return button ? static_cast<ButtonKind>(button->property(kButtonKind).toInt()) : ButtonKind::Default;
}

void setFieldInvalid(QWidget& field, bool invalid)
{
    field.setProperty(kInvalid, invalid);
    field.update();
}

ThemeStyle::ThemeStyle(const Theme& theme) : QProxyStyle(QStringLiteral("Fusion")), m_theme(theme) {}

void ThemeStyle::polish(QWidget* widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton*>(widget) || qobject_cast<QComboBox*>(widget) || widget->inherits("QTabBar")) {
        widget->setAttribute(Qt::WA_Hover);
    }
    // The viewport's square ground would lie over the field's round corners.
    if (auto* text = qobject_cast<QPlainTextEdit*>(widget)) text->viewport()->setAutoFillBackground(false);
}

void ThemeStyle::drawButton(const QStyleOption& option, QPainter& painter, const QWidget* widget) const
{
    const bool down = option.state & (State_Sunken | State_On);
    QColor fill = m_theme.color(Token::Surface);
    QColor edge = m_theme.color(Token::Line);
    switch (buttonKindOf(widget)) {
    case ButtonKind::Link: return;
    case ButtonKind::Primary:
        fill = edge = m_theme.color(Token::Accent);
        if (down || isUnderMouse(option)) fill = edge = m_theme.scheme() == Scheme::Light ? fill.darker(115) : fill.lighter(112);
        break;
    case ButtonKind::Danger: edge = m_theme.color(Token::Danger); [[fallthrough]];
    case ButtonKind::Default:
        if (down) fill = m_theme.color(Token::Selection);
        else if (isUnderMouse(option)) fill = m_theme.color(Token::Hover);
        break;
    }
    if (!isEnabled(option)) {
        fill = m_theme.color(Token::Sunken);
        edge = m_theme.color(Token::Border);
    }
    drawBox(painter, option.rect, fill, edge, m_theme.edgeWidth(), radius::kField);
}

void ThemeStyle::drawField(const QStyleOption& option, QPainter& painter, const QWidget* widget) const
{
    const bool invalid = widget && widget->property(kInvalid).toBool();
    const bool still = !isEnabled(option) || option.state.testFlag(State_ReadOnly);
    QColor edge = m_theme.color(still ? Token::Border : Token::Line);
    double width = m_theme.edgeWidth();
    if (invalid) {
        edge = m_theme.verdict(VerdictKind::Refused).line;
        width = qMax(1.5, width);
    }
    drawBox(painter, option.rect, m_theme.color(still ? Token::Sunken : Token::Surface), edge, width, radius::kField);
}

void ThemeStyle::drawIndicator(const QStyleOption& option, QPainter& painter, bool round) const
{
    const bool on = option.state & (State_On | State_NoChange);
    const bool enabled = isEnabled(option);
    QColor fill = enabled ? m_theme.color(Token::Surface) : m_theme.color(Token::Sunken);
    QColor edge = m_theme.color(enabled ? Token::Line : Token::Border);
    if (on && enabled) fill = edge = m_theme.color(Token::Accent);
    drawBox(painter, option.rect, fill, edge, m_theme.edgeWidth(), round ? option.rect.width() / 2.0 : radius::kBadge);
    if (!on) return;
    const QColor mark = m_theme.color(enabled ? Token::OnAccent : Token::Text3);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF r(option.rect);
    if (round) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(mark);
        painter.drawEllipse(r.center(), r.width() * 0.2, r.width() * 0.2);
    } else {
        painter.setPen(QPen(mark, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const auto at = [&](double x, double y) { return QPointF(r.left() + r.width() * x, r.top() + r.height() * y); };
        if (option.state & State_NoChange) painter.drawLine(at(0.25, 0.5), at(0.75, 0.5));
        else painter.drawPolyline(QPolygonF{at(0.25, 0.52), at(0.43, 0.70), at(0.76, 0.32)});
    }
    painter.restore();
}

void ThemeStyle::drawComboBox(const QStyleOption& option, QPainter& painter) const
{
    drawField(option, painter, nullptr);
    const int size = 16;
    const QRect arrow(option.rect.right() - size - 8, option.rect.center().y() - size / 2 + 1, size, size);
    const QColor ink = m_theme.color(isEnabled(option) ? Token::Text2 : Token::Text3);
    painter.drawPixmap(arrow.topLeft(),
                       m_theme.pixmap(QStringLiteral("chevron-down"), size, ink, painter.device()->devicePixelRatioF()));
}

void ThemeStyle::drawSpinBox(const QStyleOptionComplex& option, QPainter& painter, const QWidget* widget) const
{
    drawField(option, painter, widget);
    const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(&option);
    if (!spin || spin->buttonSymbols == QAbstractSpinBox::NoButtons) return;
    constexpr int kArrow = 12;
    const auto draw = [&](SubControl part, QAbstractSpinBox::StepEnabledFlag can, double turn) {
        const bool may = isEnabled(option) && spin->stepEnabled.testFlag(can);
        const QPointF middle = QRectF(subControlRect(CC_SpinBox, &option, part, widget)).center();
        painter.save();
        painter.translate(middle);
        painter.rotate(turn);
        painter.drawPixmap(QPointF(-kArrow / 2.0, -kArrow / 2.0),
                           m_theme.pixmap(QStringLiteral("chevron-down"), kArrow, m_theme.color(may ? Token::Text2 : Token::Border),
                                          painter.device()->devicePixelRatioF()));
        painter.restore();
    };
    draw(SC_SpinBoxUp, QAbstractSpinBox::StepUpEnabled, 180);
    draw(SC_SpinBoxDown, QAbstractSpinBox::StepDownEnabled, 0);
}

void ThemeStyle::drawScrollBar(const QStyleOptionComplex& option, QPainter& painter, const QWidget* widget) const
{
    const QRect handle = subControlRect(CC_ScrollBar, &option, SC_ScrollBarSlider, widget);
    const auto* slider = qstyleoption_cast<const QStyleOptionSlider*>(&option);
    painter.fillRect(option.rect, Qt::transparent);
    if (!slider || slider->minimum == slider->maximum) return;
    const bool active = (option.activeSubControls & SC_ScrollBarSlider) && (option.state & (State_MouseOver | State_Sunken));
    drawBox(painter, handle.adjusted(2, 2, -2, -2), m_theme.color(active ? Token::Text3 : Token::Line), QColor(), 0, 4);
}

void ThemeStyle::drawHeader(const QStyleOption& option, QPainter& painter) const
{
    painter.fillRect(option.rect, m_theme.color(Token::Sunken));
    painter.setPen(m_theme.color(Token::Border));
    painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
}

void ThemeStyle::drawTab(const QStyleOption& option, QPainter& painter) const
{
    if (!(option.state & State_Selected)) return;
    const QRect r = option.rect;
    painter.fillRect(QRect(r.left(), r.bottom() - 1, r.width(), 2), m_theme.color(Token::Accent));
}

void ThemeStyle::drawMenuPanel(const QStyleOption& option, QPainter& painter) const
{
    painter.fillRect(option.rect, m_theme.color(Token::Surface));
    painter.setPen(QPen(m_theme.color(Token::Line), m_theme.edgeWidth()));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(option.rect.adjusted(0, 0, -1, -1));
}

void ThemeStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                               const QWidget* widget) const
{
    switch (element) {
    case PE_PanelButtonCommand: drawButton(*option, *painter, widget); return;
    case PE_PanelButtonTool:
        if (option->state & (State_Sunken | State_On)) {
            drawBox(*painter, option->rect, m_theme.color(Token::Selection), QColor(), 0, radius::kField);
        } else if (isUnderMouse(*option)) {
            drawBox(*painter, option->rect, m_theme.color(Token::Hover), QColor(), 0, radius::kField);
        }
        return;
    case PE_PanelLineEdit:
        if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option); frame && frame->lineWidth > 0) {
            drawField(*option, *painter, widget);
        }
        return;
    case PE_Frame:
        if (widget && (widget->inherits("QTextEdit") || widget->inherits("QPlainTextEdit"))) {
            drawField(*option, *painter, widget);
        } else {
            QProxyStyle::drawPrimitive(element, option, painter, widget);
        }
        return;
    case PE_FrameLineEdit:
    case PE_FrameFocusRect:  // The focus ring is drawn once, outside the control, by FocusRing.
    case PE_FrameTabBarBase:
    case PE_FrameStatusBarItem:
    case PE_PanelStatusBar: return;
    case PE_IndicatorCheckBox: drawIndicator(*option, *painter, false); return;
    case PE_IndicatorRadioButton: drawIndicator(*option, *painter, true); return;
    case PE_PanelMenu:
    case PE_FrameMenu:
    case PE_PanelTipLabel: drawMenuPanel(*option, *painter); return;
    default: QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void ThemeStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                             const QWidget* widget) const
{
    switch (element) {
    case CE_PushButtonBevel: drawButton(*option, *painter, widget); return;
    case CE_PushButtonLabel: {
        if (!qstyleoption_cast<const QStyleOptionButton*>(option)) return;
        QStyleOptionButton copy(*qstyleoption_cast<const QStyleOptionButton*>(option));
        const ButtonKind kind = buttonKindOf(widget);
        Token ink = kind == ButtonKind::Primary ? Token::OnAccent : Token::Text;
        if (kind == ButtonKind::Danger) ink = Token::Danger;
        if (kind == ButtonKind::Link) ink = Token::Accent;
        if (!isEnabled(*option)) ink = Token::Text3;
        copy.palette.setColor(QPalette::ButtonText, m_theme.color(ink));
        QProxyStyle::drawControl(element, &copy, painter, widget);
        return;
    }
    case CE_HeaderSection:
    case CE_HeaderEmptyArea: drawHeader(*option, *painter); return;
    case CE_HeaderLabel: {
        const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option);
        if (!header) return;
        QStyleOptionHeader copy(*header);
        copy.palette.setColor(QPalette::ButtonText, m_theme.color(Token::Text2));
        copy.rect.adjust(space::kSmall, 0, -space::kSmall, 0);
        copy.state &= ~State_On;
        painter->setFont(m_theme.font(FontRole::Small));
        QProxyStyle::drawControl(element, &copy, painter, widget);
        return;
    }
    case CE_TabBarTabShape: drawTab(*option, *painter); return;
    case CE_TabBarTabLabel: {
        const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option);
        if (!tab) return;
        QStyleOptionTab copy(*tab);
        const Token ink = (option->state & State_Selected) ? Token::Text : Token::Text2;
        copy.palette.setColor(QPalette::WindowText, m_theme.color(ink));
        QProxyStyle::drawControl(element, &copy, painter, widget);
        return;
    }
    case CE_ProgressBarGroove:
        drawBox(*painter, option->rect, m_theme.color(Token::Sunken), QColor(), 0, option->rect.height() / 2.0);
        return;
    case CE_ProgressBarContents: {
        const auto* bar = qstyleoption_cast<const QStyleOptionProgressBar*>(option);
        if (!bar || bar->maximum <= bar->minimum) return;
        QRect filled = option->rect;
        const double part = double(bar->progress - bar->minimum) / (bar->maximum - bar->minimum);
        filled.setWidth(qRound(filled.width() * qBound(0.0, part, 1.0)));
        if (filled.width() > 0) drawBox(*painter, filled, m_theme.color(Token::Accent), QColor(), 0, filled.height() / 2.0);
        return;
    }
    case CE_MenuBarEmptyArea: painter->fillRect(option->rect, m_theme.color(Token::Nav)); return;
    case CE_MenuBarItem: {
        const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option);
        if (!item) return;
        const bool active = option->state & (State_Selected | State_Sunken);
        painter->fillRect(option->rect, m_theme.color(active ? Token::Selection : Token::Nav));
        painter->setPen(m_theme.color(active ? Token::OnSelection : Token::Text));
        painter->drawText(option->rect, Qt::AlignCenter | Qt::TextShowMnemonic | Qt::TextSingleLine, item->text);
        return;
    }
    default: QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void ThemeStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                                    const QWidget* widget) const
{
    switch (control) {
    case CC_ComboBox: drawComboBox(*option, *painter); return;
    case CC_SpinBox: drawSpinBox(*option, *painter, widget); return;
    case CC_ScrollBar: drawScrollBar(*option, *painter, widget); return;
    default: QProxyStyle::drawComplexControl(control, option, painter, widget);
    }
}

QSize ThemeStyle::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                                   const QWidget* widget) const
{
    const QSize found = QProxyStyle::sizeFromContents(type, option, size, widget);
    switch (type) {
    case CT_PushButton: {
        if (buttonKindOf(widget) == ButtonKind::Link) return {size.width() + 2, qMax(24, size.height() + 4)};
        return {size.width() + 24, qMax(height::kButton, size.height() + 10)};
    }
    case CT_LineEdit: return {found.width(), qMax(height::kField, size.height() + 12)};
    case CT_SpinBox: return {found.width(), qMax(height::kField, size.height())};
    case CT_ComboBox: return {size.width() + 44, qMax(height::kButton, size.height() + 10)};
    case CT_HeaderSection: return {found.width() + 2 * space::kSmall, qMax(height::kTableHead, found.height())};
    case CT_TabBarTab: return {size.width() + 4, qMax(36, size.height() + 16)};
    case CT_MenuBarItem: return {size.width() + 20, qMax(26, size.height() + 8)};
    default: return found;
    }
}

int ThemeStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const
{
    switch (metric) {
    case PM_ScrollBarExtent: return 12;
    case PM_ScrollBarSliderMin: return 32;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
    case PM_TabBarBaseOverlap:
    case PM_TabBarTabOverlap:
    case PM_MenuBarPanelWidth: return 0;
    case PM_MenuBarHMargin: return 5;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight: return 16;
    case PM_ButtonIconSize: return 18;
    case PM_FocusFrameHMargin:
    case PM_FocusFrameVMargin: return 2;
    default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int ThemeStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                          QStyleHintReturn* returnData) const
{
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_ScrollBar_Transient: return 0;
    case SH_Table_GridLineColor: return static_cast<int>(m_theme.color(Token::Border).rgb());
    case SH_ComboBox_Popup: return 0;
    case SH_UnderlineShortcut:
    case SH_Widget_Animate: return 0;
    default: return QProxyStyle::styleHint(hint, option, widget, returnData);
    }
}

}  // namespace quorate::ui
