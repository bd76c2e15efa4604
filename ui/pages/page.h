// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>

#include <QWidget>

#include "core/base/clock.h"
#include "core/ports/study_desk.h"
#include "ui/theme/theme.h"

class QScrollArea;
class QVBoxLayout;

namespace quorate::ui {

class Banner;
class Button;
class PageHead;
class TextLabel;

/// In the order of the navigation. Welcome has no entry there: it is what shows before a study is open.
enum class PageId { Welcome, Overview, Studies, Sites, Approvals, Attestation, KeyRelease, Training, Results, Audit, Settings };

/// What every page is given. The desk, the theme and the clock outlive it.
struct PageContext {
    StudyDesk& desk;
    Theme& theme;
    Clock clock;
};

enum class PageState {
    Loading,  ///< A 2 px bar under the head and what is being done.
    Empty,    ///< One sentence about what would be here, and the one next step.
    Ready,
    Stale,    ///< The old content under a caution banner with Retry.
    Failed,   ///< The old content under a refused banner with Retry.
};

/// A page: head, banner of its state, body. Models and widgets copy the last good snapshot and never fetch or block.
class Page : public QWidget {
    Q_OBJECT

public:
    Page(PageId id, const PageContext& context, const QString& title, QWidget* parent = nullptr);

    [[nodiscard]] PageId id() const { return m_id; }
    [[nodiscard]] PageState state() const { return m_state; }
    /// The study in hand, or null when none is open. Called again on each change.
    virtual void setStudy(std::shared_ptr<const StudySnapshot> study) = 0;
    /// Who acts, and how the service is connected. Called before setStudy().
    virtual void setStatus(const DeskStatus& status) { m_status = status; }

Q_SIGNALS:
    void openPage(quorate::ui::PageId page);
    void openStudy(const quorate::Uuid& study);
    /// Retry of the Stale or Failed banner, Cancel of Loading, the button of Empty.
    void retryRequested();
    void cancelRequested();
    void emptyActionTriggered();
    void demoRequested();
    void openEvidenceRequested();

protected:
    /// `sentence` is what is; `detail` what is wanted or what is being done.
    void setState(PageState state, const QString& sentence = {}, const QString& detail = {});
    /// The one next step of the empty state; empty hides the button.
    void setEmptyAction(const QString& text);

    [[nodiscard]] StudyDesk& desk() const { return m_context.desk; }
    [[nodiscard]] Theme& theme() const { return m_context.theme; }
    [[nodiscard]] UtcMillis now() const { return m_context.clock(); }
    [[nodiscard]] const DeskStatus& status() const { return m_status; }
    /// The next signature is the first of a session (21 CFR 11.200): it needs who signs besides the passphrase.
    [[nodiscard]] bool signsAnew() const { return !m_status.signsUntil || now() >= *m_status.signsUntil; }
    [[nodiscard]] PageHead& head() const { return *m_head; }
    /// Under the head, inside the page margin; scrolls when the window is too low.
    [[nodiscard]] QVBoxLayout* body() const { return m_body; }

private:
    void buildEmpty(QVBoxLayout* column);

    PageId m_id;
    PageContext m_context;
    DeskStatus m_status;
    PageState m_state = PageState::Ready;
    PageHead* m_head = nullptr;
    QWidget* m_progress = nullptr;
    TextLabel* m_progressText = nullptr;
    Button* m_cancel = nullptr;
    Banner* m_banner = nullptr;
    QWidget* m_empty = nullptr;
    TextLabel* m_emptySentence = nullptr;
    TextLabel* m_emptyDetail = nullptr;
    Button* m_emptyAction = nullptr;
    QScrollArea* m_content = nullptr;
    QVBoxLayout* m_body = nullptr;
};

using PageFactory = std::function<std::unique_ptr<Page>(const PageContext&)>;
/// The window shows a navigation entry for each page that has a factory.
using PageFactories = std::map<PageId, PageFactory>;

}  // namespace quorate::ui
