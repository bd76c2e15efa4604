// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/page.h"

class QHBoxLayout;
class QVBoxLayout;

namespace quorate::ui {

class Card;

/// Before a study is open: the ways in, the studies that are here, what stays on this computer and what is sent.
class WelcomePage : public Page {
    Q_OBJECT

public:
    explicit WelcomePage(const PageContext& context, QWidget* parent = nullptr);
    void setStudy(std::shared_ptr<const StudySnapshot> study) override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* buildTitle();
    QWidget* buildTiles();
    QWidget* buildPromises();
    void fillRecent();

    QHBoxLayout* m_middle = nullptr;
    Card* m_recent = nullptr;
    QVBoxLayout* m_rows = nullptr;
    QString m_shown;
};

}  // namespace quorate::ui
