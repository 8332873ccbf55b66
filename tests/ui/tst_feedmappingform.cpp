#include <QTest>

#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPixmap>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabWidget>
#include <QToolButton>
#include <QWheelEvent>

#include "tests/ui/fakebackend.h"
#include "ui/items/gridview.h"
#include "ui/pages/connections/feedmappingform.h"
#include "ui/pages/connections/feedpreviewpanel.h"
#include "ui/shell/closedchoiceguard.h"
#include "ui/theme/theme.h"

using namespace altimeter;
using altimeter::ui::FeedMappingForm;
using altimeter::ui::GridView;

namespace {

/// One feed of a vector database, which it maps in a small way of its own. Answers wait for deliver().
class FeedConnections : public test::FakeConnections {
public:
    using FakeConnections::FakeConnections;

    std::vector<FeedMapping> asked;
    std::optional<Error> fault;
    std::string format = "csv";

    static FeedMapping proposal()
    {
        return {{"column:ChargePeriodStart", "Usage date"},
                {"column:BilledCost", "Amount (USD)"},
                {"currency", "USD"},
                {"column:ServiceName", "Product"},
                {"column:ResourceId", "Index"},
                {"column:ConsumedQuantity", "Units"},
                {"column:ConsumedUnit", "Unit"},
                {"column:tag:team", "Team"},
                {"amount_unit", "unit"},
                {"sign", "as-is"},
                {"decimal", "point"},
                {"dates", "month-first"},
                {"period", "day"}};
    }
    void previewFeed(const std::string&, const std::string&, const FeedMapping& mapping,
                     ui::Answer<FeedPreview> answer) override
    {
        asked.push_back(mapping);
        m_answers.emplace_back([this, mapping, answer] {
            if (fault)
                answer(Result<FeedPreview>(*fault));
            else
                answer(Result<FeedPreview>(preview(mapping)));
        });
    }
    /// Answers all that was asked, also what is asked on the way, oldest first.
    void deliver()
    {
        while (!m_answers.empty()) {
            const auto run = m_answers.front();
            m_answers.erase(m_answers.begin());
            run();
        }
    }

private:
    FeedPreview preview(const FeedMapping& mapping) const
    {
        FeedPreview made;
        made.format = format;
        made.columns = {"Usage date", "Product", "Index", "Units", "Unit", "Amount (USD)", "Team", "Invoice"};
        const char* const indexes[] = {"docs-prod", "docs-staging", "support-answers", "product-search"};
        const char* const products[] = {"Serverless read units", "Serverless write units", "Storage"};
        const char* const units[] = {"RU", "WU", "GB-h"};
        const char* const teams[] = {"search", "search", "support", ""};
        DecimalSum total;
        for (int i = 0; i < 96; ++i) {
            const std::string amount =
                i % 17 == 5 ? "-12.50" : std::to_string(4 + i * 7 % 83) + ".0016" + std::to_string(i % 9);
            made.sample.push_back({toString(Day::fromYmd(2026, 11, 1) + i / 5), products[i % 3], indexes[i % 4],
                                   std::to_string(1200 + i * 913), units[i % 3], amount, teams[i % 4],
                                   "INV-20" + std::to_string(26000 + i / 40)});
            total.add(parseDecimal(amount)->value);
        }
        made.sample[7][5] = "n/a";
        made.records = 1204;
        made.proposal = proposal();
        const bool isComplete = mapping.contains("column:BilledCost") && mapping.contains("column:ChargePeriodStart") &&
                                (mapping.contains("currency") || mapping.contains("column:BillingCurrency"));
        if (!mapping.empty() && !mapping.contains("column:BilledCost"))
            made.problems.emplace_back(
                "Choose the field that holds the amount (BilledCost), or a quantity and a unit price.");
        if (!isComplete)
            return made;
        made.unreadable = 3;
        made.problems = {"Line 9, \"Amount (USD)\": \"n/a\" is not a number.",
                         "Line 412, \"Usage date\": \"2026-13-02\" is no date.",
                         "Line 899, \"Amount (USD)\": \"n/a\" is not a number.",
                         "Note: 2 records have no amount: their cost is unknown, not zero."};
        const std::string currency = mapping.contains("currency") ? mapping.at("currency") : "USD";
        made.totals = {{Currency(currency), total}};
        made.mappedColumns = {"ChargePeriodStart", "ChargePeriodEnd", "BilledCost", "BillingCurrency"};
        for (const auto& [key, field] : mapping) {
            const std::string target = key.starts_with("column:") ? key.substr(7) : std::string();
            if (!target.empty() && target != "ChargePeriodStart" && target != "BilledCost" &&
                !target.starts_with("tag:"))
                made.mappedColumns.push_back(target);
        }
        made.mappedColumns.emplace_back("Tags");
        for (const auto& row : made.sample) {
            if (row[5] == "n/a")
                continue;
            std::vector<std::string> cells{row[0], toString(*parseDay(row[0]) + 1), row[5], currency};
            while (cells.size() + 1 < made.mappedColumns.size()) {
                const std::string& field = mapping.at("column:" + made.mappedColumns[cells.size()]);
                const auto found = std::find(made.columns.begin(), made.columns.end(), field);
                cells.push_back(found == made.columns.end()
                                    ? std::string()
                                    : row[static_cast<std::size_t>(found - made.columns.begin())]);
            }
            cells.push_back(row[6].empty() ? "" : "team=" + row[6]);
            made.mapped.push_back(std::move(cells));
        }
        return made;
    }

    std::vector<std::function<void()>> m_answers;
};

class FeedFake : public test::FakeBackend {
public:
    FeedConnections feed{*this};
    test::FakeConnections& connections() override { return feed; }
};

/// A row that was removed stays until the event loop comes round.
bool isRemoved(const QWidget* widget)
{
    const bool isRow = widget->parentWidget() &&
                       widget->parentWidget()->findChild<QToolButton*>({}, Qt::FindDirectChildrenOnly) != nullptr;
    return isRow && widget->parentWidget()->isHidden();
}

template <typename Widget> Widget* named(const QWidget& form, const QString& name)
{
    for (auto* found : form.findChildren<Widget*>()) {
        if (found->accessibleName() == name && !isRemoved(found))
            return found;
    }
    return nullptr;
}

QString textOf(const QWidget& form, const QString& name)
{
    auto* box = named<QComboBox>(form, name);
    return box ? box->currentText() : QString("no such box");
}

/// Types into an editable box as a person would: all of it is replaced.
void typeInto(QWidget& form, const QString& name, const QString& text)
{
    auto* box = named<QComboBox>(form, name);
    QVERIFY2(box, qPrintable(name));
    box->setFocus();
    QTest::keyClick(box->lineEdit(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(box->lineEdit(), Qt::Key_Delete);
    QTest::keyClicks(box->lineEdit(), text);
    QTest::keyClick(box->lineEdit(), Qt::Key_Return);
}

QStringList problemsOf(const FeedMappingForm& form)
{
    QStringList texts;
    auto* list = form.findChild<QListWidget*>();
    for (int i = 0; i < list->count(); ++i)
        texts << list->item(i)->text();
    return texts;
}

} // namespace

class TestFeedMappingForm : public QObject {
    Q_OBJECT
private slots:
    void file_takesTheProposalOver();
    void mapping_comesBackAsItWasGiven();
    void field_chosenByKeys_asksAnew();
    void constant_typed_holdsForEveryCharge();
    void newestAnswer_wins();
    void ownRows_addAndRemove();
    void completeness_followsTheNeededColumns();
    void habits_areChosenByKeys();
    void givenMapping_isNotReplacedByAProposal();
    void preview_showsChargesTotalsAndProblems();
    void selection_addsUpExactly();
    void failure_isSaidInPlainWords();
    void address_isNotAsked();
    void profiles_saveLoadAndRemove();
    void everyControl_hasNameAndTip();
    void wheel_scrollsTheFormOnly();
    void pictures_lightAndDark();
};

void TestFeedMappingForm::file_takesTheProposalOver()
{
    FeedFake backend;
    FeedMappingForm form(backend);
    QSignalSpy changes(&form, &FeedMappingForm::changed);
    QVERIFY(!form.isComplete());
    form.setFile("/data/usage.csv");
    QVERIFY(!form.isSettled());
    backend.feed.deliver();
    QVERIFY(form.isSettled());
    QCOMPARE(backend.feed.asked.size(), std::size_t{2});
    QVERIFY(backend.feed.asked[0].empty());
    QCOMPARE(backend.feed.asked[1], FeedConnections::proposal());
    QCOMPARE(form.mapping(), FeedConnections::proposal());
    QVERIFY(form.isComplete());
    QCOMPARE(changes.count(), 1);
    QCOMPARE(textOf(form, "Billed cost: field"), QString("Amount (USD)"));
    QCOMPARE(textOf(form, "Currency: field"), QString("= USD"));
    QCOMPARE(textOf(form, "Tag 1: field"), QString("Team"));
}

void TestFeedMappingForm::mapping_comesBackAsItWasGiven()
{
    FeedFake backend;
    FeedMappingForm form(backend);
    const FeedMapping given{{"column:ChargePeriodStart", "/data.start"},
                            {"column:BilledCost", "usage.cost"},
                            {"column:BillingCurrency", "currency"},
                            {"currency", "EUR"},
                            {"constant:ProviderName", "Pinecone"},
                            {"column:ServiceName", "service"},
                            {"constant:ServiceName", "Vectors"},
                            {"column:SkuId", "sku"},
                            {"column:x_Model", "model"},
                            {"constant:tag:origin", "feed"},
                            {"column:tag:team", "labels.team"},
                            {"rows", "data.items"},
                            {"amount_unit", "cents"},
                            {"sign", "inverted"},
                            {"decimal", "comma"},
                            {"dates", "day-first"},
                            {"period", "month"},
                            {"later_key", "kept"}};
    form.setMapping(given);
    QCOMPARE(form.mapping(), given);
    QVERIFY(form.isComplete());
    form.setMapping({});
    QVERIFY(!form.mapping().contains("later_key"));
    QVERIFY(!form.isComplete());
}

void TestFeedMappingForm::field_chosenByKeys_asksAnew()
{
    FeedFake backend;
    FeedMappingForm form(backend);
    form.show();
    form.setFile("/data/usage.csv");
    backend.feed.deliver();
    QSignalSpy changes(&form, &FeedMappingForm::changed);
    auto* box = named<QComboBox>(form, "Description: field");
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Down); // from "not used" to the first field
    QTest::keyClick(box, Qt::Key_Down);
    QCOMPARE(box->currentText(), QString("Product"));
    QCOMPARE(changes.count(), 2);
    QCOMPARE(form.mapping().at("column:ChargeDescription"), std::string("Product"));
    QCOMPARE(backend.feed.asked.back().at("column:ChargeDescription"), std::string("Product"));
    backend.feed.deliver();
    QCOMPARE(box->currentText(), QString("Product"));
}

void TestFeedMappingForm::constant_typed_holdsForEveryCharge()
{
    FeedFake backend;
    FeedMappingForm form(backend);
    form.show();
    form.setFile("/data/usage.csv");
    backend.feed.deliver();
    typeInto(form, "Provider: field", "= Pinecone");
    QCOMPARE(form.mapping().at("constant:ProviderName"), std::string("Pinecone"));
    typeInto(form, "Currency: field", "= EUR");
    QCOMPARE(form.mapping().at("currency"), std::string("EUR"));
    QVERIFY(!form.mapping().contains("column:BillingCurrency"));
    typeInto(form, "Service: field", "");
    QVERIFY(!form.mapping().contains("column:ServiceName"));
    QTRY_VERIFY(backend.feed.asked.back() == form.mapping()); // typing pauses before it asks
    typeInto(form, "Provider: field", "=");
    QVERIFY(!form.mapping().contains("constant:ProviderName"));
}

void TestFeedMappingForm::newestAnswer_wins()
{
    FeedFake backend;
    FeedMappingForm form(backend);
    form.setFile("/data/usage.csv");
    form.setFile("/data/other.csv"); // the first answer comes late and is dropped
    backend.feed.deliver();
    QCOMPARE(backend.feed.asked.size(), std::size_t{3}); // both files and the proposal once
    QVERIFY(form.isSettled());
}

void TestFeedMappingForm::ownRows_addAndRemove()
{
    FeedFake backend;
    FeedMappingForm form(backend);
    form.show();
    form.setFile("/data/usage.csv");
    backend.feed.deliver();
    QPushButton* add = nullptr;
    for (auto* button : form.findChildren<QPushButton*>()) {
        if (button->text() == "Add column")
            add = button;
    }
    add->setFocus();
    QTest::keyClick(add, Qt::Key_Space);
    auto* key = named<QLineEdit>(form, "Column 1: name");
    QVERIFY(key);
    QTest::keyClicks(key, "x_Invoice");
    typeInto(form, "Column 1: field", "Invoice");
    QCOMPARE(form.mapping().at("column:x_Invoice"), std::string("Invoice"));
    auto* remove = named<QToolButton>(form, "Remove tag 1");
    remove->setFocus();
    QTest::keyClick(remove, Qt::Key_Space);
    QVERIFY(!form.mapping().contains("column:tag:team"));
    QVERIFY(!named<QToolButton>(form, "Remove tag 1"));
}

void TestFeedMappingForm::completeness_followsTheNeededColumns()
{
    FeedFake backend;
    FeedMappingForm form(backend);
    FeedMapping mapping{{"column:ChargePeriodStart", "d"}, {"column:BilledCost", "a"}, {"currency", "USD"}};
    form.setMapping(mapping);
    QVERIFY(form.isComplete());
    for (const char* key : {"column:ChargePeriodStart", "column:BilledCost", "currency"}) {
        FeedMapping less = mapping;
        less.erase(key);
        form.setMapping(less);
        QVERIFY2(!form.isComplete(), key);
    }
    mapping.erase("column:BilledCost");
    mapping["column:ListUnitPrice"] = "price";
    form.setMapping(mapping);
    QVERIFY(!form.isComplete());
    mapping["column:PricingQuantity"] = "count";
    form.setMapping(mapping);
    QVERIFY(form.isComplete());
}

void TestFeedMappingForm::habits_areChosenByKeys()
{
    FeedFake backend;
    FeedMappingForm form(backend);
    form.show();
    const auto press = [&form](const QString& name, int times) {
        auto* box = named<QComboBox>(form, name);
        box->setFocus();
        for (int i = 0; i < times; ++i)
            QTest::keyClick(box, Qt::Key_Down);
    };
    press("Amounts in", 3);
    press("Costs are", 1);
    press("Decimals", 1);
    press("Dates", 1);
    press("Each lasts", 1);
    const FeedMapping made = form.mapping();
    QCOMPARE(made.at("amount_unit"), std::string("millionths"));
    QCOMPARE(made.at("sign"), std::string("inverted"));
    QCOMPARE(made.at("decimal"), std::string("comma"));
    QCOMPARE(made.at("dates"), std::string("day-first"));
    QCOMPARE(made.at("period"), std::string("month"));
}

void TestFeedMappingForm::givenMapping_isNotReplacedByAProposal()
{
    FeedFake backend;
    FeedMappingForm form(backend);
    form.setFile("/data/usage.csv");
    const FeedMapping given{{"column:ChargePeriodStart", "Usage date"}, {"column:BilledCost", "Units"}};
    form.setMapping(given);
    backend.feed.deliver();
    QCOMPARE(form.mapping().at("column:BilledCost"), std::string("Units"));
    QVERIFY(!form.mapping().contains("currency"));
    QVERIFY(!form.isComplete());
    auto* propose = named<QPushButton>(form, "Propose a mapping"); // only when asked for
    QTest::keyClick(propose, Qt::Key_Space);
    backend.feed.deliver();
    QCOMPARE(form.mapping(), FeedConnections::proposal());
}

void TestFeedMappingForm::preview_showsChargesTotalsAndProblems()
{
    FeedFake backend;
    FeedMappingForm form(backend);
    form.setFile("/data/usage.csv");
    backend.feed.deliver();
    auto* charges = named<GridView>(form, "Charges of the feed");
    QCOMPARE(charges->model()->rowCount(), 95);
    QCOMPARE(charges->model()->headerData(2, Qt::Horizontal).toString(), QString("Billed cost"));
    QCOMPARE(charges->model()->index(5, 2).data().toString(), QString(QChar(0x2212)) + "12.50");
    auto* tabs = form.findChild<QTabWidget*>();
    QCOMPARE(tabs->tabText(0), QString("Charges (first 95)"));
    tabs->setCurrentIndex(1);
    auto* sample = named<GridView>(form, "Feed as it is");
    QCOMPARE(sample->model()->headerData(5, Qt::Horizontal).toString(),
             QString::fromUtf8("Amount (USD) → Billed cost"));
    QCOMPARE(sample->model()->headerData(7, Qt::Horizontal).toString(), QString("Invoice"));
    QVERIFY(problemsOf(form).contains("Line 9, \"Amount (USD)\": \"n/a\" is not a number."));
    QVERIFY(problemsOf(form).contains("Note: 2 records have no amount: their cost is unknown, not zero."));
    bool total = false, kept = false;
    for (auto* label : form.findChildren<QLabel*>()) {
        total = total || label->text() == "total in USD";
        kept = kept || label->text() == "3 of 1,204 records cannot be read and will be kept apart";
    }
    QVERIFY(total && kept);
    form.setMapping({{"column:ChargePeriodStart", "Usage date"}});
    backend.feed.deliver();
    QCOMPARE(problemsOf(form).size(), 1);
    QCOMPARE(named<QLabel>(form, "State of the mapping: Not complete yet")->text(), QString("Not complete yet"));
}

void TestFeedMappingForm::selection_addsUpExactly()
{
    FeedFake backend;
    FeedMappingForm form(backend);
    form.show();
    form.setFile("/data/usage.csv");
    backend.feed.deliver();
    auto* charges = named<GridView>(form, "Charges of the feed");
    charges->setFocus();
    charges->setCurrentIndex(charges->model()->index(0, 2));
    QTest::keyClick(charges, Qt::Key_Down, Qt::ShiftModifier);
    const auto sums = charges->summary().sums;
    QCOMPARE(sums.size(), std::size_t{1});
    QCOMPARE(sums.begin()->second.sum.amount().toString(2), std::string("15.00321"));
}

void TestFeedMappingForm::failure_isSaidInPlainWords()
{
    FeedFake backend;
    backend.feed.fault = Error{ErrorCode::Unsupported, "is a workbook", "usage.xlsx",
                               "Save the sheet as \"CSV UTF-8\" and choose that."};
    FeedMappingForm form(backend);
    form.setFile("/data/usage.xlsx");
    backend.feed.deliver();
    QCOMPARE(problemsOf(form),
             (QStringList{"usage.xlsx: is a workbook", "Save the sheet as \"CSV UTF-8\" and choose that."}));
    QVERIFY(form.isSettled());
    backend.feed.fault.reset();
    form.setFile("/data/usage.csv"); // nothing was assigned yet: the proposal is still wanted
    backend.feed.deliver();
    QVERIFY(form.isComplete());
}

void TestFeedMappingForm::address_isNotAsked()
{
    FeedFake backend;
    FeedMappingForm form(backend);
    form.setFile("https://api.example.com/v1/usage");
    QVERIFY(backend.feed.asked.empty());
    QVERIFY(form.isSettled());
    form.setFile("/data/sample.json");
    backend.feed.deliver();
    QVERIFY(form.isComplete());
}

void TestFeedMappingForm::profiles_saveLoadAndRemove()
{
    FeedFake backend;
    backend.views().list.push_back({"Pinecone", "explore", "{}"}); // a view of the same name stays untouched
    FeedMappingForm form(backend);
    form.show();
    QSignalSpy said(&form, &FeedMappingForm::notice);
    form.setFile("/data/usage.csv");
    backend.feed.deliver();
    typeInto(form, "Provider: field", "= Pinecone \"EU\"");
    const FeedMapping kept = form.mapping();
    auto* save = named<QPushButton>(form, "Save profile");
    QVERIFY(!save->isEnabled());
    typeInto(form, "Profile", "Pinecone");
    QVERIFY(save->isEnabled());
    save->setFocus();
    QTest::keyClick(save, Qt::Key_Space);
    QCOMPARE(said.last().at(0).toString(), QString("Profile Pinecone saved"));
    QCOMPARE(backend.views().list.size(), std::size_t{2});
    QCOMPARE(backend.views().list[1].page, std::string("feed-mapping"));

    form.setMapping({{"column:BilledCost", "Units"}});
    auto* profiles = named<QComboBox>(form, "Profile");
    QCOMPARE(profiles->count(), 1);
    profiles->lineEdit()->clear();
    profiles->setCurrentIndex(-1);
    profiles->setFocus();
    QTest::keyClick(profiles, Qt::Key_Down);
    QCOMPARE(profiles->currentText(), QString("Pinecone"));
    QCOMPARE(form.mapping(), kept);

    auto* remove = named<QToolButton>(form, "Remove profile");
    QVERIFY(remove->isEnabled());
    remove->setFocus();
    QTest::keyClick(remove, Qt::Key_Space);
    QCOMPARE(backend.views().list.size(), std::size_t{1});
    QCOMPARE(backend.views().list[0].page, std::string("explore"));
    QCOMPARE(form.mapping(), kept); // the mapping itself stays
}

void TestFeedMappingForm::everyControl_hasNameAndTip()
{
    FeedFake backend;
    FeedMappingForm form(backend);
    form.show();
    form.setFile("/data/usage.csv");
    backend.feed.deliver();
    QSet<QString> names;
    for (auto* widget : form.findChildren<QWidget*>()) {
        const bool isControl = qobject_cast<QComboBox*>(widget) || qobject_cast<QPushButton*>(widget) ||
                               (qobject_cast<QToolButton*>(widget) &&
                                widget->parentWidget()->metaObject()->className() != QString("QTabBar"));
        if (!isControl || !widget->isVisibleTo(&form))
            continue;
        auto* button = qobject_cast<QPushButton*>(widget);
        const QString name = widget->accessibleName().isEmpty() && button ? button->text() : widget->accessibleName();
        QVERIFY2(!name.isEmpty() && !names.contains(name), qPrintable(name));
        QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(name));
        QVERIFY(widget->focusPolicy() != Qt::NoFocus);
        names.insert(name);
    }
    QVERIFY(names.size() > 20);
}

void TestFeedMappingForm::wheel_scrollsTheFormOnly()
{
    FeedFake backend;
    ui::ClosedChoiceGuard::install();
    FeedMappingForm form(backend);
    form.show();
    auto* box = named<QComboBox>(form, "Amounts in");
    QWheelEvent wheel(QPointF(4, 4), QPointF(4, 4), {}, QPoint(0, -120), Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(box, &wheel);
    QCOMPARE(box->currentIndex(), 0);
}

/// With ALTIMETER_PICTURES=FOLDER the pictures are kept for the eye.
void TestFeedMappingForm::pictures_lightAndDark()
{
    const QString folder = qEnvironmentVariable("ALTIMETER_PICTURES");
    for (const bool dark : {false, true}) {
        ui::Theme::apply(dark);
        for (const char* scene : {"mapped", "scrolled", "sample", "incomplete", "failed"}) {
            FeedFake backend;
            FeedMappingForm form(backend);
            form.setContentsMargins(20, 16, 20, 16);
            form.setProperty("page", true);
            form.setAttribute(Qt::WA_StyledBackground);
            form.resize(1240, 800);
            form.show();
            if (QString(scene) == "failed")
                backend.feed.fault = Error{ErrorCode::Unsupported, "is a workbook", "pinecone-november.xlsx",
                                           "Save the sheet as \"CSV UTF-8\" and choose that."};
            form.setFile("/data/pinecone-november.csv");
            backend.feed.deliver();
            if (QString(scene) == "sample")
                form.findChild<QTabWidget*>()->setCurrentIndex(1);
            if (QString(scene) == "incomplete")
                typeInto(form, "Billed cost: field", "");
            if (QString(scene) == "scrolled") {
                auto* bar = named<QScrollArea>(form, "Mapping form")->verticalScrollBar();
                bar->setValue(bar->maximum());
            }
            QTest::qWait(300);
            backend.feed.deliver();
            QTest::qWait(20);
            const QPixmap picture = form.grab();
            QCOMPARE(picture.toImage().pixelColor(3, 3).lightness() < 128, dark);
            if (!folder.isEmpty())
                QVERIFY(
                    picture.save(QDir(folder).filePath(QString("feed-%1-%2.png").arg(scene, dark ? "dark" : "light"))));
        }
    }
    ui::Theme::apply(false);
}

QTEST_MAIN(TestFeedMappingForm)
#include "tst_feedmappingform.moc"
