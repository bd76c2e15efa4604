// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/page.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/page_head.h"
#include "ui/widgets/text_label.h"

namespace quorate::ui {

Page::Page(PageId id, const PageContext& context, const QString& title, QWidget* parent)
    : QWidget(parent), m_id(id), m_context(context)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::kPage, 0, space::kPage, space::kLarge);
    column->setSpacing(0);
    m_head = new PageHead(theme(), title);
    column->addWidget(m_head);

    m_progress = new QWidget;
    auto* progress = new QHBoxLayout(m_progress);
    progress->setContentsMargins(0, 0, 0, space::kSmall);
    auto* bar = new QProgressBar;
    bar->setRange(0, 1);
    bar->setValue(1);
    bar->setTextVisible(false);
    bar->setFixedHeight(2);
    m_progressText = new TextLabel(theme(), FontRole::Small, Token::Text2);
    m_cancel = new Button(theme(), tr("Cancel"));
    progress->addWidget(bar, 1);
    progress->addWidget(m_progressText);
    progress->addWidget(m_cancel);
    column->addWidget(m_progress);

    m_banner = new Banner(theme());
    auto* retry = new Button(theme(), tr("Retry"), ButtonKind::Default, QStringLiteral("refresh"));
    m_banner->addAction(retry);
    column->addWidget(m_banner);
    buildEmpty(column);

    auto* inner = new QWidget;
    m_body = new QVBoxLayout(inner);
    m_body->setContentsMargins(0, 0, 0, 0);
    m_body->setSpacing(space::kMedium);
    m_content = new QScrollArea;
    m_content->setFrameShape(QFrame::NoFrame);
    m_content->setWidgetResizable(true);
    // A page gives way instead (Columns): a body that scrolls sideways hides its actions.
    m_content->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_content->setWidget(inner);
    m_content->setAccessibleName(title);
    column->addWidget(m_content, 1);

    connect(retry, &QPushButton::clicked, this, &Page::retryRequested);
    connect(m_cancel, &QPushButton::clicked, this, &Page::cancelRequested);
    setState(PageState::Ready);
}

void Page::buildEmpty(QVBoxLayout* column)
{
    m_empty = new QWidget;
    auto* middle = new QVBoxLayout(m_empty);
    m_emptySentence = new TextLabel(theme(), FontRole::Section, Token::Text);
    m_emptyDetail = (new TextLabel(theme(), FontRole::Body, Token::Text2))->wrapped();
    m_emptySentence->setAlignment(Qt::AlignHCenter);
    m_emptyDetail->setAlignment(Qt::AlignHCenter);
    m_emptyAction = new Button(theme(), {}, ButtonKind::Primary);
    m_emptyAction->setVisible(false);
    middle->addStretch(2);
    middle->addWidget(m_emptySentence);
    middle->addWidget(m_emptyDetail);
    middle->addSpacing(space::kSmall);
    middle->addWidget(m_emptyAction, 0, Qt::AlignHCenter);
    middle->addStretch(3);
    column->addWidget(m_empty, 1);
    connect(m_emptyAction, &QPushButton::clicked, this, &Page::emptyActionTriggered);
}

void Page::setState(PageState state, const QString& sentence, const QString& detail)
{
    m_state = state;
    m_progress->setVisible(state == PageState::Loading);
    m_progressText->setText(sentence);
    m_empty->setVisible(state == PageState::Empty);
    m_content->setVisible(state != PageState::Empty);
    m_banner->setVisible(state == PageState::Stale || state == PageState::Failed);
    if (state == PageState::Stale) m_banner->showVerdict(VerdictKind::Caution, sentence, detail);
    if (state == PageState::Failed) m_banner->showVerdict(VerdictKind::Refused, sentence, detail);
    if (state == PageState::Empty) {
        m_emptySentence->setText(sentence);
        m_emptyDetail->setText(detail);
    }
}

void Page::setEmptyAction(const QString& text)
{
    m_emptyAction->setText(text);
    m_emptyAction->setAccessibleName(text);
    m_emptyAction->setVisible(!text.isEmpty());
}

}  // namespace quorate::ui
