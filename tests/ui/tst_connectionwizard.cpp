#include <QTest>

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "tests/ui/fakebackend.h"
#include "ui/pages/common/banner.h"
#include "ui/pages/connections/connectionform.h"
#include "ui/pages/connections/connectionwizard.h"
#include "ui/pages/connections/feedmappingform.h"
#include "ui/pages/connections/kindlist.h"

using namespace altimeter;
using altimeter::test::FakeBackend;
using ui::ConnectionForm;
using ui::ConnectionWizard;

namespace {

struct Stage {
    FakeBackend backend;
    std::unique_ptr<ConnectionWizard> wizard;

    Stage()
    {
        backend.immediate = true;
        backend.connections().connected = test::fakeConnections();
        wizard = std::make_unique<ConnectionWizard>(backend, backend.connections().connected);
        wizard->show();
    }
    template <typename Widget> Widget* named(const QString& name) const
    {
        for (auto* found : wizard->findChildren<Widget*>())
            if (found->accessibleName() == name)
                return found;
        return nullptr;
    }
    QPushButton* button(const QString& text) const
    {
        for (auto* found : wizard->findChildren<QPushButton*>())
            if (found->text() == text)
                return found;
        return nullptr;
    }
    void type(const QString& field, const QString& text) const
    {
        auto* line = named<QLineEdit>(field);
        QVERIFY2(line, qPrintable(field));
        line->setFocus();
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Delete);
        QTest::keyClicks(line, text);
    }
    QStringList faults() const
    {
        QStringList found;
        for (auto* label : wizard->findChildren<QLabel*>())
            if (label->accessibleName().startsWith("Fault in ") && label->isVisible())
                found << label->accessibleName().mid(9);
        return found;
    }
    QString verdict() const { return wizard->findChild<ui::Banner*>()->text(); }
    QString step() const { return named<QLabel>(QString("Step"))->text(); }
};

const ConnectionInfo& stored(FakeBackend& backend, const std::string& name)
{
    for (const auto& connection : backend.connections().connected)
        if (connection.settings.name == name)
            return connection;
    qFatal("no such connection");
}

} // namespace

class TestConnectionWizard : public QObject {
    Q_OBJECT
private slots:
    void kinds_areFoundByTyping();
    void form_isMadeFromTheFieldsOfTheKind();
    void missingFields_areMarkedAndReached();
    void fault_isToldAtItsField_data();
    void fault_isToldAtItsField();
    void test_showsTheAnswerOrWhatToDo();
    void test_ofOtherSettings_isDropped();
    void save_leavesOutWhatAppliesAnyway();
    void save_thatFails_staysOpen();
    void saveAndSync_isSaid();
    void secret_isHiddenButAVariableNameIsNot();
    void secret_ofSeveralLines_isKeptWhole();
    void edit_keepsSecretsAndUnknownValues();
    void edit_asksForAMissingSecret();
    void edit_showsTheVariableASecretComesFrom();
    void address_isSaidBeforeItIsSaved_andInClearOnlyByAWord();
    void edit_ofAnUnknownKind_saysSo();
    void pricedKind_isNotScheduledByItself();
    void feed_hasAThirdStep();
    void feed_edit_showsItsMapping();
    void escape_asksOnceWhenSomethingWasTyped();
    void everyControl_hasNameAndTooltip();
};

void TestConnectionWizard::kinds_areFoundByTyping()
{
    Stage stage;
    auto* search = stage.named<QLineEdit>("Find a kind of connection");
    auto* list = stage.wizard->findChild<ui::KindList*>();
    QVERIFY(QTest::qWaitForWindowActive(stage.wizard.get()));
    QVERIFY(search->hasFocus());
    const int all = list->shownCount();
    QCOMPARE(all, static_cast<int>(stage.backend.connections().kindList.size()));
    QTest::keyClicks(search, "cost subscr");
    QCOMPARE(list->shownCount(), 1);
    QCOMPARE(list->current()->kind, std::string("azure-costs"));
    search->setText("zzzz");
    QCOMPARE(list->shownCount(), 0);
    QVERIFY(!stage.button("Next")->isEnabled());
    QTest::keyClick(search, Qt::Key_Return);
    QCOMPARE(stage.step(), QString("Step 1 of 2: Kind"));
    search->clear();
    QCOMPARE(list->shownCount(), all);
    list->choose("openai");
    QTest::keyClick(search, Qt::Key_Down);
    QCOMPARE(list->current()->kind, std::string("anthropic"));
    QTest::keyClick(search, Qt::Key_Return);
    QCOMPARE(stage.step(), QString("Step 2 of 2: Settings"));
    stage.button("Back")->click();
    QCOMPARE(stage.step(), QString("Step 1 of 2: Kind"));
}

void TestConnectionWizard::form_isMadeFromTheFieldsOfTheKind()
{
    Stage stage;
    stage.wizard->chooseKind("aws-cost-explorer");
    QCOMPARE(stage.named<QLineEdit>("Access key id")->accessibleDescription(), QString("Required. Begins with AKIA."));
    QCOMPARE(stage.named<QLineEdit>("Secret access key")->echoMode(), QLineEdit::Password);
    QCOMPARE(stage.named<QLineEdit>("Base address")->placeholderText(), QString("https://ce.us-east-1.amazonaws.com"));
    QCOMPARE(stage.named<QComboBox>("Metric")->currentText(), QString("UnblendedCost"));
    QCOMPARE(stage.named<QComboBox>("Metric")->count(), 3);
    QVERIFY(!stage.named<QCheckBox>("Also fetch the forecast")->isChecked());
    QCOMPARE(stage.named<QLineEdit>("How far back, in days")->placeholderText(), QString("90"));
    bool rights = false, price = false, kept = false;
    for (auto* label : stage.wizard->findChildren<QLabel*>()) {
        rights = rights || label->text().contains("ce:GetCostForecast");
        price = price || label->text() == "A request costs $0.01.";
        kept = kept || label->text().contains("Keys are kept in the secret service of this desktop. Or type env:NAME");
    }
    QVERIFY(rights && price && kept);
    stage.wizard->chooseKind("azure-costs");
    QVERIFY(stage.named<QPlainTextEdit>("Scopes"));
}

void TestConnectionWizard::missingFields_areMarkedAndReached()
{
    Stage stage;
    stage.wizard->chooseKind("azure-costs");
    QVERIFY(QTest::qWaitForWindowActive(stage.wizard.get()));
    stage.button("Save")->click();
    QCOMPARE(stage.faults(), (QStringList{"Tenant id: Tenant id is needed.", "Client id: Client id is needed.",
                                          "Client secret: Client secret is needed.", "Scopes: Scopes is needed."}));
    QVERIFY(stage.named<QLineEdit>("Tenant id")->hasFocus());
    QVERIFY(stage.backend.connections().saved.empty());
    stage.type("Tenant id", "8f1c");
    QCOMPARE(stage.faults().size(), 3);
}

void TestConnectionWizard::fault_isToldAtItsField_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("fault");
    const QString url = "Type a whole address that begins with https:// or http://.";
    QTest::newRow("no scheme") << "openai"
                               << "Base address"
                               << "api.openai.com" << url;
    QTest::newRow("other scheme") << "openai"
                                  << "Base address"
                                  << "ftp://x/y" << url;
    QTest::newRow("password in the address")
        << "openai"
        << "Base address"
        << "https://me:pw@x.example"
        << "Leave name and password out of the address; there are fields for secrets.";
    QTest::newRow("good address") << "openai"
                                  << "Base address"
                                  << "http://localhost:4000/v1"
                                  << "";
    QTest::newRow("no number") << "openai"
                               << "How far back, in days"
                               << "a month"
                               << "Type a whole number, not below zero.";
    QTest::newRow("below zero") << "openai"
                                << "How far back, in days"
                                << "-3"
                                << "Type a whole number, not below zero.";
    QTest::newRow("further than the provider answers") << "openrouter"
                                                       << "How far back, in days"
                                                       << "31"
                                                       << "The provider answers only the last 30 days.";
    QTest::newRow("variable without a name")
        << "openai"
        << "Administration key"
        << "env:"
        << "After env: comes the name of an environment variable, for example env:OPENAI_KEY.";
    QTest::newRow("name in use") << "openai"
                                 << "Name"
                                 << "OPENAI"
                                 << "There is a connection of this name already.";
    QTest::newRow("no such file") << "feed"
                                  << "File"
                                  << "/no/such/feed.csv"
                                  << "There is no such file.";
    QTest::newRow("empty name") << "openai"
                                << "Name"
                                << ""
                                << "Name is needed.";
}

void TestConnectionWizard::fault_isToldAtItsField()
{
    QFETCH(QString, kind);
    QFETCH(QString, field);
    QFETCH(QString, text);
    QFETCH(QString, fault);
    Stage stage;
    stage.wizard->chooseKind(kind.toStdString());
    stage.type(field, text);
    stage.wizard->findChild<ConnectionForm*>()->check();
    const QStringList found = stage.faults().filter(field + ": ");
    QCOMPARE(found.value(0), fault.isEmpty() ? QString() : field + ": " + fault);
}

void TestConnectionWizard::test_showsTheAnswerOrWhatToDo()
{
    Stage stage;
    stage.wizard->chooseKind("openai");
    stage.button("Test")->click();
    QVERIFY(stage.backend.connections().tested.empty()); // the key is needed
    stage.type("Administration key", "sk-admin-1");
    stage.backend.connections().testFailure = Error{ErrorCode::Denied, "the key was refused (403)", "OpenAI /costs",
                                                    "Give the key the right api.usage.read."};
    stage.button("Test")->click();
    QCOMPARE(stage.verdict(),
             QString("OpenAI /costs: the key was refused (403)\nGive the key the right api.usage.read."));
    QCOMPARE(stage.backend.connections().tested.back().secrets.at("key"), std::string("sk-admin-1"));
    stage.backend.connections().testFailure = Error{ErrorCode::Network, "could not reach the server", ""};
    stage.button("Test")->click();
    QVERIFY(stage.verdict().contains("Check the address"));
    stage.backend.connections().testFailure.reset();
    stage.button("Test")->click();
    QCOMPARE(stage.verdict(), QString("The key is accepted: 3 projects of the organization Example."));
    stage.type("Administration key", "sk-admin-2");
    QCOMPARE(stage.verdict(), QString()); // it spoke of the other key
}

void TestConnectionWizard::test_ofOtherSettings_isDropped()
{
    Stage stage;
    stage.wizard->chooseKind("openai");
    stage.type("Administration key", "one");
    stage.backend.immediate = false;
    stage.button("Test")->click();
    QCOMPARE(stage.verdict(), QString("Asking OpenAI…"));
    stage.type("Administration key", "two");
    stage.backend.deliver();
    QCOMPARE(stage.verdict(), QString());
}

void TestConnectionWizard::save_leavesOutWhatAppliesAnyway()
{
    Stage stage;
    stage.wizard->chooseKind("aws-cost-explorer");
    QCOMPARE(stage.named<QLineEdit>("Name")->text(), QString("aws-cost-explorer"));
    stage.type("Access key id", "AKIA1");
    stage.type("Secret access key", "very secret");
    stage.type("Base address", "https://ce.us-east-1.amazonaws.com");
    stage.type("How far back, in days", "365");
    stage.named<QComboBox>("Schedule")->setCurrentIndex(3);
    QSignalSpy saved(stage.wizard.get(), &ConnectionWizard::saved);
    stage.button("Save")->click();
    QCOMPARE(saved.count(), 1);
    QCOMPARE(saved.at(0).at(1).toBool(), false);
    QVERIFY(!stage.wizard->isVisible());
    const auto& draft = stage.backend.connections().saved.at(0);
    QCOMPARE(draft.settings.kind, std::string("aws-cost-explorer"));
    QCOMPARE(draft.settings.everyHours, 12);
    QCOMPARE(draft.settings.values,
             (std::map<std::string, std::string>{{"access_key", "AKIA1"}, {"backfill_days", "365"}}));
    QCOMPARE(draft.secrets, (std::map<std::string, std::string>{{"key", "very secret"}}));
}

void TestConnectionWizard::save_thatFails_staysOpen()
{
    Stage stage;
    stage.wizard->chooseKind("openai");
    stage.type("Administration key", "sk");
    stage.backend.connections().saveFailure = Error{ErrorCode::Io, "the secret service does not answer", ""};
    stage.button("Save")->click();
    QVERIFY(stage.wizard->isVisible());
    QVERIFY(stage.verdict().startsWith("The connection was not saved: the secret service does not answer"));
    QVERIFY(stage.button("Save")->isEnabled());
    QCOMPARE(stage.named<QLineEdit>("Administration key")->text(), QString("sk"));
}

void TestConnectionWizard::saveAndSync_isSaid()
{
    Stage stage;
    stage.wizard->chooseKind("openai");
    QCOMPARE(stage.named<QLineEdit>("Name")->text(), QString("openai-2")); // openai is taken
    stage.type("Administration key", "sk");
    QSignalSpy saved(stage.wizard.get(), &ConnectionWizard::saved);
    QVERIFY(stage.button("Save and sync")->isDefault());
    QTest::keyClick(stage.named<QLineEdit>("Administration key"), Qt::Key_Return);
    QCOMPARE(saved.count(), 1);
    QCOMPARE(saved.at(0), (QVariantList{"openai-2", true}));
}

void TestConnectionWizard::secret_isHiddenButAVariableNameIsNot()
{
    Stage stage;
    stage.wizard->chooseKind("openai");
    auto* key = stage.named<QLineEdit>("Administration key");
    QTest::keyClicks(key, "sk-1");
    QCOMPARE(key->echoMode(), QLineEdit::Password);
    key->setText("env:OPENAI_KEY");
    QCOMPARE(key->echoMode(), QLineEdit::Normal);
    key->setText("sk");
    QCOMPARE(key->echoMode(), QLineEdit::Password);
}

void TestConnectionWizard::secret_ofSeveralLines_isKeptWhole()
{
    Stage stage;
    stage.wizard->chooseKind("openai");
    stage.named<QLineEdit>("Administration key")->setText("-----BEGIN KEY-----\nabc\n-----END KEY-----\n");
    stage.button("Save")->click();
    QCOMPARE(stage.backend.connections().saved.at(0).secrets.at("key"),
             std::string("-----BEGIN KEY-----\nabc\n-----END KEY-----"));
}

void TestConnectionWizard::edit_keepsSecretsAndUnknownValues()
{
    Stage stage;
    ConnectionInfo info = stored(stage.backend, "openai");
    info.settings.values["of_a_newer_program"] = "7";
    info.settings.everyHours = 36;
    stage.backend.connections().secrets["openai"]["key"] = "sk-old";
    stage.wizard->edit(info);
    QCOMPARE(stage.step(), QString("Step 1 of 1: Settings"));
    QVERIFY(!stage.named<QLineEdit>("Name")->isEnabled());
    QVERIFY(stage.named<QLineEdit>("Administration key")->text().isEmpty());
    QVERIFY(stage.named<QLineEdit>("Administration key")->placeholderText().contains("leave empty to keep"));
    QCOMPARE(stage.named<QLineEdit>("Base address")->text(), QString("https://gateway.example.com/openai"));
    QCOMPARE(stage.named<QComboBox>("Schedule")->currentText(), QString("every 36 hours"));
    stage.named<QLineEdit>("Base address")->clear();
    stage.button("Save")->click();
    const auto& draft = stage.backend.connections().saved.at(0);
    QVERIFY(draft.secrets.empty());
    QCOMPARE(draft.settings.name, std::string("openai"));
    QCOMPARE(draft.settings.everyHours, 36);
    QCOMPARE(draft.settings.values, (std::map<std::string, std::string>{{"of_a_newer_program", "7"}}));
    QCOMPARE(stage.backend.connections().secrets["openai"]["key"], std::string("sk-old"));
}

void TestConnectionWizard::edit_asksForAMissingSecret()
{
    Stage stage;
    stage.wizard->edit(stored(stage.backend, "openrouter"));
    stage.button("Save")->click();
    QCOMPARE(stage.faults(), (QStringList{"Management key: Management key is needed."}));
    stage.type("Management key", "k");
    stage.button("Save")->click();
    QCOMPARE(stage.backend.connections().secrets["openrouter"]["key"], std::string("k"));
}

void TestConnectionWizard::edit_showsTheVariableASecretComesFrom()
{
    Stage stage;
    ConnectionInfo connection = stored(stage.backend, "openai");
    connection.settings.values["secret:key"] = "env:AWS_SECRET_ACCESS_KEY";
    stage.wizard->edit(connection);
    QCOMPARE(stage.named<QLineEdit>("Administration key")->text(), QString("env:AWS_SECRET_ACCESS_KEY"));
    QCOMPARE(stage.named<QLineEdit>("Administration key")->echoMode(), QLineEdit::Normal);
    stage.type("Administration key", "a key");
    stage.button("Save")->click();
    QVERIFY(!stage.backend.connections().saved.at(0).settings.values.contains("secret:key"));
    QCOMPARE(stage.backend.connections().saved.at(0).secrets.at("key"), std::string("a key"));
}

void TestConnectionWizard::address_isSaidBeforeItIsSaved_andInClearOnlyByAWord()
{
    Stage stage;
    stage.wizard->chooseKind("openai");
    stage.type("Administration key", "a key");
    stage.type("Base address", "https://gateway.example.com");
    QVERIFY(stage.named<QLabel>("Saving agrees to this for this computer: Asks https://gateway.example.com."));
    auto* plain = stage.named<QCheckBox>("Send the key unencrypted");
    QVERIFY(!plain->isVisible());
    stage.type("Base address", "http://gateway.example.com");
    QVERIFY(plain->isVisible());
    QVERIFY(!plain->isChecked());
    plain->click();
    stage.type("Base address", "http://other.example.com"); // a yes was for another address
    QVERIFY(!plain->isChecked());
    plain->click();
    stage.button("Test")->click();
    QVERIFY(stage.backend.connections().tested.back().allowsPlainHttp);
    stage.button("Save")->click();
    QVERIFY(stage.backend.connections().saved.back().allowsPlainHttp);
}

void TestConnectionWizard::edit_ofAnUnknownKind_saysSo()
{
    Stage stage;
    ConnectionInfo info = stored(stage.backend, "openai");
    info.settings.kind = "teleport";
    stage.wizard->edit(info);
    QVERIFY(stage.verdict().contains("knows no kind “teleport”"));
    QVERIFY(!stage.button("Next")->isEnabled());
}

void TestConnectionWizard::pricedKind_isNotScheduledByItself()
{
    Stage stage;
    stage.wizard->chooseKind("aws-cost-explorer");
    QCOMPARE(stage.named<QComboBox>("Schedule")->currentText(), QString("by hand"));
    stage.wizard->chooseKind("openai");
    QTRY_COMPARE(stage.named<QComboBox>("Schedule")->currentText(), QString("daily"));
}

void TestConnectionWizard::feed_hasAThirdStep()
{
    QTemporaryDir folder;
    QFile file(folder.filePath("feed.csv"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("Date,Amount\n");
    file.close();
    Stage stage;
    stage.wizard->chooseKind("feed");
    QCOMPARE(stage.step(), QString("Step 2 of 3: Settings"));
    QVERIFY(!stage.button("Save")->isVisible());
    stage.button("Next")->click();
    QCOMPARE(stage.faults(), (QStringList{"File: File is needed."}));
    stage.type("File", file.fileName());
    stage.button("Next")->click();
    QCOMPARE(stage.step(), QString("Step 3 of 3: Mapping"));
    auto* mapping = stage.wizard->findChild<ui::FeedMappingForm*>();
    QVERIFY(mapping);
    mapping->setMapping({{"column:BilledCost", "Amount"}});
    stage.button("Save")->click();
    QVERIFY2(stage.verdict().startsWith("The mapping is not complete."), qPrintable(stage.verdict()));
    mapping->setMapping({{"column:BilledCost", "Amount"}, {"column:ChargePeriodStart", "Date"}, {"currency", "EUR"}});
    stage.button("Back")->click();
    stage.button("Next")->click(); // what was mapped is still there
    stage.button("Save")->click();
    const auto& values = stage.backend.connections().saved.at(0).settings.values;
    for (const auto& [key, value] : std::map<std::string, std::string>{{"column:BilledCost", "Amount"},
                                                                       {"column:ChargePeriodStart", "Date"},
                                                                       {"currency", "EUR"},
                                                                       {"path", file.fileName().toStdString()}})
        QCOMPARE(values.contains(key) ? values.at(key) : std::string(), value);
}

void TestConnectionWizard::feed_edit_showsItsMapping()
{
    QTemporaryDir folder;
    QFile file(folder.filePath("feed.csv"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    ConnectionInfo info;
    info.settings.name = "feed";
    info.settings.kind = "feed";
    info.settings.values = {{"path", file.fileName().toStdString()},
                            {"column:BilledCost", "Amount"},
                            {"column:ChargePeriodStart", "Date"},
                            {"currency", "EUR"},
                            {"secret:auth_value", "env:FEED_KEY"}};
    Stage stage;
    stage.wizard->edit(info);
    QCOMPARE(stage.step(), QString("Step 1 of 2: Settings"));
    stage.button("Next")->click();
    auto* mapping = stage.wizard->findChild<ui::FeedMappingForm*>();
    QVERIFY(mapping);
    FeedMapping shown = mapping->mapping();
    QCOMPARE(shown["column:BilledCost"], std::string("Amount"));
    QCOMPARE(shown["currency"], std::string("EUR"));
    QVERIFY(!shown.contains("secret:auth_value"));
    shown["column:BilledCost"] = "Total";
    mapping->setMapping(shown);
    stage.button("Save")->click();
    QVERIFY2(stage.backend.connections().saved.size() == 1,
             qPrintable(stage.verdict() + stage.faults().join("/") + stage.step()));
    const auto& values = stage.backend.connections().saved.at(0).settings.values;
    QCOMPARE(values.at("column:BilledCost"), std::string("Total"));
    QCOMPARE(values.at("path"), file.fileName().toStdString());
    QCOMPARE(values.at("secret:auth_value"), std::string("env:FEED_KEY"));
}

void TestConnectionWizard::escape_asksOnceWhenSomethingWasTyped()
{
    Stage stage;
    stage.wizard->chooseKind("openai");
    stage.type("Administration key", "sk");
    QTest::keyClick(stage.wizard.get(), Qt::Key_Escape);
    QVERIFY(stage.wizard->isVisible());
    QVERIFY(stage.verdict().contains("not saved"));
    QTest::keyClick(stage.wizard.get(), Qt::Key_Escape);
    QVERIFY(!stage.wizard->isVisible());
    Stage untouched;
    untouched.wizard->chooseKind("openai");
    QTest::keyClick(untouched.wizard.get(), Qt::Key_Escape);
    QVERIFY(!untouched.wizard->isVisible());
}

void TestConnectionWizard::everyControl_hasNameAndTooltip()
{
    Stage stage;
    stage.wizard->chooseKind("azure-costs");
    QVERIFY(QTest::qWaitForWindowActive(stage.wizard.get()));
    for (auto* widget : stage.wizard->findChildren<QWidget*>()) {
        if (!widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus) || widget->objectName().startsWith("qt_"))
            continue;
        auto* button = qobject_cast<QAbstractButton*>(widget);
        const QString name = widget->accessibleName().isEmpty() && button ? button->text() : widget->accessibleName();
        QVERIFY2(!name.isEmpty(), widget->metaObject()->className());
        QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(name));
    }
    QStringList order;
    auto* first = stage.named<QLineEdit>("Name");
    first->setFocus();
    for (int i = 0; i < 30; ++i) {
        order << QApplication::focusWidget()->accessibleName();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        if (QApplication::focusWidget() == first)
            break;
    }
    QCOMPARE(order.mid(0, 8), (QStringList{"Name", "Tenant id", "Client id", "Client secret", "Base address", "Scopes",
                                           "Schedule", "How far back, in days"}));
    QCOMPARE(QApplication::focusWidget(), first); // no trap
}

QTEST_MAIN(TestConnectionWizard)
#include "tst_connectionwizard.moc"
