#include <QTest>

#include <QAction>
#include <QBuffer>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPdfWriter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QUndoStack>

#include "tests/ui/shellfake.h"
#include "ui/charts/serieschart.h"
#include "ui/items/gridview.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/pages/explore/viewsdialog.h"
#include "ui/pages/notes/notedialog.h"
#include "ui/pages/notes/notespage.h"
#include "ui/pages/overview/keyfigurecard.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/messagepanel.h"
#include "ui/shell/regions.h"
#include "ui/shell/statusline.h"
#include "ui/shell/tablepaper.h"

using namespace altimeter;
using altimeter::test::ShellFake;
using ui::ExploreState;
using ui::GridView;
using ui::MainWindow;

namespace {

const Dim kTeam{Dim::Kind::Team, {}};

SavedView viewOf(const char* name, const char* range)
{
    ExploreState state;
    state.rangeText = range;
    state.by = {kTeam};
    return {name, "explore", toJson(state).toStdString()};
}

struct Stage {
    Stage() : backend(ShellFake::Scene::Normal), window(backend)
    {
        backend.views().list = {
            viewOf("One", "2026-10"), viewOf("Two", "2026-11"), {"profile", "feeds", "{}"}, viewOf("Three", "lm")};
        window.show();
        window.activateWindow();
        explore = window.findChild<ui::ExplorePage*>();
        notes = window.findChild<ui::NotesPage*>();
    }
    void trigger(const QString& text) const
    {
        for (auto* action : window.findChildren<QAction*>())
            if (action->text() == text && action->isEnabled()) {
                action->trigger();
                return;
            }
        QFAIL(qPrintable("no action " + text));
    }
    QString status() const
    {
        QStringList all;
        for (const auto* label : window.findChild<ui::StatusLine*>()->findChildren<QLabel*>())
            all << label->text();
        return all.join('\n');
    }
    QStringList viewNames() const
    {
        QStringList names;
        for (const SavedView& view : backend.views().list)
            if (view.page == "explore")
                names << QString::fromStdString(view.name);
        return names;
    }
    /// Puts the cursor on the first row's cost.
    GridView* onFirstCost() const
    {
        GridView* grid = explore->visibleGrid();
        int column = 0;
        while (!grid->gridModel()->isNumberColumn(column))
            ++column;
        grid->setCurrentIndex(grid->model()->index(0, column));
        grid->setFocus();
        return grid;
    }
    void writeNote(const QString& text) const
    {
        trigger("Note…");
        auto* dialog = window.findChild<ui::NoteDialog*>();
        QVERIFY(dialog);
        dialog->findChild<QPlainTextEdit*>()->setPlainText(text);
        QTest::keyClick(dialog->findChild<QPlainTextEdit*>(), Qt::Key_Return, Qt::ControlModifier);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    mutable ShellFake backend;
    MainWindow window;
    ui::ExplorePage* explore;
    ui::NotesPage* notes;
};

QMenu* openMenu()
{
    for (QWidget* widget : QApplication::topLevelWidgets())
        if (auto* menu = qobject_cast<QMenu*>(widget); menu && menu->isVisible())
            return menu;
    return nullptr;
}

QStringList textsOf(const QMenu* menu)
{
    QStringList texts;
    for (const QAction* action : menu ? menu->actions() : QList<QAction*>())
        texts << action->text();
    return texts;
}

} // namespace

/// What a review is made of: views in their order, notes on figures, keys between the parts of the window, paper.
class TestReviewing : public QObject {
    Q_OBJECT

private slots:
    // ---- saved views ----

    void views_areTheAgenda()
    {
        Stage stage;
        stage.trigger("Next saved view");
        QCOMPARE(stage.window.currentPage(), QString("explore"));
        QCOMPARE(stage.explore->state().rangeText, std::string("2026-10"));
        QCOMPARE(stage.explore->viewTitle(), QString("One"));
        QCOMPARE(stage.window.windowTitle(), QString("One – Company – Altimeter"));
        QVERIFY2(stage.status().contains("View 1 of 3: One"), qPrintable(stage.status()));
        stage.window.showPage("data"); // and from every page
        QCOMPARE(stage.window.windowTitle(), QString("Company – Altimeter"));
        stage.trigger("Next saved view");
        QCOMPARE(stage.explore->viewTitle(), QString("Two"));
        stage.trigger("Next saved view");
        QCOMPARE(stage.explore->viewTitle(), QString("Three"));
        stage.trigger("Next saved view");
        QCOMPARE(stage.explore->viewTitle(), QString("Three"));
        QVERIFY(stage.status().contains("last view"));
        stage.trigger("Saved view before");
        QCOMPARE(stage.explore->viewTitle(), QString("Two"));
        ExploreState changed = stage.explore->state();
        changed.rangeText = "7d";
        stage.explore->setState(changed);
        QCOMPARE(stage.explore->viewTitle(), QString("Two (changed)"));
        stage.explore->undo();
        QCOMPARE(stage.explore->viewTitle(), QString("Two"));
    }

    void agenda_withoutViews_saysWhatToDo()
    {
        Stage stage;
        stage.backend.views().list = {{"profile", "feeds", "{}"}};
        stage.trigger("Next saved view");
        QVERIFY(stage.status().contains("no saved views yet"));
    }

    void duplicate_goesOnWithACopy()
    {
        Stage stage;
        stage.trigger("Next saved view");
        stage.trigger("Duplicate view");
        QCOMPARE(stage.viewNames(), (QStringList{"One", "One (2)", "Two", "Three"}));
        QCOMPARE(stage.explore->viewTitle(), QString("One (2)"));
        stage.trigger("Duplicate view");
        QCOMPARE(stage.viewNames(), (QStringList{"One", "One (2)", "One (2) (2)", "Two", "Three"}));
        Stage plain;
        plain.window.showPage("explore");
        plain.trigger("Duplicate view");
        QCOMPARE(plain.explore->viewTitle(), QString("Effective cost by service, daily"));
    }

    void viewsDialog_ordersRenamesAndRemoves()
    {
        Stage stage;
        stage.window.showPage("explore");
        stage.trigger("Saved views…");
        auto* dialog = stage.window.findChild<ui::ViewsDialog*>();
        QVERIFY(dialog);
        auto* list = dialog->findChild<QListWidget*>();
        QCOMPARE(list->count(), 3);
        list->setFocus();
        const auto press = [dialog](const QString& text) {
            for (auto* button : dialog->findChildren<QPushButton*>())
                if (button->text() == text)
                    button->click();
        };
        press("Move down");
        QCOMPARE(stage.viewNames(), (QStringList{"Two", "One", "Three"}));
        QCOMPARE(list->currentItem()->text(), QString("One"));
        list->currentItem()->setText("Monday");
        QCOMPARE(stage.viewNames(), (QStringList{"Two", "Monday", "Three"}));
        list->currentItem()->setText("Three"); // taken
        QCOMPARE(stage.viewNames(), (QStringList{"Two", "Monday", "Three"}));
        QCOMPARE(list->currentItem()->text(), QString("Monday"));
        list->currentItem()->setText("  ");
        QCOMPARE(stage.viewNames(), (QStringList{"Two", "Monday", "Three"}));
        press("Remove");
        QCOMPARE(stage.viewNames(), (QStringList{"Two", "Three"}));
        list->setCurrentRow(1);
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(stage.explore->viewTitle(), QString("Three"));
    }

    // ---- notes ----

    void note_onACell_marksItAndIsListed()
    {
        Stage stage;
        stage.window.showPage("explore");
        GridView* grid = stage.onFirstCost();
        grid->setCurrentIndex(grid->currentIndex().siblingAtRow(1)); // no cell that is the current one by itself
        const QPersistentModelIndex cell = grid->currentIndex();
        QVERIFY(!grid->isNoted(cell));
        stage.writeNote("Why <b>so</b> much?");
        QCOMPARE(stage.backend.notes().list.size(), std::size_t{1});
        const Note note = stage.backend.notes().list.front();
        QCOMPARE(note.text, std::string("Why <b>so</b> much?"));
        QVERIFY(note.amount == grid->gridModel()->amountAt(1, cell.column()));
        QCOMPARE(note.page, std::string("explore"));
        QVERIFY(grid->isNoted(cell));
        QVERIFY(!grid->isNoted(cell.sibling(0, cell.column())));
        QVERIFY(!grid->isNoted(cell.sibling(1, 0)));
        stage.window.grab();
        stage.window.showPage("notes");
        QCOMPARE(stage.notes->printedTable().grid->model()->rowCount(), 1);
        // and it leads back, also where the page shows something else by now
        ExploreState other = stage.explore->state();
        other.rangeText = "2026-09";
        other.by = {kTeam};
        stage.explore->setState(other);
        stage.trigger("Go to the figure");
        QCOMPARE(stage.window.currentPage(), QString("explore"));
        QVERIFY(stage.explore->visibleGrid()->isNoted(stage.explore->visibleGrid()->currentIndex()));
        QVERIFY(stage.status().contains("Why <b>so</b> much?"));
    }

    void note_isTakenBackAndComesAgain()
    {
        Stage stage;
        stage.window.showPage("explore");
        stage.onFirstCost();
        stage.writeNote("first");
        stage.explore->undo();
        QVERIFY(stage.backend.notes().list.empty());
        stage.explore->redo();
        QCOMPARE(stage.backend.notes().list.size(), std::size_t{1});
        QCOMPARE(stage.backend.notes().list.front().text, std::string("first"));
        stage.window.showPage("notes");
        stage.trigger("Remove note");
        QVERIFY(stage.backend.notes().list.empty());
        QVERIFY(stage.notes->canUndo());
        stage.notes->undo();
        QCOMPARE(stage.backend.notes().list.size(), std::size_t{1});
        stage.trigger("Edit note…");
        auto* dialog = stage.notes->findChild<ui::NoteDialog*>();
        QVERIFY(dialog);
        dialog->findChild<QPlainTextEdit*>()->setPlainText("second");
        QTest::keyClick(dialog->findChild<QPlainTextEdit*>(), Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(stage.backend.notes().list.front().text, std::string("second"));
        stage.notes->undo();
        QCOMPARE(stage.backend.notes().list.front().text, std::string("first"));
    }

    void note_saysThatItsFigureChanged()
    {
        Stage stage;
        stage.window.showPage("explore");
        stage.onFirstCost();
        stage.writeNote("too high");
        const auto state = [&stage] {
            const auto* model = stage.notes->printedTable().grid->gridModel();
            for (int column = 0; column < model->columnCount(); ++column)
                if (model->rawHeader(column) == "since")
                    return model->index(0, column).data().toString();
            return QString();
        };
        QCOMPARE(state(), QString("as then"));
        stage.backend.notes().list.front().amount = *Amount::parse("1");
        stage.notes->workspaceChanged(stage.backend.workspaces().info());
        QVERIFY2(state().startsWith("changed by +"), qPrintable(state()));
        stage.window.showPage("notes");
        stage.trigger("Still holds");
        QCOMPARE(state(), QString("as then"));
        stage.backend.notes().list.front().figure.filters = {{kTeam, {"nobody"}, false}};
        stage.notes->workspaceChanged(stage.backend.workspaces().info());
        QCOMPARE(state(), QString("no charges any more"));
    }

    /// A change is a figure too; Explore shows it again beside its periods.
    void note_onAChange_leadsToExplore()
    {
        Stage stage;
        ui::Change change;
        change.rangeText = "2026-11";
        stage.window.explain(change);
        QTRY_VERIFY(stage.window.isSettled());
        GridView* parts = nullptr;
        for (auto* grid : stage.window.findChildren<GridView*>())
            parts = grid->isVisible() ? grid : parts;
        QVERIFY(parts && parts->model()->rowCount() > 0);
        parts->setCurrentIndex(parts->model()->index(0, 0));
        stage.writeNote("moved");
        QCOMPARE(stage.backend.notes().list.size(), std::size_t{1});
        const Note note = stage.backend.notes().list.front();
        QVERIFY(note.figure.base);
        QVERIFY(note.amount);
        stage.window.showPage("notes");
        stage.trigger("Go to the figure");
        QCOMPARE(stage.window.currentPage(), QString("explore"));
        QVERIFY(stage.explore->state().compare);
        GridView* grid = stage.explore->visibleGrid();
        QVERIFY(grid->isNoted(grid->currentIndex()));
        QCOMPARE(grid->gridModel()->amountAt(grid->currentIndex().row(), grid->currentIndex().column()), note.amount);
    }

    void note_whereThereIsNoFigure_saysSo()
    {
        Stage stage;
        stage.window.showPage("overview");
        stage.trigger("Note…");
        QVERIFY(stage.status().contains("cursor on a figure"));
        QVERIFY(!stage.window.findChild<ui::NoteDialog*>());
        stage.backend.readOnly = "its folder cannot be written";
        stage.window.showPage("explore");
        stage.onFirstCost();
        stage.trigger("Note…");
        QVERIFY(stage.status().contains("only be read"));
    }

    void noteDialog_takesNoEmptyAndNoEndlessText()
    {
        ui::NoteDialog dialog(Figure{}, std::nullopt, {}, nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        auto* text = dialog.findChild<QPlainTextEdit*>();
        const auto canKeep = [&dialog] {
            for (const auto* button : dialog.findChildren<QPushButton*>())
                if (button->text() == "Keep note")
                    return button->isEnabled();
            return false;
        };
        QVERIFY(!canKeep());
        text->setPlainText(" \n ");
        QVERIFY(!canKeep());
        text->setPlainText(QString(static_cast<qsizetype>(Note::kLongestText), 'x'));
        QVERIFY(canKeep());
        text->setPlainText(QString(static_cast<qsizetype>(Note::kLongestText) / 2 + 1, QChar(0xE9))); // two bytes each
        QVERIFY(!canKeep());
    }

    // ---- keys ----

    void redo_hasTheKeysOfBothHabits()
    {
        Stage stage;
        stage.window.showPage("explore");
        const ExploreState before = stage.explore->state();
        ExploreState next = before;
        next.rangeText = "2026-10";
        stage.explore->setState(next);
        stage.explore->visibleGrid()->setFocus();
        QTest::keyClick(stage.explore->visibleGrid(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(stage.explore->state() == before);
        QTest::keyClick(stage.explore->visibleGrid(), Qt::Key_Y, Qt::ControlModifier);
        QVERIFY(stage.explore->state() == next);
    }

    void f6_goesRoundThePartsOfEveryPage()
    {
        Stage stage;
        QVERIFY(QTest::qWaitForWindowActive(&stage.window));
        auto* regions = stage.window.findChild<ui::Regions*>();
        for (const QString& page : stage.window.pageNames()) {
            stage.window.showPage(page);
            const int count = regions->count();
            QVERIFY2(count >= 2 && count <= 12, qPrintable(page + QString::number(count)));
            QList<QWidget*> visited;
            for (int i = 0; i < count; ++i) {
                regions->step(1);
                QVERIFY2(QApplication::focusWidget(), qPrintable(page));
                QVERIFY2(!visited.contains(QApplication::focusWidget()), qPrintable(page));
                visited << QApplication::focusWidget();
            }
            regions->step(1);
            QCOMPARE(QApplication::focusWidget(), visited.first());
            regions->step(-1);
            QCOMPARE(QApplication::focusWidget(), visited.last());
        }
        stage.window.showPage("explore");
        GridView* grid = stage.explore->visibleGrid();
        grid->setFocus();
        regions->step(1);
        QVERIFY(QApplication::focusWidget() != grid);
        regions->step(-1);
        QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(grid)); // back to where it was
    }

    void shiftF10_opensTheMenuOfWhatHasTheKeyboard()
    {
        Stage stage;
        QVERIFY(QTest::qWaitForWindowActive(&stage.window));
        const auto menuOf = [](QWidget* widget) {
            widget->setFocus();
            QTest::keyClick(widget, Qt::Key_F10, Qt::ShiftModifier);
            const QStringList texts = textsOf(openMenu());
            if (QMenu* menu = openMenu())
                menu->close();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            return texts;
        };
        stage.window.showPage("explore");
        QVERIFY(menuOf(stage.explore->visibleGrid()).contains("Show charge lines"));
        QWidget* plot = nullptr;
        for (auto* child : stage.explore->chart()->findChildren<QWidget*>())
            if (child->isVisible() && (child->focusPolicy() & Qt::TabFocus))
                plot = plot ? plot : child;
        QVERIFY(plot);
        QVERIFY(menuOf(plot).contains("Keep only"));
        stage.window.showPage("data");
        for (auto* grid : stage.window.findChildren<GridView*>())
            if (grid->isVisible())
                QVERIFY(menuOf(grid).contains("Copy with headers"));
        stage.window.showPage("overview");
        auto* card = stage.window.findChild<ui::KeyFigureCard*>();
        QVERIFY(menuOf(card).contains("Show Month to date"));
    }

    // ---- paper ----

    void paper_holdsEveryRowAndColumn()
    {
        Stage stage;
        stage.window.showPage("explore");
        const ui::PrintedTable table = stage.explore->printedTable();
        QVERIFY(table.grid);
        QVERIFY(!table.title.isEmpty());
        QVERIFY2(table.about.join('\n').contains("data through 19 Nov 2026"), qPrintable(table.about.join('\n')));
        const auto paper = ui::TablePaper::of(table);
        QCOMPARE(paper.rows(), table.grid->model()->rowCount());
        QVERIFY(paper.leftOut().isEmpty());
        QByteArray bytes;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        int narrow = 0;
        int wide = 0;
        {
            QPdfWriter writer(&buffer);
            writer.setPageSize(QPageSize(QPageSize::A4));
            wide = paper.paint(writer);
        }
        QVERIFY(bytes.startsWith("%PDF"));
        {
            QPdfWriter writer(&buffer);
            writer.setPageSize(QPageSize(QSizeF(40, 60), QPageSize::Millimeter));
            narrow = paper.paint(writer);
        }
        QVERIFY(wide >= 1);
        QVERIFY(narrow > wide); // columns that do not fit follow on further pages
    }

    void print_showsWhatComesOut()
    {
        Stage stage;
        stage.window.showPage("data");
        stage.trigger("Print…");
        QDialog* preview = nullptr;
        for (auto* dialog : stage.window.findChildren<QDialog*>())
            preview = dialog->windowTitle().startsWith("Print: ") ? dialog : preview;
        QVERIFY(preview);
        QVERIFY(preview->isVisible());
        preview->close();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        stage.window.showPage("overview");
        stage.trigger("Print…");
        QVERIFY(stage.status().contains("no table to print"));
    }
};

QTEST_MAIN(TestReviewing)
#include "tst_reviewing.moc"
