// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTranslator>

namespace quorate::ui {

/// English needs a translation too: "%n share(s)" becomes "1 share" or "2 shares" by the number given to tr(). Every other
/// language brings a file of its own, which is installed after this and so goes first.
class EnglishPlurals final : public QTranslator {
    Q_OBJECT

public:
    using QTranslator::QTranslator;
    [[nodiscard]] bool isEmpty() const override { return false; }
    [[nodiscard]] QString translate(const char* context, const char* source, const char* disambiguation = nullptr,
                                    int n = -1) const override;
};

}  // namespace quorate::ui
