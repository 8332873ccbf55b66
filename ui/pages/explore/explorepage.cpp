#include "ui/pages/explore/explorepage.h"

#include "models/domain/typedrange.h"
#include "ui/charts/serieschart.h"
#include "ui/format/daterange.h"
#include "ui/format/format.h"
#include "ui/items/chargetablemodel.h"
#include "ui/items/costtablemodel.h"
#include "ui/items/gridview.h"
#include "ui/items/pivotmodel.h"
#include "ui/pages/common/drill.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/explore/exploreactions.h"
#include "ui/pages/explore/explorechartcard.h"
#include "ui/pages/explore/explorecontrols.h"
#include "ui/pages/explore/exploredrill.h"
#include "ui/pages/explore/exploreexports.h"
#include "ui/pages/explore/exploregridcard.h"
#include "ui/pages/explore/exploreparts.h"
#include "ui/pages/explore/explorequestions.h"
#include "ui/pages/explore/exploresteps.h"
#include "ui/pages/explore/exploreviews.h"
#include "ui/pages/explore/linesproof.h"
#include "ui/pages/explore/notemarks.h"

#include <QAction>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>

#include <algorithm>
#include <utility>

namespace altimeter::ui {

ExplorePage::ExplorePage(Backend& backend, QWidget* parent)
    : Page(parent), m_impl(std::make_unique<Impl>(*this, backend))
{
    m_impl->steps->set(m_impl->steps->state());
}

ExplorePage::~ExplorePage()
{
    // The children go while what their signals reach is still there.
    blockSignals(true);
    m_impl->steps->stack()->blockSignals(true);
    while (auto* child = findChild<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
        delete child; // one may take another with it
}

void ExplorePage::workspaceChanged(const WorkspaceInfo& info)
{
    const bool other = info.path != m_impl->steps->workspace().path;
    m_impl->costs->setLocale(format::locale());
    m_impl->pivot->setLocale(format::locale());
    m_impl->charges->setLocale(format::locale());
    m_impl->steps->setWorkspace(info);
    if (other && !std::exchange(m_impl->keepState, false)) {
        ExploreState fresh;
        fresh.lens = m_impl->steps->state().lens;
        m_impl->steps->restart(fresh);
        m_impl->views->forget();
        m_impl->costs->clear();
        m_impl->pivot->clear();
        m_impl->charges->clear();
        chart()->setFrame({});
        m_impl->proof->forget();
    }
    m_impl->steps->set(m_impl->steps->state());
    m_impl->ask();
    if (other && m_impl->questions->isWaiting())
        m_impl->gridCard->showGridOrReason(true); // not yet known to hold nothing
    if (info.path.empty())
        return;
    m_impl->backend.ask("explore.dims", DynamicDimsQuestion{},
                        guarded<std::vector<Dim>>(this, [this](Result<std::vector<Dim>> dims) {
                            if (!dims)
                                return;
                            m_impl->controls->setDynamicDims(*dims);
                            m_impl->gridCard->setDims(m_impl->controls->dims());
                        }));
}

std::string ExplorePage::savedState() const
{
    QJsonObject kept = QJsonDocument::fromJson(toJson(state())).object();
    const QJsonObject looks = m_impl->gridCard->looks();
    if (!looks.isEmpty())
        kept["grids"] = looks;
    const QString sizes = m_impl->splitterState();
    if (!sizes.isEmpty())
        kept["sizes"] = sizes;
    return QJsonDocument(kept).toJson(QJsonDocument::Compact).toStdString();
}

void ExplorePage::restoreState(const std::string& json)
{
    const auto state = exploreStateFromJson(QByteArray::fromStdString(json));
    if (!state)
        return;
    m_impl->keepState = true;
    const QJsonObject kept = QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
    m_impl->gridCard->setLooks(kept["grids"].toObject());
    m_impl->restoreSplitter(kept["sizes"].toString());
    m_impl->steps->set(*state);
}

void ExplorePage::setImporting(bool importing)
{
    m_impl->gridCard->setImporting(importing);
}

void ExplorePage::setOpening(bool opening)
{
    m_impl->opening = opening;
    if (!opening) {
        m_impl->showProgress();
        return;
    }
    const CostTable columns{state().gridQuery({}), {}, {}, 0}; // of the last time
    if (state().isPivot())
        m_impl->pivot->setTable(columns, state().pivotShape());
    else
        m_impl->costs->setTable(columns, state().compare ? std::optional<CostTable>(columns) : std::nullopt);
    m_impl->showTitles();
    m_impl->showProgress();
}

void ExplorePage::setLens(CostLens lens)
{
    m_impl->steps->change(format::lens(lens), [lens](ExploreState& state) { state.lens = lens; });
}

bool ExplorePage::compare(CompareWith with)
{
    const bool isShown = state().compare && state().compareWith == with;
    m_impl->steps->change(isShown ? tr("Stop comparing") : format::comparedWith(with),
                          [isShown, with](ExploreState& state) {
                              state.compare = !isShown;
                              state.compareWith = with;
                          });
    return true;
}

std::optional<Change> ExplorePage::change() const
{
    return m_impl->drill->changeOf({});
}

bool ExplorePage::canUndo() const
{
    return m_impl->steps->stack()->canUndo();
}

bool ExplorePage::canRedo() const
{
    return m_impl->steps->stack()->canRedo();
}

void ExplorePage::undo()
{
    m_impl->steps->stack()->undo();
}

void ExplorePage::redo()
{
    m_impl->steps->stack()->redo();
}

bool ExplorePage::copySelection(bool withHeaders)
{
    return visibleGrid()->copySelection(withHeaders);
}

bool ExplorePage::exportTable()
{
    m_impl->exports->writeGrid(CsvGuard::Spreadsheet);
    return true;
}

void ExplorePage::takeFocus()
{
    focusGrid();
}

void ExplorePage::focusGrid()
{
    m_impl->gridCard->focusGrid();
}

GridView* ExplorePage::visibleGrid() const
{
    return m_impl->gridCard->visibleGrid();
}

SeriesChart* ExplorePage::chart() const
{
    return m_impl->chartCard->chart();
}

void ExplorePage::refresh()
{
    m_impl->ask();
}

const ExploreState& ExplorePage::state() const
{
    return m_impl->steps->state();
}

void ExplorePage::setState(const ExploreState& state, const QString& what)
{
    m_impl->steps->want(state, what.isEmpty() ? tr("Change view") : what);
}

void ExplorePage::showQuery(const CostQuery& query)
{
    ExploreState next;
    next.by = query.by;
    if (query.granularity != Granularity::None)
        next.granularity = query.granularity;
    next.filters = query.filters;
    next.lens = query.lens;
    next.rangeText = rangeText(query.range);
    m_impl->views->forget();
    m_impl->steps->want(next, tr("Open in Explore"));
}

void ExplorePage::showLines(const CostQuery& query)
{
    ExploreState next;
    next.by = {Dim{Dim::Kind::Service, {}}};
    next.lens = query.lens;
    next.rangeText = rangeText(query.range);
    next.filters = query.filters;
    next.mode = ExploreState::Mode::Charges;
    m_impl->views->forget();
    m_impl->steps->want(next, tr("Open in Explore"));
}

Status ExplorePage::openLinked(const ExploreState& state)
{
    return m_impl->views->openForeign(state, tr("Open view link"));
}

Status ExplorePage::showNote(const Note& note)
{
    const auto state = exploreStateFromJson(QByteArray::fromStdString(note.state));
    if (!state)
        return state.error();
    m_impl->marks->seek(note.figure);
    const Status shown = m_impl->views->openForeign(*state, tr("Go to a note"));
    if (!m_impl->questions->isWaiting())
        m_impl->marks->showSought(); // it is in sight already
    return shown;
}

std::optional<NotableFigure> ExplorePage::notableFigure() const
{
    return m_impl->drill->figureOf(m_impl->gridCard->currentCell());
}

void ExplorePage::notesChanged(const std::vector<Note>& notes)
{
    m_impl->marks->setNotes(notes);
}

QString ExplorePage::openedView() const
{
    return m_impl->views->openedName();
}

QString ExplorePage::viewTitle() const
{
    return m_impl->views->shownTitle();
}

PrintedTable ExplorePage::printedTable() const
{
    return m_impl->printed();
}

void ExplorePage::fillMenu(QMenu& menu, QWidget* part)
{
    if (chart() == part || chart()->isAncestorOf(part))
        m_impl->fillChartMenu(menu);
}

bool ExplorePage::keepOnly(const Filter& filter)
{
    m_impl->steps->change(tr("Keep only"), [&filter](ExploreState& state) {
        const auto isOfDim = [&filter](const Filter& present) { return present.dim == filter.dim; };
        std::erase_if(state.filters, isOfDim);
        while (std::any_of(state.path.begin(), state.path.end(), [&](const ExploreState::Step& step) {
            return std::any_of(step.added.begin(), step.added.end(), isOfDim);
        }))
            state = drill::up(state); // to where another value of it was drilled into
        state.filters.push_back(filter);
    });
    return true;
}

Status ExplorePage::openSaved(const SavedView& view)
{
    return m_impl->views->openSaved(view);
}

QUndoStack* ExplorePage::undoStack()
{
    return m_impl->steps->stack();
}

QList<QAction*> ExplorePage::pageActions() const
{
    return m_impl->actions->all();
}

bool ExplorePage::isSettled() const
{
    return !m_impl->questions->isWaiting() && !m_impl->proof->isWaiting() && !m_impl->isOrdering();
}

void ExplorePage::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Undo))
        undo();
    else if (event->matches(QKeySequence::Redo))
        redo();
    else if (event->key() == Qt::Key_Escape && m_impl->actions->up->isEnabled())
        m_impl->drill->up();
    else
        Page::keyPressEvent(event);
}

} // namespace altimeter::ui
