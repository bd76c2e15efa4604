// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/page.h"

class QListWidget;
class QStackedWidget;
class QVBoxLayout;

namespace quorate::ui {

class TableModel;

/// The signed protocol in plain sections, for reading.
class StudiesPage final : public Page {
    Q_OBJECT

public:
    explicit StudiesPage(const PageContext& context, QWidget* parent = nullptr);
    void setStudy(std::shared_ptr<const StudySnapshot> study) override;

private:
    using Lines = std::vector<std::pair<QString, QString>>;
    void addSection(const QString& icon, const QString& name, const Lines& lines, TableModel* table = nullptr);
    void addSections(const StudySnapshot& study);

    QListWidget* m_names = nullptr;
    QStackedWidget* m_sections = nullptr;
    TextLabel* m_digest = nullptr;
    TextLabel* m_signed = nullptr;
    QVBoxLayout* m_approvals = nullptr;
    Digest32 m_shown;
};

}  // namespace quorate::ui
