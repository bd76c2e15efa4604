// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/async/qt_executor.h"

namespace quorate::ui {

QtExecutor::QtExecutor(QObject* parent) : QObject(parent) {}

void QtExecutor::post(std::function<void()> task)
{
    QMetaObject::invokeMethod(this, std::move(task), Qt::QueuedConnection);
}

}  // namespace quorate::ui
