#include "ui/pages/notes/notespage.h"

#include "ui/format/figuretext.h"
#include "ui/format/format.h"
#include "ui/items/csvtext.h"
#include "ui/items/gridview.h"
#include "ui/items/recordcolumns.h"
#include "ui/items/recordmodel.h"
#include "ui/pages/common/csvexport.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/common/selectiontext.h"
#include "ui/pages/notes/notekeeper.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QUndoStack>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

using namespace columns;

NotesPage::NotesPage(Backend& backend, QWidget* parent)
    : Page(parent), m_backend(backend), m_keeper(new NoteKeeper(backend.notes(), this)), m_steps(new QUndoStack(this)),
      m_model(new RecordModel(this))
{
    setAccessibleName(tr("Notes page"));
    makeActions();
    build();
    connect(m_keeper, &NoteKeeper::changed, this, &Page::notesEdited);
    connect(m_keeper, &NoteKeeper::notice, this, &Page::notice);
    connect(m_keeper, &NoteKeeper::failed, this, [this](const Error& error) {
        emit problem(tr("The note could not be changed: %1").arg(parts::text(error.text())), parts::advice(error.code));
    });
    connect(m_steps, &QUndoStack::indexChanged, this, &Page::undoStateChanged);
}

NotesPage::~NotesPage()
{
    m_steps->blockSignals(true); // they go while what hears of them is half gone
}

void NotesPage::makeActions()
{
    const auto make = [this](const QString& text, const QKeySequence& key, const QString& tip,
                             void (NotesPage::*run)()) {
        auto* made = new QAction(text, this);
        made->setShortcut(key);
        made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        made->setToolTip(tip);
        connect(made, &QAction::triggered, this, run);
        addAction(made);
        m_actions << made;
        return made;
    };
    m_open = make(tr("Go to the figure"), QKeySequence(Qt::CTRL | Qt::Key_L),
                  tr("Show the figure where the note was written (Enter, Ctrl+L)"), &NotesPage::open);
    m_edit = make(tr("Edit note…"), QKeySequence(Qt::Key_F2), tr("Write another text (F2)"), &NotesPage::edit);
    m_confirm = make(tr("Still holds"), QKeySequence(Qt::CTRL | Qt::Key_Return),
                     tr("The note holds for what the figure comes to now (Ctrl+Enter)"), &NotesPage::confirm);
    m_remove =
        make(tr("Remove note"), QKeySequence(Qt::Key_Delete), tr("Take the note away (Delete)"), &NotesPage::remove);
}

void NotesPage::build()
{
    m_summary = parts::label({}, "secondary", this);
    m_summary->setAccessibleName(tr("Notes summary"));
    auto* top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(m_summary);
    top->addStretch(1);
    for (QAction* action : m_actions) {
        auto* button = parts::button(action->text(), action->toolTip(), nullptr, this);
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        connect(action, &QAction::changed, button, [button, action] { button->setEnabled(action->isEnabled()); });
        top->addWidget(button);
    }
    m_stack = new QStackedWidget(this);
    m_stack->setAccessibleName(tr("Notes or why there are none"));
    m_grid = new GridView(tr("Notes"), m_stack);
    m_grid->setGridModel(m_model);
    m_grid->setFiltersShown(true);
    m_grid->setSortingEnabled(true);
    m_grid->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    m_empty = parts::paragraph({}, "secondary", m_stack);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setFocusPolicy(Qt::TabFocus);
    m_stack->addWidget(m_grid);
    m_stack->addWidget(m_empty);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(10);
    column->addLayout(top);
    column->addWidget(m_stack, 1);
    buildColumns();
    connect(m_grid, &GridView::drillRequested, this, &NotesPage::open);
    connect(m_grid, &GridView::selectionSummaryChanged, this, [this] {
        showState();
        emit selectionText(selectionSentence(m_grid->summary(), format::locale()));
    });
    showState();
}

QString NotesPage::placeOf(std::size_t note) const
{
    return format::figurePlace(m_notes[note].figure);
}

void NotesPage::buildColumns()
{
    const auto money = [this](const QString& title, const QString& raw, auto amountOf) {
        RecordModel::Column made;
        made.title = title;
        made.rawTitle = raw;
        made.width = 112;
        made.isNumber = true;
        made.amount = amountOf;
        made.text = [this, amountOf](std::size_t i) {
            const std::optional<Amount> amount = amountOf(i);
            return amount ? format::money(*amount, m_notes[i].figure.currency, format::locale()) : format::unknown();
        };
        made.raw = [amountOf](std::size_t i) {
            const std::optional<Amount> amount = amountOf(i);
            return amount ? format::exact(*amount) : QString();
        };
        return made;
    };
    auto note =
        stretched(textColumn(tr("Note"), "note", 240,
                             [this](std::size_t i) { return format::shown(m_notes[i].text, words::LineEnds::Blank); }),
                  3);
    note.raw = [this](std::size_t i) { return format::text(m_notes[i].text); };
    note.tip = [this](std::size_t i) { return format::noteLine(m_notes[i]); };
    auto figure = stretched(textColumn(tr("Figure"), "figure", 220, [this](std::size_t i) { return placeOf(i); }), 2);
    figure.tip = [this](std::size_t i) { return format::figureTitle(m_notes[i].figure); };
    auto state = textColumn(tr("Since then"), "since", 136, [this](std::size_t i) {
        return i < m_now.size() ? format::noteState(m_notes[i], m_now[i]) : tr("…");
    });
    state.ink = [this](std::size_t i) {
        if (i >= m_now.size())
            return RecordModel::Ink::Quiet;
        const NoteState found = stateOf(m_notes[i], m_now[i]);
        return found == NoteState::Same      ? RecordModel::Ink::Good
               : found == NoteState::Unknown ? RecordModel::Ink::Quiet
                                             : RecordModel::Ink::Warning;
    };
    state.tip = [this](std::size_t i) { return i < m_now.size() ? parts::text(m_now[i].problem) : QString(); };
    auto written = textColumn(tr("Written"), "written", 104, [this](std::size_t i) {
        return m_notes[i].written.isValid() ? format::date(m_notes[i].written.day(), format::locale()) : QString();
    });
    written.raw = [this](std::size_t i) { return format::text(toString(m_notes[i].written)); };
    written.key = [this](std::size_t i) { return QVariant::fromValue<qint64>(m_notes[i].written.seconds); };
    written.isDay = true;
    m_model->setColumns(
        {note, figure,
         textColumn(tr("Cost"), "cost", 108, [this](std::size_t i) { return format::lens(m_notes[i].figure.lens); }),
         money(tr("Then"), "then", [this](std::size_t i) { return m_notes[i].amount; }),
         money(tr("Now"), "now",
               [this](std::size_t i) { return i < m_now.size() ? m_now[i].amount : std::optional<Amount>(); }),
         state, textColumn(tr("By"), "author", 80, [this](std::size_t i) { return format::shown(m_notes[i].author); }),
         written});
}

// ---- what is shown ----

void NotesPage::setReading()
{
    m_isRead = false;
    m_notes.clear();
    m_now.clear();
    m_model->setCount(0);
    m_steps->clear();
    showState();
}

void NotesPage::workspaceChanged(const WorkspaceInfo& info)
{
    if (info.path != m_info.path)
        m_steps->clear();
    m_info = info;
    notesChanged(m_backend.notes().all());
}

void NotesPage::notesChanged(const std::vector<Note>& notes)
{
    const Note* before = current();
    const std::int64_t chosen = before ? before->id : 0;
    m_isRead = true;
    m_notes = notes;
    m_now.clear();
    m_model->setCount(m_notes.size(), [this](std::size_t i) { return m_notes[i].figure.currency; });
    for (std::size_t i = 0; i < m_notes.size(); ++i)
        if (m_notes[i].id == chosen && m_model->rowOf(i) >= 0)
            m_grid->setCurrentIndex(m_model->index(m_model->rowOf(i), 0));
    if (!m_grid->currentIndex().isValid() && m_model->rowCount() > 0)
        m_grid->setCurrentIndex(m_model->index(0, 0));
    showState();
    ask();
}

void NotesPage::ask()
{
    m_isAsking = !m_notes.empty() && !m_info.path.empty();
    if (!m_isAsking)
        return;
    FiguresQuestion question;
    std::vector<std::int64_t> ids;
    for (const Note& note : m_notes) {
        question.figures.push_back(note.figure);
        ids.push_back(note.id);
    }
    m_backend.ask("notes.figures", question,
                  guarded<std::vector<FigureNow>>(this, [this, ids](Result<std::vector<FigureNow>> now) {
                      const bool isOfThese =
                          std::equal(ids.begin(), ids.end(), m_notes.begin(), m_notes.end(),
                                     [](std::int64_t id, const Note& note) { return id == note.id; });
                      if (!isOfThese)
                          return;
                      m_isAsking = false;
                      if (now)
                          m_now = now.take();
                      else
                          m_now.assign(m_notes.size(), FigureNow{{}, 0, 0, now.error().text()});
                      m_model->refresh(true);
                      showState();
                  }));
}

void NotesPage::showState()
{
    const Note* chosen = current();
    const bool isWritable = m_info.readOnly.empty();
    m_open->setEnabled(chosen && !chosen->state.empty());
    m_edit->setEnabled(chosen && isWritable);
    m_remove->setEnabled(chosen && isWritable);
    const std::size_t at = chosen ? static_cast<std::size_t>(chosen - m_notes.data()) : m_now.size();
    m_confirm->setEnabled(isWritable && at < m_now.size() && m_now[at].amount &&
                          stateOf(m_notes[at], m_now[at]) != NoteState::Same);
    std::size_t changed = 0;
    for (std::size_t i = 0; i < m_now.size(); ++i) {
        const NoteState state = stateOf(m_notes[i], m_now[i]);
        changed += state == NoteState::Changed || state == NoteState::Gone ? 1 : 0;
    }
    const QString count = tr("%1 note(s)", nullptr, format::forms(m_notes.size())).arg(format::count(m_notes.size()));
    const QString news = tr("%1 figure(s) changed since", nullptr, format::forms(changed)).arg(format::count(changed));
    m_summary->setText(m_notes.empty() ? QString() : changed > 0 ? format::joined({count, news}) : count);
    m_empty->setText(!m_isRead || m_info.path.empty()
                         ? tr("Reading the notes…")
                         : tr("No notes yet.\nPut the cursor on a figure in Explore and press N to write one."));
    m_empty->setAccessibleName(m_empty->text());
    m_stack->setCurrentIndex(m_notes.empty() ? 1 : 0);
}

// ---- what is done ----

const Note* NotesPage::current() const
{
    const QModelIndex at = m_grid ? m_grid->currentIndex() : QModelIndex();
    return at.isValid() && m_model->record(at.row()) < m_notes.size() ? &m_notes[m_model->record(at.row())] : nullptr;
}

void NotesPage::open()
{
    if (const Note* note = current(); note && m_open->isEnabled())
        emit noteChosen(Note(*note));
}

void NotesPage::edit()
{
    if (const Note* note = current())
        m_keeper->edit(*note, m_steps, this);
}

void NotesPage::confirm()
{
    const Note* note = current();
    const std::size_t at = note ? static_cast<std::size_t>(note - m_notes.data()) : m_now.size();
    if (at < m_now.size() && m_now[at].amount)
        m_keeper->confirm(Note(*note), *m_now[at].amount, m_steps);
}

void NotesPage::remove()
{
    if (const Note* note = current())
        m_keeper->remove(Note(*note), m_steps);
}

bool NotesPage::canUndo() const
{
    return m_steps->canUndo();
}

bool NotesPage::canRedo() const
{
    return m_steps->canRedo();
}

void NotesPage::undo()
{
    m_steps->undo();
}

void NotesPage::redo()
{
    m_steps->redo();
}

bool NotesPage::copySelection(bool withHeaders)
{
    return m_grid->copySelection(withHeaders);
}

bool NotesPage::exportTable()
{
    chooseCsv(*this, m_backend.exports(), tr("Export notes"), "notes.csv",
              [this] { return csvText(*m_model, CsvGuard::Spreadsheet); });
    return true;
}

PrintedTable NotesPage::printedTable() const
{
    return {m_grid, tr("Notes"), {format::shown(m_info.name), m_summary->text()}};
}

void NotesPage::takeFocus()
{
    m_stack->currentWidget()->setFocus(Qt::OtherFocusReason);
}

} // namespace altimeter::ui
