// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "core/base/pending_call.h"

namespace quorate::ui {

/// Runs tasks from any thread in the event loop of the thread that made it. Tasks still queued when it is destroyed
/// never run.
class QtExecutor final : public QObject, public Executor {
    Q_OBJECT

public:
    explicit QtExecutor(QObject* parent = nullptr);
    void post(std::function<void()> task) override;
};

}  // namespace quorate::ui
