#include <QTest>

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDir>
#include <QDirIterator>
#include <QDragEnterEvent>
#include <QFile>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPainter>
#include <QPushButton>
#include <QRegularExpression>
#include <QTabWidget>
#include <QTreeWidget>
#include <QUrl>

#include "tests/ui/paintedtext.h"
#include "tests/ui/pseudotranslator.h"
#include "tests/ui/shellfake.h"
#include "tests/ui/windowtexts.h"
#include "ui/charts/serieschart.h"
#include "ui/format/windowlocale.h"
#include "ui/items/csvtext.h"
#include "ui/items/gridview.h"
#include "ui/pages/allocation/rulelist.h"
#include "ui/pages/common/daterangeedit.h"
#include "ui/pages/connections/connectionspage.h"
#include "ui/pages/connections/connectionwizard.h"
#include "ui/pages/connections/syncconfirm.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/pages/explore/filterpopup.h"
#include "ui/shell/importsummary.h"
#include "ui/shell/mainwindow.h"
#include "ui/theme/theme.h"

#include <memory>

using namespace altimeter;
using namespace altimeter::test;

namespace {

/// Everything the fake backend says, which the window must show as it is.
DataTexts dataOf(ShellFake& backend)
{
    DataTexts data;
    for (const auto& line : backend.lines)
        for (const auto& text : {line.provider, line.service, line.team, line.region, line.environment, line.category,
                                 line.resource, line.description})
            data.add(text);
    for (const auto& connection : backend.connections().connected) {
        data.add(connection.settings.name);
        data.add(connection.settings.kind);
        data.add(connection.problem);
        data.add(connection.todo);
    }
    for (const auto& kind : backend.connections().kindList) {
        for (const auto& text : {kind.title, kind.summary, kind.rights, kind.freshness, kind.kind})
            data.add(text);
        for (const auto& field : kind.fields) {
            for (const auto& text : {field.label, field.help, field.preset})
                data.add(text);
            for (const auto& choice : field.choices)
                data.add(choice);
        }
    }
    for (const auto& source : backend.makeSources()) {
        data.add(source.name);
        data.add(source.kind);
    }
    for (const auto& line : backend.makeProof()) {
        data.add(line.billingAccount);
        data.add(line.provider);
    }
    data.add({"ada", "known"});
    for (const auto& finding : backend.makeFindings())
        for (const auto& text : {finding.message, finding.file, finding.check})
            data.add(text);
    const auto rejected = backend.makeRejected();
    for (std::size_t i = 0; i < std::min<std::size_t>(rejected.size(), 20); ++i)
        for (const auto& text : {rejected[i].message, rejected[i].check, rejected[i].text})
            data.add(text);
    const auto overview = backend.makeOverview(CostLens::Effective);
    for (const auto& figures : overview.currencies) {
        for (const auto& row : figures.teams)
            data.add(row.keys.empty() ? std::string() : std::string(row.keys.front()));
        for (const auto& mover : figures.serviceMovers)
            data.add(mover.keys.empty() ? std::string() : std::string(mover.keys.front()));
    }
    for (const auto& recent : backend.workspaces().recent())
        data.add(recent.name);
    data.add(backend.connections().secretPlace.text);
    data.add(backend.connections().testSentence);
    data.add(backend.workspaces().info().name);
    return data;
}

/// What the fake says here and there, and names that are the same in every language.
void addFixedData(DataTexts& data)
{
    data.add({"/settings",
              "is stored already",
              "negative",
              "XAA",
              "XAB",
              "column \"BilledCurrency\" is read as BillingCurrency",
              "the names are those of FOCUS 0.5; they are mapped to their later names",
              "holds no line that is not in",
              "empty",
              "what it brought was replaced or removed since; take that back first",
              "june",
              "trial",
              "the database disk image is malformed",
              "work.altimeter",
              "Altimeter",
              "FOCUS",
              "company.altimeter",
              "Amount (USD)",
              "Date",
              "org-4711",
              "aws-files",
              "vendors-weekdays",
              "datacentre-feed",
              "ce.amazonaws.com",
              "Support",
              "all",
              "Team from tags",
              "Sandbox accounts",
              "Shared cluster",
              "Old mapping",
              "wtd, mtd, lw, lm, q3, sep 2026, 30d, 13m, fy26, 1 sep - 15 sep, all",
              "wtd",
              "lw",
              "mtd",
              "lm",
              "m-2",
              "qtd",
              "lq",
              "ytd",
              "13m",
              "30d",
              "90d",
              "7d",
              "Daily, some hours late; days change for about a week"});
    data.add(QFileInfo(QCoreApplication::applicationFilePath()).fileName());
    for (const QString& setting : ui::format::offeredLocales()) {
        data.add(ui::format::localeOf(setting).nativeLanguageName());
        data.add(ui::format::localeOf(setting).nativeTerritoryName());
    }
}

struct Scene {
    const char* name;
    ShellFake::Scene scene;
};
constexpr Scene kScenes[] = {{"closed", ShellFake::Scene::Closed},
                             {"normal", ShellFake::Scene::Normal},
                             {"empty", ShellFake::Scene::Empty},
                             {"negative", ShellFake::Scene::Negative},
                             {"failed", ShellFake::Scene::Failed}};
const char* const kPlaces[] = {"start",
                               "overview",
                               "explore",
                               "changes",
                               "allocation",
                               "data:sources",
                               "data:partitions",
                               "data:findings",
                               "data:rejected",
                               "data:proof",
                               "connections:connections",
                               "connections:completeness"};

void settle(ui::MainWindow& window)
{
    for (int i = 0; i < 400 && !window.isSettled(); ++i)
        QTest::qWait(5);
    QTest::qWait(20);
}

/// What of `window` was not translated, one line a text.
QStringList unmarked(QWidget& window, const DataTexts& data)
{
    QStringList found;
    for (const WindowText& text : windowTexts(window)) {
        if (const QString rest = data.untranslated(text.text); !rest.isEmpty())
            found << QString("%1: \"%2\"\n      in \"%3\"").arg(text.where, rest, text.text.left(240));
    }
    found.removeDuplicates();
    return found;
}

/// With ALTIMETER_PICTURES=FOLDER what was shown is kept for the eye.
void keep(QWidget& shown)
{
    const QString folder = qEnvironmentVariable("ALTIMETER_PICTURES");
    if (folder.isEmpty())
        return;
    static const QRegularExpression blank("[ :]");
    const QString name = QString("%1-%2").arg(QTest::currentTestFunction(), QTest::currentDataTag());
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(shown.grab().save(QDir(folder).filePath(QString(name).replace(blank, "-") + ".png")));
}

/// One window for all places of a scene, as it is used: to make one takes longer than to look at a place.
struct Shown {
    Shown(ShellFake::Scene scene, const char* locale) : function(QTest::currentTestFunction()), backend(scene)
    {
        backend.settings().values["locale"] = locale;
        data = dataOf(backend);
        addFixedData(data);
        window = std::make_unique<ui::MainWindow>(backend);
        window->resize(1280, 800);
        window->show();
    }

    QByteArray function;
    ShellFake backend;
    DataTexts data;
    std::unique_ptr<ui::MainWindow> window;
};

/// A window with something opened over it, or in it.
struct Stage {
    explicit Stage(const QString& wanted) : what(wanted), backend(ShellFake::Scene::Normal)
    {
        backend.settings().values["locale"] = "ar_EG";
        backend.backups().kept = {{"/fake/backup-1.altimeter", "2026-11-20T08:30:00Z", "publish", 120'000'000}};
        backend.imports().hold = what == "import";
    }

    DataTexts data()
    {
        DataTexts known = dataOf(backend);
        addFixedData(known);
        return known;
    }

    /// What is to be looked at.
    QList<QWidget*> open()
    {
        window = std::make_unique<ui::MainWindow>(backend);
        window->resize(1280, 800);
        window->show();
        if (QStringList{"kinds", "form", "faults", "mapping", "price", "remove connection", "failing connection",
                        "syncing"}
                .contains(what))
            return openConnections();
        if (QStringList{"presets", "calendars", "filter", "charge lines", "comparison"}.contains(what))
            return openExplore();
        if (what.startsWith("rule"))
            return openRules();
        return openShell();
    }

    QString what;
    ShellFake backend;
    std::unique_ptr<ui::MainWindow> window;

private:
    template <typename T> T* named(const QString& name)
    {
        for (T* widget : window->findChildren<T*>())
            if (widget->accessibleName() == PseudoTranslator::marked(name))
                return widget;
        return nullptr;
    }

    QList<QWidget*> waited(QWidget* shown)
    {
        for (int i = 0; i < 400 && !window->isSettled() && !backend.imports().hold; ++i)
            QTest::qWait(5);
        QTest::qWait(40);
        return shown ? QList<QWidget*>{shown} : QList<QWidget*>{};
    }

    QList<QWidget*> openConnections()
    {
        window->showPage("connections");
        auto* page = window->findChild<ui::ConnectionsPage*>();
        if (what == "price") {
            page->syncAll();
            return waited(window->findChild<ui::SyncConfirm*>());
        }
        if (what == "remove connection" || what == "failing connection" || what == "syncing") {
            for (auto* grid : page->findChildren<ui::GridView*>())
                if (grid->isVisible())
                    grid->setCurrentIndex(grid->model()->index(1, 1));
            if (what == "syncing")
                page->syncProgressed({"openai", "asking", 41, 12'044, 0, 2, 4});
            if (what == "remove connection")
                for (auto* button : page->findChildren<QPushButton*>())
                    if (button->text() == PseudoTranslator::marked("Remove…"))
                        button->click();
            auto* box = window->findChild<QMessageBox*>();
            return waited(box ? static_cast<QWidget*>(box) : window.get());
        }
        page->addConnection(what == "kinds" ? "" : what == "mapping" ? "feed" : "aws-cost-explorer");
        auto* wizard = window->findChild<ui::ConnectionWizard*>();
        for (auto* line : wizard->findChildren<QLineEdit*>()) {
            if (line->accessibleName() == "File")
                line->setText(QCoreApplication::applicationFilePath());
            if (what == "faults" && line->accessibleName() == "Base address")
                line->setText("ce.amazonaws.com");
        }
        for (auto* button : wizard->findChildren<QPushButton*>()) {
            const bool next = what == "mapping" && button->text() == PseudoTranslator::marked("Next");
            if (next || (what == "faults" && button->text() == PseudoTranslator::marked("Test")))
                button->click();
        }
        return waited(wizard);
    }

    QList<QWidget*> openExplore()
    {
        window->showPage("explore");
        waited(nullptr);
        auto* page = window->findChild<ui::ExplorePage*>();
        if (what == "charge lines" || what == "comparison") {
            ui::ExploreState state;
            state.compare = what == "comparison";
            state.countDistinct = Dim{Dim::Kind::Resource, {}};
            state.filters = {Filter{Dim{Dim::Kind::Team, {}}, {"Search", "", "Checkout"}, true}};
            if (what == "charge lines")
                state.mode = ui::ExploreState::Mode::Charges;
            page->setState(state);
            waited(nullptr);
            page->chart()->setCursorStep(20);
            page->visibleGrid()->selectAll();
            return waited(window.get());
        }
        auto* range = page->findChild<ui::DateRangeEdit*>();
        if (what == "presets")
            return waited(range->findChild<QMenu*>());
        if (what == "calendars") {
            range->findChild<QMenu*>()->actions().last()->trigger();
            return waited(window->findChild<QFrame*>("calendars"));
        }
        for (QAction* action : page->pageActions())
            if (action && action->text() == PseudoTranslator::marked("Add filter…"))
                action->trigger();
        return waited(window->findChild<ui::FilterPopup*>());
    }

    QList<QWidget*> openRules()
    {
        window->showPage("allocation");
        waited(nullptr);
        auto* list = window->findChild<ui::RuleList*>();
        list->setCurrentRow(1);
        QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
        if (what == "rules in JSON")
            window->findChild<QTabWidget*>()->setCurrentIndex(1);
        return waited(window.get());
    }

    QList<QWidget*> openShell()
    {
        window->showPage("overview");
        waited(nullptr);
        if (what == "palette")
            window->openPalette();
        else if (what == "import" || what == "imported")
            window->importPaths({"/tmp/a.csv"});
        else if (what == "before importing" || what == "undecided import")
            return openSummary();
        else if (what == "deliveries")
            trigger("Deliveries…");
        else if (what == "offer")
            window->offerImport({"/tmp/a.csv", "/tmp/b.csv"});
        else if (what == "drop")
            drag();
        else if (what == "damage")
            openDamaged();
        else
            trigger(what == "backups" ? "Restore a backup…" : what == "settings" ? "Settings…" : "About Altimeter");
        if (backend.imports().progress && what == "import")
            backend.imports().progress({"a.csv", 1'204'000, 120'000'000, 300'000'000, 40});
        QDialog* dialog = nullptr;
        for (auto* one : window->findChildren<QDialog*>())
            dialog = !dialog || one->isVisible() ? one : dialog;
        return waited(dialog && dialog->isVisible() ? static_cast<QWidget*>(dialog) : window.get());
    }

    QList<QWidget*> openSummary()
    {
        backend.imports().found = altimeter::test::mixedFolder();
        if (what == "undecided import")
            backend.imports().found.questions = {
                {ErrorCode::Conflict, "is stored already", "june.csv", "Import it with --replace or --keep-both."}};
        window->importPaths({"/tmp/exports"});
        auto* summary = window->findChild<ui::ImportSummary*>();
        auto* files = summary->findChild<QTreeWidget*>();
        files->setCurrentItem(files->topLevelItem(1));
        return waited(summary);
    }

    void drag()
    {
        QMimeData files;
        files.setUrls({QUrl::fromLocalFile("/tmp/a.csv")});
        QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window.get(), &enter);
    }

    void openDamaged()
    {
        backend.workspaces().failure =
            Error{ErrorCode::Corrupt, "the database disk image is malformed", "work.altimeter"};
        window->openWorkspace("/fake/other.altimeter", false);
    }

    void trigger(const QString& action)
    {
        for (QAction* found : window->findChildren<QAction*>())
            if (found->text() == PseudoTranslator::marked(action))
                found->trigger();
    }
};

} // namespace

/// The whole window in a language nobody knows: each word passes through tr(), and fits.
class TestWords : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        if (m_shown && m_shown->function == QTest::currentTestFunction())
            return;
        restore();
        QCoreApplication::installTranslator(&m_pseudo);
    }
    void cleanup()
    {
        if (!m_shown)
            restore();
    }
    void cleanupTestCase() { restore(); }
    void pseudo_keepsWhatIsNoWord_data();
    void pseudo_keepsWhatIsNoWord();
    void walk_findsAPlantedWord();
    void walk_findsAPlantedClip();
    void page_speaksOnlyTranslatedWords_data();
    void page_speaksOnlyTranslatedWords();
    void dialog_speaksOnlyTranslatedWords_data();
    void dialog_speaksOnlyTranslatedWords();
    void page_clipsNothing_data() { page_speaksOnlyTranslatedWords_data(); }
    void page_clipsNothing();
    void dialog_clipsNothing_data() { dialog_speaksOnlyTranslatedWords_data(); }
    void dialog_clipsNothing();
    void exports_areTheSameInEveryLanguageAndCountry();
    void locale_changesTheWindowAtOnce();
    void sources_writeWordsAsTranslatorsNeedThem_data();
    void sources_writeWordsAsTranslatorsNeedThem();
    void sources_ofTheWindowHaveNoSuchFault();
    void sources_elsewhereTranslateNothing();

private:
    ui::MainWindow& shown(ShellFake::Scene scene, const QString& place, const char* locale);
    void restore();

    PseudoTranslator m_pseudo;
    std::unique_ptr<Shown> m_shown;
};

/// The window of `scene`, as the rows before left it, with `place` in front.
ui::MainWindow& TestWords::shown(ShellFake::Scene scene, const QString& place, const char* locale)
{
    if (!m_shown || m_shown->backend.scene != scene) {
        m_shown.reset();
        m_shown = std::make_unique<Shown>(scene, locale);
    }
    m_shown->window->showPage(place);
    settle(*m_shown->window);
    return *m_shown->window;
}

void TestWords::restore()
{
    m_shown.reset();
    QCoreApplication::removeTranslator(&m_pseudo);
    ui::format::setLocale(ui::format::neutralLocale());
    ui::Theme::apply(false);
}

void TestWords::pseudo_keepsWhatIsNoWord_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("kept");
    QTest::newRow("placeholders") << "%1 of %2 lines"
                                  << "%1,%2";
    QTest::newRow("mark of a key") << "&File"
                                   << "&";
    QTest::newRow("an entity") << "a &amp; b"
                               << "&amp;";
    QTest::newRow("a tag") << "<b>bold</b> word"
                           << "<b>,</b>";
    QTest::newRow("a number") << "%n things"
                              << "%n";
}

void TestWords::pseudo_keepsWhatIsNoWord()
{
    QFETCH(QString, text);
    QFETCH(QString, kept);
    const QString marked = PseudoTranslator::marked(text);
    QVERIFY(marked.startsWith(u'⟦') && marked.endsWith(u'⟧'));
    QVERIFY2(marked.size() >= text.size() + 2, qPrintable(marked));
    QString rest = marked;
    for (const QString& part : kept.split(',')) {
        QVERIFY2(rest.contains(part), qPrintable(marked));
        rest.remove(part);
    }
    QVERIFY2(!rest.contains(QRegularExpression("[A-Za-z]")), qPrintable(marked));
}

/// A window with one label that says what it should not.
void TestWords::walk_findsAPlantedWord()
{
    DataTexts data;
    data.add({"Amazon EC2"});
    QWidget window;
    auto* row = new QHBoxLayout(&window);
    auto* label = new QLabel(tr("Total of %1").arg("Amazon EC2"));
    row->addWidget(label);
    window.show();
    QVERIFY2(unmarked(window, data).isEmpty(), qPrintable(unmarked(window, data).join('\n')));
    label->setText(label->text() + " in all");  // glued on
    QCOMPARE(unmarked(window, data).size(), 2); // as a text and as it is painted
    label->setText(tr("Total"));
    label->setToolTip("Plain");
    QCOMPARE(unmarked(window, data).size(), 1);
    label->setToolTip({});
    label->setAccessibleName("Sum");
    QCOMPARE(unmarked(window, data).size(), 1);
    label->setAccessibleName({});
    auto* menu = new QMenu(&window);
    menu->addAction("Export");
    QVERIFY(!unmarked(window, data).isEmpty());
    delete menu;
    class Painting : public QWidget {
        void paintEvent(QPaintEvent*) override { QPainter(this).drawText(10, 20, "Axis"); }
    };
    row->addWidget(new Painting);
    QTest::qWait(1);
    QCOMPARE(unmarked(window, data).size(), 1);
}

void TestWords::walk_findsAPlantedClip()
{
    QWidget window;
    auto* row = new QHBoxLayout(&window);
    auto* button = new QPushButton(tr("Publish all rules"));
    auto* box = new QCheckBox(tr("Only with gaps"));
    row->addWidget(button);
    row->addWidget(box);
    window.show();
    QVERIFY2(clippedTexts(window).isEmpty(), qPrintable(clippedTexts(window).join('\n')));
    button->setFixedWidth(60);
    QTest::qWait(1);
    QCOMPARE(clippedTexts(window).size(), 1);
    button->setToolTip(button->text()); // says it all
    QCOMPARE(clippedTexts(window).size(), 0);
    box->setFixedWidth(50);
    QTest::qWait(1);
    QCOMPARE(clippedTexts(window).size(), 1);
}

void TestWords::page_speaksOnlyTranslatedWords_data()
{
    QTest::addColumn<int>("scene");
    QTest::addColumn<QString>("place");
    for (const Scene& scene : kScenes)
        for (const char* place : kPlaces)
            if (scene.scene != ShellFake::Scene::Closed || QString(place) == "start")
                QTest::newRow(qPrintable(QString("%1 %2").arg(scene.name, place)))
                    << static_cast<int>(scene.scene) << QString(place);
}

void TestWords::page_speaksOnlyTranslatedWords()
{
    QFETCH(int, scene);
    QFETCH(QString, place);
    ui::MainWindow& window = shown(static_cast<ShellFake::Scene>(scene), place, "ar_EG");
    const QStringList found = unmarked(window, m_shown->data);
    QVERIFY2(found.isEmpty(), qPrintable("\n  " + found.join("\n  ")));
}

void TestWords::page_clipsNothing()
{
    QFETCH(int, scene);
    QFETCH(QString, place);
    ui::MainWindow& window = shown(static_cast<ShellFake::Scene>(scene), place, "neutral");
    keep(window);
    QCOMPARE(window.size(), QSize(1280, 800)); // no text makes it wider
    const QStringList found = clippedTexts(window);
    QVERIFY2(found.isEmpty(), qPrintable("\n  " + found.join("\n  ")));
}

void TestWords::dialog_speaksOnlyTranslatedWords_data()
{
    QTest::addColumn<QString>("what");
    for (const char* what : {"kinds",
                             "form",
                             "faults",
                             "mapping",
                             "price",
                             "remove connection",
                             "failing connection",
                             "syncing",
                             "palette",
                             "import",
                             "imported",
                             "before importing",
                             "undecided import",
                             "deliveries",
                             "drop",
                             "damage",
                             "backups",
                             "offer",
                             "about",
                             "settings",
                             "presets",
                             "calendars",
                             "filter",
                             "charge lines",
                             "comparison",
                             "rule draft",
                             "rules in JSON"})
        QTest::newRow(what) << QString(what);
}

void TestWords::dialog_speaksOnlyTranslatedWords()
{
    QFETCH(QString, what);
    Stage stage(what);
    const DataTexts data = stage.data();
    QStringList found;
    for (QWidget* shown : stage.open())
        found << unmarked(*shown, data);
    found.removeDuplicates();
    QVERIFY2(found.isEmpty(), qPrintable("\n  " + found.join("\n  ")));
}

void TestWords::dialog_clipsNothing()
{
    QFETCH(QString, what);
    Stage stage(what);
    stage.backend.settings().values["locale"] = "neutral";
    QStringList found;
    for (QWidget* shown : stage.open()) {
        keep(*shown);
        found << clippedTexts(*shown);
    }
    found.removeDuplicates();
    QVERIFY2(found.isEmpty(), qPrintable("\n  " + found.join("\n  ")));
}

void TestWords::exports_areTheSameInEveryLanguageAndCountry()
{
    const auto written = [this](bool pseudo, const char* locale) {
        pseudo ? QCoreApplication::installTranslator(&m_pseudo) : QCoreApplication::removeTranslator(&m_pseudo);
        ShellFake backend(ShellFake::Scene::Normal);
        backend.settings().values["locale"] = locale;
        ui::MainWindow window(backend);
        window.resize(1280, 800);
        window.show();
        QStringList texts;
        for (const char* place : kPlaces) {
            window.showPage(place);
            settle(window);
            for (auto* grid : window.findChildren<ui::GridView*>()) {
                if (!grid->isVisible())
                    continue;
                texts << QString::fromStdString(
                    ui::csvText(*static_cast<ui::GridModel*>(grid->model()), ui::CsvGuard::Spreadsheet));
                grid->selectAll();
                grid->copySelection(true);
                texts << QApplication::clipboard()->text();
            }
        }
        return texts;
    };
    const QStringList plain = written(false, "neutral");
    QVERIFY(plain.size() >= 14);
    const QStringList other = written(true, "ar_EG");
    QCOMPARE(other.size(), plain.size());
    for (qsizetype i = 0; i < plain.size(); ++i)
        QCOMPARE(other[i], plain[i]);
}

void TestWords::locale_changesTheWindowAtOnce()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.settings().values["locale"] = "neutral";
    ui::MainWindow window(backend);
    window.resize(1280, 800);
    window.show();
    window.showPage("overview");
    settle(window);
    const auto figures = [&window] {
        QStringList texts;
        for (const WindowText& text : windowTexts(window))
            texts << text.text;
        return texts.join('\n');
    };
    QVERIFY(figures().contains("$61,842.17"));
    window.setLocaleName("de_DE");
    settle(window);
    QVERIFY(figures().contains(QString("61.842,17") + QChar(0xA0) + "$"));
    QVERIFY(!figures().contains("$61,842.17"));
    QCOMPARE(backend.settings().values["locale"], std::string("de_DE"));
    window.showPage("explore");
    settle(window);
    QVERIFY(!figures().contains(QRegularExpression("\\$[0-9]")));
    window.setLocaleName({});
}

void TestWords::sources_writeWordsAsTranslatorsNeedThem_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<bool>("isFault");
    QTest::newRow("a text") << R"(label->setText(tr("Total"));)" << false;
    QTest::newRow("a text on the next line") << "label->setText(tr(" << false;
    QTest::newRow("a variable") << "label->setText(tr(title));" << true;
    QTest::newRow("two halves") << R"(label->setText(tr("Total of ") + name);)" << true;
    QTest::newRow("a half behind") << R"(label->setText(name + tr(" in total"));)" << true;
    QTest::newRow("lines under each other") << R"(tip += u'\n' + tr("Estimated");)" << false;
    QTest::newRow("an entry and its key") << R"(menu->addAction(tr("Sync") + u'\t' + key);)" << false;
    QTest::newRow("a country of its own") << "QLocale english(QLocale::English, QLocale::UnitedStates);" << true;
}

/// What tr() is given and what is done with its answer, line by line; empty: nothing to blame.
static QString faultOf(const QString& line, bool hasMarks)
{
    static const QRegularExpression variable("\\btr\\(\\s*[a-zA-Z_]"), before("(?<!u'\\\\[nt]') \\+ (\\w+::)?tr\\("),
        behind("\\btr\\(\"([^\"\\\\]|\\\\.)*\"\\) \\+ (?!u')"), country("QLocale::(English|UnitedStates)");
    if (line.contains(variable) && !hasMarks)
        return "tr() of something that lupdate cannot read";
    if (line.contains(before) || line.contains(behind))
        return "a sentence in pieces";
    return line.contains(country) ? "a country of its own" : QString();
}

void TestWords::sources_writeWordsAsTranslatorsNeedThem()
{
    QFETCH(QString, line);
    QFETCH(bool, isFault);
    QCOMPARE(!faultOf(line, false).isEmpty(), isFault);
}

void TestWords::sources_ofTheWindowHaveNoSuchFault()
{
    QStringList found;
    const QDir root(ALTIMETER_SOURCE_DIR);
    for (QDirIterator files(root.filePath("ui"), {"*.cpp", "*.h"}, QDir::Files, QDirIterator::Subdirectories);
         files.hasNext();) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString all = QString::fromUtf8(file.readAll());
        int number = 0;
        for (const QString& line : all.split('\n')) {
            ++number;
            if (const QString fault = faultOf(line, all.contains("QT_TRANSLATE_NOOP")); !fault.isEmpty())
                found << QString("%1:%2: %3").arg(root.relativeFilePath(file.fileName())).arg(number).arg(fault);
        }
    }
    QVERIFY2(found.isEmpty(), qPrintable(found.join('\n')));
}

void TestWords::sources_elsewhereTranslateNothing()
{
    static const QRegularExpression call("\\btr\\(\"|QCoreApplication::translate\\(");
    QStringList found;
    const QDir root(ALTIMETER_SOURCE_DIR);
    for (const char* room : {"models", "providers", "app"})
        for (QDirIterator files(root.filePath(room), {"*.cpp", "*.h"}, QDir::Files, QDirIterator::Subdirectories);
             files.hasNext();) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            if (QString::fromUtf8(file.readAll()).contains(call))
                found << root.relativeFilePath(file.fileName());
        }
    QVERIFY2(found.isEmpty(), qPrintable(found.join('\n')));
}

QTEST_MAIN(TestWords)
#include "tst_words.moc"
