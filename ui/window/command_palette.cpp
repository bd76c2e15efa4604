// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/command_palette.h"

#include <algorithm>

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace quorate::ui {

namespace {

constexpr char kReason[] = "quorateBlockedBy";
constexpr int kWidth = 640;
constexpr int kTop = 96;
constexpr int kRow = 36;

QString plainText(const QAction& action)
{
    QString text = action.text();
    return text.remove(QLatin1Char('&'));
}

// Text at the left, then the reason; menu and shortcut at the right.
class PaletteDelegate final : public QStyledItemDelegate {
public:
    PaletteDelegate(Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        painter->save();
        const bool selected = option.state & QStyle::State_Selected;
        if (selected) painter->fillRect(option.rect, m_theme.color(Token::Selection));
        const QString reason = index.data(PaletteModel::ReasonRole).toString();
        const QRect row = option.rect.adjusted(space::kLarge, 0, -space::kLarge, 0);
        painter->setFont(m_theme.font(FontRole::Small));
        const QColor quiet = m_theme.color(selected && m_theme.scheme() == Scheme::Contrast ? Token::OnSelection : Token::Text3);
        painter->setPen(quiet);
        const QString right = index.data(PaletteModel::WhereRole).toString() + QStringLiteral("   ") +
                              index.data(PaletteModel::ShortcutRole).toString();
        painter->drawText(row, Qt::AlignVCenter | Qt::AlignRight, right.trimmed());
        const int rightWidth = painter->fontMetrics().horizontalAdvance(right.trimmed()) + space::kLarge;
        painter->setFont(m_theme.font(FontRole::Body));
        if (reason.isEmpty()) painter->setPen(m_theme.color(selected ? Token::OnSelection : Token::Text));
        const QString text = index.data().toString() + (reason.isEmpty() ? QString() : QStringLiteral(" – ") + reason);
        const QRect words = row.adjusted(0, 0, -rightWidth, 0);
        painter->drawText(words, Qt::AlignVCenter, painter->fontMetrics().elidedText(text, Qt::ElideRight, words.width()));
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {100, qMax(kRow, QFontMetrics(m_theme.font(FontRole::Body)).height() + 14)};
    }

private:
    Theme& m_theme;
};

}  // namespace

void setBlockedBy(QAction& action, const QString& reason)
{
    action.setEnabled(reason.isEmpty());
    action.setProperty(kReason, reason);
    action.setToolTip(reason);
}

QString blockedBy(const QAction& action)
{
    return action.property(kReason).toString();
}

void PaletteModel::setEntries(QList<PaletteEntry> entries)
{
    m_entries = std::move(entries);
    setFilter({});
}

void PaletteModel::setFilter(const QString& text)
{
    const QStringList words = text.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    beginResetModel();
    m_shown.clear();
    for (const PaletteEntry& entry : std::as_const(m_entries)) {
        if (!entry.action || m_shown.size() == kMaxRows) continue;
        const QString hay = plainText(*entry.action) + QLatin1Char(' ') + entry.where;
        if (std::ranges::all_of(words, [&](const QString& word) { return hay.contains(word, Qt::CaseInsensitive); })) {
            m_shown.append(entry);
        }
    }
    endResetModel();
}

QAction* PaletteModel::actionAt(int row) const
{
    return row >= 0 && row < m_shown.size() ? m_shown[row].action.data() : nullptr;
}

int PaletteModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

QVariant PaletteModel::data(const QModelIndex& index, int role) const
{
    const QAction* action = actionAt(index.row());
    if (!action) return {};
    switch (role) {
    case Qt::DisplayRole: return plainText(*action);
    case Qt::AccessibleTextRole: return QString(plainText(*action) + QLatin1Char(' ') + blockedBy(*action));
    case WhereRole: return m_shown[index.row()].where;
    case ShortcutRole: return action->shortcut().toString(QKeySequence::NativeText);
    case ReasonRole: return action->isEnabled() ? QString() : blockedBy(*action);
    default: return {};
    }
}

Qt::ItemFlags PaletteModel::flags(const QModelIndex& index) const
{
    return index.isValid() ? Qt::ItemIsSelectable | Qt::ItemIsEnabled : Qt::NoItemFlags;
}

CommandPalette::CommandPalette(Theme& theme, QWidget& window)
    : QFrame(&window), m_theme(theme), m_window(window), m_model(new PaletteModel(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::kSmall, space::kSmall, space::kSmall, space::kSmall);
    column->setSpacing(space::kSmall);
    m_field = new QLineEdit;
    m_field->setPlaceholderText(tr("Type a command or a page"));
    m_field->setAccessibleName(tr("Command palette"));
    m_field->setMinimumHeight(40);
    m_list = new QListView;
    m_list->setAccessibleName(tr("Commands"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new PaletteDelegate(theme, m_list));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(m_field);
    column->addWidget(m_list, 1);
    m_field->installEventFilter(this);
    hide();
    connect(m_field, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_model->setFilter(text);
        m_list->setCurrentIndex(m_model->index(0));
        fitHeight();
    });
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex& index) { run(index.row()); });
}

void CommandPalette::open(QList<PaletteEntry> entries)
{
    m_before = m_window.focusWidget();
    m_model->setEntries(std::move(entries));
    m_field->clear();
    m_list->setCurrentIndex(m_model->index(0));
    fitHeight();
    show();
    raise();
    m_field->setFocus(Qt::ShortcutFocusReason);
}

void CommandPalette::fitHeight()
{
    const int rows = m_model->rowCount();
    const int row = qMax(kRow, QFontMetrics(m_theme.font(FontRole::Body)).height() + 14);
    const int width = qMin(kWidth, m_window.width() - 2 * space::kPage);
    const int wanted = m_field->sizeHint().height() + 24 + 3 * space::kSmall + rows * row;
    setGeometry((m_window.width() - width) / 2, kTop, width, qMin(wanted, m_window.height() - kTop - space::kPage));
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::FocusOut && isVisible()) leave();
    if (event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Down: move(1); return true;
        case Qt::Key_Up: move(-1); return true;
        case Qt::Key_Return:
        case Qt::Key_Enter: run(m_list->currentIndex().row()); return true;
        case Qt::Key_Escape: leave(); return true;
        default: break;
        }
    }
    return QFrame::eventFilter(watched, event);
}

void CommandPalette::move(int by)
{
    const int rows = m_model->rowCount();
    if (rows == 0) return;
    m_list->setCurrentIndex(m_model->index((m_list->currentIndex().row() + by + rows) % rows));
}

void CommandPalette::run(int row)
{
    QAction* action = m_model->actionAt(row);
    if (!action || !action->isEnabled()) return;
    leave();
    action->trigger();
}

void CommandPalette::leave()
{
    hide();
    if (m_before) m_before->setFocus(Qt::OtherFocusReason);
}

void CommandPalette::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double half = m_theme.edgeWidth() / 2.0;
    painter.setPen(QPen(m_theme.color(Token::Line), m_theme.edgeWidth()));
    painter.setBrush(m_theme.color(Token::Surface));
    painter.drawRoundedRect(QRectF(rect()).adjusted(half, half, -half, -half), radius::kCard, radius::kCard);
}

}  // namespace quorate::ui
