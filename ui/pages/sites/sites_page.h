// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/page.h"

namespace quorate::ui {

class TableModel;

/// The study's sites: state, TEE, ethics approval, last seen, records.
class SitesPage final : public Page {
    Q_OBJECT

public:
    explicit SitesPage(const PageContext& context, QWidget* parent = nullptr);
    void setStudy(std::shared_ptr<const StudySnapshot> study) override;

private:
    TableModel* m_sites = nullptr;
};

}  // namespace quorate::ui
