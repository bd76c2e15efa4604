// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/welcome/welcome_page.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/pages/overview/state_look.h"
#include "ui/pages/welcome/welcome_tile.h"
#include "ui/text/formats.h"
#include "ui/text/study_text.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/page_head.h"
#include "ui/widgets/text_label.h"
#include "ui/widgets/trust_badge.h"

namespace quorate::ui {

namespace {
constexpr int kWidest = 1032;
constexpr std::size_t kRecentRows = 4;
}  // namespace

WelcomePage::WelcomePage(const PageContext& context, QWidget* parent)
    : Page(PageId::Welcome, context, tr("Welcome"), parent)
{
    head().hide();
    auto* middle = new QWidget;
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kPage);
    column->addWidget(buildTitle());
    auto* columns = new QHBoxLayout;
    columns->setSpacing(space::kPage);
    columns->addWidget(buildTiles(), 1);
    m_recent = new Card(theme(), tr("Studies here"));
    m_rows = m_recent->bodyFlush();
    columns->addWidget(m_recent, 1);
    column->addLayout(columns);
    column->addWidget(buildPromises());
    m_middle = new QHBoxLayout;
    m_middle->addWidget(middle);
    body()->addStretch(1);
    body()->addLayout(m_middle);
    body()->addStretch(1);
}

QWidget* WelcomePage::buildTitle()
{
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, space::kTight);
    row->setSpacing(20);
    auto* icon = new IconLabel(theme(), QStringLiteral("app"), 72, Token::Text);
    row->addWidget(icon);
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    words->addStretch(1);
    words->addWidget(new TextLabel(theme(), FontRole::Display, Token::Text, QStringLiteral("Quorate")));
    words->addWidget((new TextLabel(theme(), FontRole::Body, Token::Text2,
                                    tr("Hospitals learn together. No record leaves, and no key moves before enough people have checked.")))
                         ->wrapped());
    words->addStretch(1);
    row->addLayout(words, 1);
    return box;
}

QWidget* WelcomePage::buildTiles()
{
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kMedium);
    auto* demo = new WelcomeTile(theme(), WelcomeTile::Plate::Training, QStringLiteral("training-mode"),
                                 tr("Try the offline demo"), tr("Four simulated hospitals, 15 minutes, no account"));
    auto* evidence = new WelcomeTile(theme(), WelcomeTile::Plate::Soft, QStringLiteral("open"), tr("Open evidence"),
                                     tr("Appraise a folder of evidence files; nothing is sent"));
    auto* overview = new WelcomeTile(theme(), WelcomeTile::Plate::Soft, QStringLiteral("overview"), tr("Go to the overview"),
                                     tr("What waits for you, and the studies you know"));
    for (WelcomeTile* tile : {demo, evidence, overview}) column->addWidget(tile);
    column->addStretch(1);
    connect(demo, &QAbstractButton::clicked, this, &Page::demoRequested);
    connect(evidence, &QAbstractButton::clicked, this, &Page::openEvidenceRequested);
    connect(overview, &QAbstractButton::clicked, this, [this] { Q_EMIT openPage(PageId::Overview); });
    return box;
}

QWidget* WelcomePage::buildPromises()
{
    auto* card = new Card(theme());
    auto* row = new QHBoxLayout;
    row->setSpacing(space::kPage);
    const auto add = [&](const QString& icon, const QString& title, const QString& text) {
        auto* column = new QVBoxLayout;
        column->setSpacing(space::kTight);
        auto* head = new QHBoxLayout;
        head->setSpacing(space::kSmall);
        head->addWidget(new IconLabel(theme(), icon, 18, Token::Text));
        head->addWidget(new TextLabel(theme(), FontRole::Strong, Token::Text, title), 1);
        column->addLayout(head);
        column->addWidget((new TextLabel(theme(), FontRole::Small, Token::Text2, text))->wrapped());
        column->addStretch(1);
        row->addLayout(column, 1);
    };
    add(QStringLiteral("lock"), tr("Stays on this computer"),
        tr("The vault with your identity and key share, encrypted with your passphrase. Every check you make."));
    add(QStringLiteral("export"), tr("Is sent to the service"),
        tr("What you sign, and your key share, sealed so that only the attested enclave can open it."));
    add(QStringLiteral("revoke"), tr("Is never sent"),
        tr("Patient records, passphrases, usage statistics. Intel and AMD are asked only for public collateral."));
    card->body()->addLayout(row);
    return card;
}

void WelcomePage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    const int side = qMax(0, (width() - 2 * space::kPage - kWidest) / 2);
    m_middle->setContentsMargins(side, 0, side, 0);
}

void WelcomePage::setStudy(std::shared_ptr<const StudySnapshot>)
{
    QString key;
    for (const auto& study : desk().studies()) key += toQString(study->protocol().code) + stateLine(*study);
    // Rebuilt only when what it shows changed: this is called for every event of a running study.
    if (key == m_shown && m_rows->count() > 0) return;
    m_shown = key;
    fillRecent();
}

void WelcomePage::fillRecent()
{
    while (QLayoutItem* item = m_rows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const auto studies = desk().studies();
    for (std::size_t i = 0; i < studies.size() && i < kRecentRows; ++i) {
        const StudySnapshot& study = *studies[i];
        auto* box = new QWidget;
        box->setMinimumHeight(52);
        auto* row = new QHBoxLayout(box);
        row->setContentsMargins(space::kLarge, 6, space::kLarge, 6);
        auto* words = new QVBoxLayout;
        words->setSpacing(0);
        const QString code = toQString(study.protocol().code);
        auto* open = new Button(theme(), code, ButtonKind::Link);
        connect(open, &QPushButton::clicked, this, [this, id = study.protocol().id] { Q_EMIT openStudy(id); });
        words->addWidget(open, 0, Qt::AlignLeft);
        words->addWidget(new TextLabel(theme(), FontRole::Small, Token::Text2, stateLine(study)));
        row->addLayout(words, 1);
        row->addWidget(new TrustBadge(theme(), stateLook(study)));
        if (i > 0) m_rows->addWidget(new Hairline(theme()));
        m_rows->addWidget(box);
    }
    if (studies.empty()) {
        auto* none = (new TextLabel(theme(), FontRole::Body, Token::Text2, tr("Studies you take part in appear here. None is open yet.")))->wrapped();
        none->setContentsMargins(space::kLarge, space::kMedium, space::kLarge, space::kMedium);
        m_rows->addWidget(none);
    }
    m_rows->addStretch(1);
}

}  // namespace quorate::ui
