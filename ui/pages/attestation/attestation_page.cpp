// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/attestation/attestation_page.h"

#include <QAction>
#include <QClipboard>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QGuiApplication>
#include <QMimeData>
#include <QSaveFile>
#include <QTabBar>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/pages/attestation/expert_card.h"
#include "ui/text/check_text.h"
#include "ui/text/error_text.h"
#include "ui/text/formats.h"
#include "ui/text/study_text.h"
#include "ui/text/verdict_text.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/check_row.h"
#include "ui/widgets/columns.h"
#include "ui/widgets/page_head.h"
#include "ui/widgets/text_label.h"
#include "ui/widgets/trust_badge.h"

namespace quorate::ui {

namespace {

constexpr int kFirstWidth = 372;
constexpr int kQuestions = 5;

// The checks under a question: name and outcome; what was found and expected where it did not pass.
QWidget* checkList(Theme& theme, const NodeAppraisal& node, attestation::Question question)
{
    auto* box = new QWidget;
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 6, 0, 0);
    grid->setHorizontalSpacing(space::kSmall);
    grid->setVerticalSpacing(3);
    int line = 0;
    for (const attestation::Check& check : node.result.checks) {
        if (check.question != question) continue;
        auto* name = (new TextLabel(theme, FontRole::Small, Token::Text2, textFor(check.id).name))->wrapped();
        name->setToolTip(toQString(check.id + ": " + check.source));
        auto* badge = new TrustBadge(theme, {kindOf(check.outcome, isTraining(node.result)), wordFor(check.outcome),
                                             check.outcome == attestation::CheckOutcome::Pass ? QStringLiteral("check") : QString()});
        badge->setPlain(true);
        grid->addWidget(name, line, 0, Qt::AlignTop);
        grid->addWidget(badge, line++, 1, Qt::AlignTop | Qt::AlignRight);
    }
    grid->setColumnStretch(0, 1);
    return box;
}

}  // namespace

AttestationPage::AttestationPage(const PageContext& context, QWidget* parent)
    : Page(PageId::Attestation, context, tr("Attestation"), parent)
{
    setAcceptDrops(true);
    buildActions();
    head().setSentence(tr("What is running where the key would go, checked on this computer"));
    m_tabs = new QTabBar;
    m_tabs->setAccessibleName(tr("Nodes"));
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setIconSize({18, 18});
    body()->addWidget(m_tabs);
    body()->setSpacing(0);
    body()->addWidget(new Hairline(theme()));
    body()->addSpacing(space::kMedium);
    auto* columns = new Columns(theme(), Columns::Side::Leading, kFirstWidth);
    buildFirstLayer(columns->side());
    m_expert = new ExpertCard(theme());
    columns->main()->addWidget(m_expert);
    body()->addWidget(columns, 1);
    connect(m_tabs, &QTabBar::currentChanged, this, [this] { showNode(); });
    connect(this, &Page::retryRequested, this, &AttestationPage::checkAgain);
    connect(this, &Page::emptyActionTriggered, this, [this] { chooseFolder(); });
    connect(this, &Page::cancelRequested, this, [this] {
        m_check.abandon();
        m_checking = false;
        setState(PageState::Ready);
    });
    connect(&theme(), &Theme::changed, this, [this] { fillTabs(); });
}

void AttestationPage::buildActions()
{
    auto* open = new QAction(tr("Open evidence…"), this);
    open->setObjectName(QStringLiteral("openEvidence"));
    open->setShortcut(QKeySequence::Open);
    connect(open, &QAction::triggered, this, [this] { chooseFolder(); });
    auto* again = new QAction(tr("Check all nodes again"), this);
    again->setShortcut(QKeySequence(Qt::Key_F5));
    connect(again, &QAction::triggered, this, &AttestationPage::checkAgain);
    auto* copy = new QAction(tr("Copy the verdict as JSON"), this);
    connect(copy, &QAction::triggered, this, [this] { copyVerdict(); });
    auto* bundle = new QAction(tr("Open an evidence bundle…"), this);
    connect(bundle, &QAction::triggered, this, [this] { chooseBundle(); });
    m_exportAction = new QAction(tr("Export bundle…"), this);
    connect(m_exportAction, &QAction::triggered, this, [this] { chooseExport(); });
    addActions({open, bundle, again, copy, m_exportAction});

    auto* openButton = new Button(theme(), tr("Open evidence…"), ButtonKind::Default, QStringLiteral("open"));
    m_again = new Button(theme(), tr("Check again"), ButtonKind::Primary, QStringLiteral("refresh"));
    m_export = new Button(theme(), tr("Export bundle…"), ButtonKind::Default, QStringLiteral("export"));
    m_export->setObjectName(QStringLiteral("exportBundle"));
    m_export->setToolTip(tr("All that this verdict rests on, in one file that another installation can check again."));
    head().addAction(openButton);
    head().addAction(m_export);
    connect(m_export, &QPushButton::clicked, this, [this] { chooseExport(); });
    head().addAction(m_again);
    connect(openButton, &QPushButton::clicked, this, [this] { chooseFolder(); });
    connect(m_again, &QPushButton::clicked, this, &AttestationPage::checkAgain);
}

void AttestationPage::buildFirstLayer(QVBoxLayout* column)
{
    m_verdict = new Banner(theme());
    column->addWidget(m_verdict);
    auto* questions = new Card(theme());
    questions->bodyFlush();
    for (int i = 0; i < kQuestions; ++i) {
        if (i > 0) questions->body()->addWidget(new Hairline(theme()));
        auto* row = new CheckRow(theme());
        m_rows.append(row);
        questions->body()->addWidget(row);
    }
    column->addWidget(questions);
    m_acceptance = new Card(theme());
    m_acceptance->body()->addWidget(new TextLabel(theme(), FontRole::Strong, Token::Text, tr("Accepted by the quorum")));
    m_acceptanceText = (new TextLabel(theme(), FontRole::Body, Token::Text2))->wrapped();
    m_acceptanceText->setObjectName(QStringLiteral("acceptance"));
    m_acceptance->body()->addWidget(m_acceptanceText);
    m_acceptance->hide();
    column->addWidget(m_acceptance);
    auto* collateral = new Card(theme());
    collateral->body()->addWidget(new TextLabel(theme(), FontRole::Strong, Token::Text, tr("The makers' papers")));
    m_collateral = (new TextLabel(theme(), FontRole::Body, Token::Text2))->wrapped();
    m_collateral->setObjectName(QStringLiteral("collateral"));
    collateral->body()->addWidget(m_collateral);
    column->addWidget(collateral);
    auto* limits = new Card(theme());
    limits->body()->addWidget(new TextLabel(theme(), FontRole::Strong, Token::Text, tr("What this does not prove")));
    limits->body()->addWidget((new TextLabel(theme(), FontRole::Body, Token::Text2,
        tr("That the program is free of faults, that its operator keeps it running, or what each hospital's records contain.")))->wrapped());
    column->addWidget(limits);
    column->addStretch(1);
}

void AttestationPage::setStudy(std::shared_ptr<const StudySnapshot> study)
{
    m_study = std::move(study);
    m_again->setBlockedBy(m_study ? QString() : tr("There is no study whose nodes could be asked."));
    if (m_checking) return;
    fillTabs();
}

void AttestationPage::setStatus(const DeskStatus& status)
{
    Page::setStatus(status);
    const bool overdue = status.collateral && status.collateral->validUntil && now() > *status.collateral->validUntil;
    const bool troubled = overdue || (status.collateral && status.collateral->problem);
    m_collateral->setText(collateralSentence(status.collateral, now()));
    if (troubled) m_collateral->setVerdictColor(VerdictKind::Caution);
    else m_collateral->setColor(Token::Text2);
}

const NodeAppraisal* AttestationPage::current() const
{
    const auto index = static_cast<std::size_t>(qMax(0, m_tabs->currentIndex()));
    const std::size_t count = m_study ? m_study->nodes.size() : 0;
    if (index < count) return &m_study->nodes[index];
    return m_file ? &*m_file : nullptr;
}

void AttestationPage::fillTabs()
{
    const int before = m_tabs->currentIndex();
    const QSignalBlocker blocked(m_tabs);
    while (m_tabs->count() > 0) m_tabs->removeTab(0);
    const auto add = [this](const NodeAppraisal& node, const QString& name) {
        const VerdictKind kind = kindOf(node.result);
        const int tab = m_tabs->addTab(theme().icon(iconOf(kind), 18, theme().verdict(kind).text),
                                       name + QStringLiteral("  ") + teeWord(node.result.tee));
        m_tabs->setTabToolTip(tab, verdictText(node).sentence);
    };
    if (m_study) {
        for (const NodeAppraisal& node : m_study->nodes) add(node, toQString(node.name));
    }
    if (m_file) add(*m_file, tr("File: %1").arg(toQString(m_file->name)));
    if (m_tabs->count() > 0) m_tabs->setCurrentIndex(qBound(0, before, m_tabs->count() - 1));
    // A bar that is filled while its page is hidden does not tell the layout, which keeps the height of an empty one.
    m_tabs->updateGeometry();
    showNode();
}

void AttestationPage::showNode()
{
    const NodeAppraisal* node = current();
    m_export->setVisible(node && node->bundle);
    m_exportAction->setEnabled(node && node->bundle);
    m_acceptance->setVisible(node && node->acceptance);
    if (node && node->acceptance) m_acceptanceText->setText(acceptanceSentence(*node->acceptance));
    if (!node) {
        setState(PageState::Empty, tr("No evidence yet"),
                 tr("The service's and the sites' answers to a challenge appear here. Evidence files can be dropped on this page."));
        setEmptyAction(tr("Open evidence…"));
        return;
    }
    if (state() == PageState::Empty) setState(PageState::Ready);
    // Rebuilding closes what a reader opened, so it happens only when another appraisal is shown.
    const bool file = m_file && node == &*m_file;
    if (m_shownResult == node->result && m_shownName == node->name && m_shownFile == file) return;
    m_shownFile = file;
    m_shownResult = node->result;
    m_shownName = node->name;
    const VerdictText verdict = verdictText(*node);
    m_verdict->showVerdict(verdict.kind, verdict.sentence, verdict.detail);
    if (node->reappraised) showReappraised(*node);
    for (int i = 0; i < kQuestions; ++i) fillRow(*m_rows[i], *node, i);
    const QString note = m_study ? tr("Reference values v%1, %2").arg(m_study->referenceValues.version).arg(toQString(m_study->referenceValues.programVersion))
                                 : QString();
    m_expert->setNode(*node, note, toSeconds(now()));
}

void AttestationPage::fillRow(CheckRow& row, const NodeAppraisal& node, int question)
{
    const QuestionText text = questionTexts(node)[static_cast<std::size_t>(question)];
    // In training a passed check keeps the check's circle; the diamond is for what the demo root vouches for.
    const bool circle = text.kind == VerdictKind::Training && text.question != attestation::Question::Genuine;
    row.setContent({text.kind, circle ? QStringLiteral("check") : QString(), text.ask, text.answer, text.sentence, text.why, text.todo});
    row.setDetails(checkList(theme(), node, text.question));
}

void AttestationPage::checkAgain()
{
    if (!m_study || m_checking) return;
    m_checking = true;
    setState(PageState::Loading, tr("Checking %n node(s)", nullptr, static_cast<int>(m_study->protocol().sites.size()) + 1));
    m_check = desk().checkNodes(m_study->protocol().id, [this](Result<void> result) {
        m_checking = false;
        if (result) {
            setState(PageState::Ready);
        } else {
            const ErrorText text = sentenceFor(result.error());
            setState(PageState::Failed, text.what, text.todo);
        }
        fillTabs();
    });
}

void AttestationPage::chooseFolder()
{
    auto* dialog = new QFileDialog(this, tr("Open evidence: choose the folder with its files"));
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &AttestationPage::openFolder);
    dialog->open();
}

void AttestationPage::showReappraised(const NodeAppraisal& node)
{
    const VerdictText verdict = verdictText(node);
    if (node.reappraised->difference.empty()) {
        m_verdict->showVerdict(verdict.kind, verdict.sentence, tr("Checked again on this computer: the bundle's result came out byte for byte."));
        return;
    }
    const QString why = node.reappraised->sameAnchors ? QString() : tr("It was made with other trust anchors than those of this computer. ");
    m_verdict->showVerdict(VerdictKind::Refused, tr("The bundle's result did not come out again"),
                           tr("%1First difference: %2").arg(why, toQString(node.reappraised->difference)));
}

void AttestationPage::chooseBundle()
{
    auto* dialog = new QFileDialog(this, tr("Open an evidence bundle"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &AttestationPage::openFolder);
    dialog->open();
}

void AttestationPage::chooseExport()
{
    if (const NodeAppraisal* node = current(); !node || !node->bundle) return;
    auto* dialog = new QFileDialog(this, tr("Export bundle"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(QStringLiteral("evidence-bundle.json"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &AttestationPage::exportBundle);
    dialog->open();
}

void AttestationPage::exportBundle(const QString& file)
{
    const NodeAppraisal* node = current();
    if (!node || !node->bundle) return;
    QSaveFile out(file);
    const auto size = static_cast<qint64>(node->bundle->size());
    if (out.open(QIODevice::WriteOnly) && out.write(node->bundle->data(), size) == size && out.commit()) {
        setState(PageState::Ready);
        return;
    }
    const ErrorText text = sentenceFor({ErrorKind::StorageFailed, out.errorString().toStdString()});
    setState(PageState::Failed, text.what, text.todo);
}

void AttestationPage::openFolder(const QString& folder)
{
    auto answer = desk().appraiseFiles(folder.toStdString());
    if (!answer) {
        const ErrorText text = sentenceFor(answer.error());
        setState(PageState::Failed, text.what, text.todo);
        return;
    }
    m_file = std::move(*answer);
    m_shownResult.reset();
    if (m_file->name.empty()) m_file->name = QFileInfo(folder).fileName().toStdString();
    setState(PageState::Ready);
    fillTabs();
    m_tabs->setCurrentIndex(m_tabs->count() - 1);
    showNode();
}

void AttestationPage::copyVerdict()
{
    if (const NodeAppraisal* node = current()) QGuiApplication::clipboard()->setText(toQString(attestation::toJson(node->result)));
}

void AttestationPage::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls() && event->mimeData()->urls().front().isLocalFile()) event->acceptProposedAction();
}

void AttestationPage::dropEvent(QDropEvent* event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.isEmpty() || !urls.front().isLocalFile()) return;
    const QFileInfo info(urls.front().toLocalFile());
    event->acceptProposedAction();
    const bool bundle = info.suffix().compare(QLatin1String("json"), Qt::CaseInsensitive) == 0;
    openFolder(info.isDir() || bundle ? info.absoluteFilePath() : info.absolutePath());
}

}  // namespace quorate::ui
