// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/pages/attestation/evidence_rows.h"

class QVBoxLayout;

namespace quorate::ui {

/// Registers against reference values: each digest in full, its outcome beside it; where it differs, both values with the
/// first differing byte marked.
class MeasurementsView : public QWidget {
    Q_OBJECT

public:
    explicit MeasurementsView(Theme& theme, QWidget* parent = nullptr);
    void setMeasurements(const std::vector<Measurement>& rows, bool training);

private:
    QWidget* row(const Measurement& measurement, bool training);

    Theme& m_theme;
    QVBoxLayout* m_column = nullptr;
};

}  // namespace quorate::ui
