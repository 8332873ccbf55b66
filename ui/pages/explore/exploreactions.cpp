#include "ui/pages/explore/exploreactions.h"

#include "ui/pages/explore/explorestate.h"

#include <QAction>
#include <QWidget>

namespace altimeter::ui {

ExploreActions::ExploreActions(QWidget* page) : QObject(page), m_page(page)
{
    makeDrills();
    makeQuestions();
    makeViews();
    copy = new QAction(tr("Copy"), this);
    copyWithHeaders = new QAction(tr("Copy with headers"), this);
}

QAction* ExploreActions::make(const QString& text, const QKeySequence& key, const QString& tip)
{
    auto* made = new QAction(text, this);
    made->setToolTip(
        key.isEmpty() ? tip : tr("%1 (%2)", "what it does, its key").arg(tip, key.toString(QKeySequence::NativeText)));
    if (!key.isEmpty()) {
        made->setShortcut(key);
        made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    }
    m_page->addAction(made);
    return made;
}

QAction* ExploreActions::makeCheckable(const QString& text, const QKeySequence& key, const QString& tip)
{
    QAction* made = make(text, key, tip);
    made->setCheckable(true);
    return made;
}

void ExploreActions::makeDrills()
{
    up = make(tr("Up one level"), QKeySequence(Qt::ALT | Qt::Key_Up), tr("Back to where the last drill began"));
    down =
        make(tr("Drill down"), QKeySequence(Qt::ALT | Qt::Key_Down), tr("Split the current row by the next dimension"));
    lines = make(tr("Show charge lines"), QKeySequence(Qt::CTRL | Qt::Key_L),
                 tr("The lines behind the current cell; Enter does the same"));
    keep = make(tr("Keep only"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_K), tr("Filter on the selected values"));
    exclude = make(tr("Exclude"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_X), tr("Filter the selected values out"));
}

void ExploreActions::makeQuestions()
{
    earlier =
        make(tr("One period earlier"), QKeySequence(Qt::Key_BracketLeft), tr("The period of the same kind before"));
    later = make(tr("One period later"), QKeySequence(Qt::Key_BracketRight), tr("The period of the same kind after"));
    compare = makeCheckable(tr("Compare with the period before"), QKeySequence(Qt::Key_P),
                            tr("Show the period of the same kind before beside this one"));
    compareYear = makeCheckable(tr("Compare with last year"), QKeySequence(Qt::SHIFT | Qt::Key_P),
                                tr("Show the same period of last year beside this one"));
    for (QAction* key : {earlier, later, compare, compareYear})
        key->setShortcutContext(Qt::WindowShortcut); // wherever the keyboard is while the page is in sight
    changes = make(tr("Explain the change"), QKeySequence(Qt::CTRL | Qt::Key_B),
                   tr("What makes the change of the current row, in parts that add up"));
    range = make(tr("Date range…"), QKeySequence(Qt::ALT | Qt::Key_R), tr("Type a date range"));
    filter = make(tr("Add filter…"), QKeySequence(Qt::CTRL | Qt::Key_F), tr("Keep or exclude values of a dimension"));
    distinct = make(tr("Count distinct…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D),
                    tr("Say how many different values of a dimension each row has"));
    filterRow = make(tr("Filter rows…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F),
                     tr("Type a filter above a column: text, >100, <>x, a~b, x%, /pattern/, =null; a;b for either"));
    periodRows =
        makeCheckable(tr("One row per step"), {}, tr("One grid row per day, week or month instead of one per group"));
    pivot = makeCheckable(tr("Pivot"), QKeySequence(Qt::Key_T),
                          tr("Rows as a tree with subtotals, and steps or a dimension across"));
    swap = make(tr("Swap rows and columns"), QKeySequence(Qt::Key_X), tr("Outermost rows across, columns down"));
    openAll = make(tr("Open all rows"), {}, tr("Show the parts of every row (*)"));
    foldAll = make(tr("Fold all rows"), {}, tr("Show the outermost rows alone (/)"));
    stacked = makeCheckable(tr("Stacked chart"), {}, tr("Stack the series or draw lines"));
    refresh = make(tr("Ask again"), QKeySequence(Qt::Key_F5), tr("Read the figures again"));
}

void ExploreActions::makeViews()
{
    save = make(tr("Save view…"), QKeySequence(Qt::CTRL | Qt::Key_S), tr("Keep this view under a name"));
    duplicate = make(tr("Duplicate view"), QKeySequence(Qt::CTRL | Qt::Key_D),
                     tr("Go on with a copy of this view; the view itself stays as it was"));
    manage = make(tr("Saved views…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S),
                  tr("Put the saved views in order, rename and remove them"));
    link = make(tr("Copy view link"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L),
                tr("A text that opens this view in another copy of the program"));
    exportGrid =
        make(tr("Export grid as CSV…"), {}, tr("Exact decimals; texts that look like formulas are made harmless"));
    exportRaw = make(tr("Export grid as raw CSV (for programs)…"), {},
                     tr("Texts exactly as they are; do not open the file in a spreadsheet"));
    exportSelected = make(tr("Export selected lines…"), {},
                          tr("The selected charge lines, whether they are loaded or not, with every column"));
    exportLines = make(tr("Export charge lines…"), {}, tr("Every line of this view with every column of its source"));
}

void ExploreActions::show(const ExploreState& state)
{
    compare->setChecked(state.compare && state.compareWith == CompareWith::PeriodBefore);
    compareYear->setChecked(state.compare && state.compareWith == CompareWith::YearBefore);
    periodRows->setChecked(state.periodRows);
    pivot->setChecked(state.pivot.has_value());
    pivot->setEnabled(state.mode == ExploreState::Mode::Grid);
    swap->setEnabled(state.isPivot() && (!state.by.empty() || state.pivot->stepsDown));
    for (QAction* action : {openAll, foldAll})
        action->setEnabled(state.isPivot() && state.pivotShape().rows.size() > 1);
    stacked->setChecked(state.chart == ExploreState::ChartStyle::Stacked);
    up->setEnabled(!state.path.empty() || state.mode == ExploreState::Mode::Charges);
    down->setEnabled(state.mode == ExploreState::Mode::Grid);
    exportSelected->setEnabled(state.mode == ExploreState::Mode::Charges);
}

QList<QAction*> ExploreActions::all() const
{
    return {down,   lines,   up,      nullptr,    keep,        exclude,     filter,        filterRow, nullptr,
            range,  earlier, later,   compare,    compareYear, changes,     distinct,      nullptr,   stacked,
            pivot,  swap,    openAll, foldAll,    periodRows,  refresh,     nullptr,       save,      duplicate,
            manage, link,    nullptr, exportGrid, exportRaw,   exportLines, exportSelected};
}

} // namespace altimeter::ui
