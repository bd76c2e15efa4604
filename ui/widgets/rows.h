// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QBoxLayout;
class QWidget;

namespace quorate::ui {

/// Takes everything out of the layout. The widgets die with the next turn of the event loop: one of them may be the sender
/// of the signal in hand.
void clearRows(QBoxLayout& rows);
/// Adds a widget and shows it at once: left alone, a layout of a visible page shows a new child only in the next turn.
void addRow(QBoxLayout& rows, QWidget* row);

}  // namespace quorate::ui
