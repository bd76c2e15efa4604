// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/idle_watch.h"

#include <QCoreApplication>
#include <QEvent>

namespace quorate::ui {
namespace {

constexpr qint64 kSayEveryMs = 20'000;

bool isInput(QEvent::Type type)
{
    switch (type) {
    case QEvent::KeyPress:
    case QEvent::MouseButtonPress:
    case QEvent::MouseMove:
    case QEvent::Wheel:
    case QEvent::TouchBegin:
    case QEvent::TabletPress: return true;
    default: return false;
    }
}

}  // namespace

IdleWatch::IdleWatch(QObject* parent) : QObject(parent)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &IdleWatch::idle);
}

void IdleWatch::start(std::chrono::milliseconds limit)
{
    if (m_timer.isActive() && m_timer.intervalAsDuration() == limit) return;
    m_timer.setInterval(limit);
    m_timer.start();
    m_sinceSaid.start();
    QCoreApplication::instance()->removeEventFilter(this);
    QCoreApplication::instance()->installEventFilter(this);
}

void IdleWatch::stop()
{
    m_timer.stop();
    QCoreApplication::instance()->removeEventFilter(this);
}

bool IdleWatch::eventFilter(QObject* watched, QEvent* event)
{
    if (isInput(event->type())) {
        m_timer.start();
        if (m_sinceSaid.elapsed() >= kSayEveryMs) {
            m_sinceSaid.start();
            Q_EMIT used();
        }
    }
    return QObject::eventFilter(watched, event);
}

}  // namespace quorate::ui
