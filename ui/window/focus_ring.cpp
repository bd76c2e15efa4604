// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/focus_ring.h"

#include <QAbstractItemView>
#include <QEvent>
#include <QPainter>
#include <QScrollArea>
#include <QWindow>

namespace quorate::ui {

namespace {
constexpr int kRing = 2;
}

FocusRing::FocusRing(Theme& theme, QWidget& window) : QWidget(&window), m_theme(theme), m_window(window)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    hide();
    window.installEventFilter(this);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void FocusRing::attachToHandle()
{
    QWindow* handle = m_window.windowHandle();
    if (m_attached || !handle) return;
    m_attached = true;
    handle->installEventFilter(this);
    connect(handle, &QWindow::focusObjectChanged, this, [this](QObject* object) { follow(qobject_cast<QWidget*>(object)); });
}

void FocusRing::follow(QWidget* control)
{
    if (m_control) m_control->removeEventFilter(this);
    m_control = control && control->window() == &m_window && control != &m_window ? control : nullptr;
    if (m_control) m_control->installEventFilter(this);
    place();
}

bool FocusRing::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::Show: attachToHandle(); break;
    case QEvent::KeyPress:
    case QEvent::ShortcutOverride:
        m_byKeyboard = true;
        place();
        break;
    case QEvent::MouseButtonPress:
        m_byKeyboard = false;
        place();
        break;
    case QEvent::Move:
    case QEvent::Resize:
    case QEvent::Hide: place(); break;
    default: break;
    }
    return QWidget::eventFilter(watched, event);
}

void FocusRing::place()
{
    // A whole scroll area or table needs no ring around it: its current row shows where the keyboard is.
    const bool ringed = m_byKeyboard && m_control && m_control->isVisible() && m_control->focusPolicy() != Qt::NoFocus &&
                        !qobject_cast<QScrollArea*>(m_control.data());
    setVisible(ringed);
    if (!ringed) return;
    const QRect inner(m_control->mapTo(&m_window, QPoint(0, 0)), m_control->size());
    setGeometry(inner.adjusted(-kRing, -kRing, kRing, kRing));
    raise();
}

void FocusRing::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_theme.color(Token::Focus), kRing));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), radius::kField + kRing, radius::kField + kRing);
}

}  // namespace quorate::ui
