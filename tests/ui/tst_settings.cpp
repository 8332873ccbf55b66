#include <QTest>

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QTextBrowser>

#include "tests/ui/shellfake.h"
#include "ui/shell/helpviewer.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/settingsdialog.h"
#include "ui/theme/theme.h"

#include <algorithm>
#include <cmath>

using namespace altimeter;
using altimeter::test::ShellFake;
using ui::MainWindow;
using ui::SettingsDialog;

namespace {

void trigger(const MainWindow& window, const QString& text)
{
    for (auto* action : window.findChildren<QAction*>()) {
        if (action->text() == text)
            action->trigger();
    }
}

/// A control by what an assistive tool calls it.
template <typename T> T* named(const QWidget* in, const QString& name)
{
    for (T* widget : in->findChildren<T*>()) {
        if (widget->accessibleName() == name || widget->accessibleDescription() == name)
            return widget;
    }
    return nullptr;
}

void choose(QComboBox* list, int index)
{
    list->setCurrentIndex(index);
    emit list->activated(index);
}

/// Relative luminance and contrast of WCAG 2.2.
double luminance(const QColor& colour)
{
    const auto part = [](double share) {
        return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * part(colour.redF()) + 0.7152 * part(colour.greenF()) + 0.0722 * part(colour.blueF());
}

double contrast(const QColor& one, const QColor& other)
{
    const double a = luminance(one), b = luminance(other);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

} // namespace

/// The settings, the colours and the guide.
class TestSettings : public QObject {
    Q_OBJECT
private slots:
    void settings_takeEffectAtOnceAndAreKept();
    void settings_followTheMenus();
    void network_wrongValues_areNotKept();
    void zoom_isReadOnlyWhereItIsOne();
    void guide_isSearched();
    void colours_standOut_data();
    void colours_standOut();
};

void TestSettings::settings_takeEffectAtOnceAndAreKept()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    trigger(window, "Settings…");
    auto* dialog = window.findChild<SettingsDialog*>();
    QVERIFY(dialog && dialog->isVisible());
    choose(named<QComboBox>(dialog, "Theme"), 1);
    QVERIFY(ui::Theme::current().dark);
    QCOMPARE(backend.settings().values["theme"], std::string("dark"));
    choose(named<QComboBox>(dialog, "Theme"), 0);
    choose(named<QComboBox>(dialog, "Rows of tables"), 1);
    QVERIFY(ui::Theme::isRoomy());
    choose(named<QComboBox>(dialog, "Rows of tables"), 0);
    QVERIFY(!ui::Theme::isRoomy());
    choose(named<QComboBox>(dialog, "Fiscal year"), 3);
    QCOMPARE(backend.settings().values["fiscalYear"], std::string("4"));
    choose(named<QComboBox>(dialog, "Fiscal year"), 0);
    choose(named<QComboBox>(dialog, "Cost"), 1);
    QCOMPARE(backend.settings().values["lens"], std::string("billed"));
    choose(named<QComboBox>(dialog, "Size of everything"), 3);
    QCOMPARE(backend.settings().values["zoom"], std::string("150"));
    QVERIFY(named<QLabel>(dialog, "About the size")->isVisible());
    choose(named<QComboBox>(dialog, "Size of everything"), 0);
    QVERIFY(!named<QLabel>(dialog, "About the size")->isVisible());
}

void TestSettings::settings_followTheMenus()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    trigger(window, "Settings…");
    auto* dialog = window.findChild<SettingsDialog*>();
    window.setThemeName("dark");
    QCOMPARE(named<QComboBox>(dialog, "Theme")->currentText(), QString("Dark theme"));
    window.setThemeName("light");
    QCOMPARE(named<QComboBox>(dialog, "Theme")->currentText(), QString("Light theme"));
    trigger(window, "More room between rows");
    QCOMPARE(named<QComboBox>(dialog, "Rows of tables")->currentIndex(), 1);
    trigger(window, "More room between rows");
}

void TestSettings::network_wrongValues_areNotKept()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    trigger(window, "Settings…");
    auto* dialog = window.findChild<SettingsDialog*>();
    auto* proxy = named<QLineEdit>(dialog, "Proxy");
    proxy->setText(" http://proxy.example:3128 ");
    emit proxy->editingFinished();
    QCOMPARE(backend.settings().values["proxy"], std::string("http://proxy.example:3128"));
    proxy->setText("nonsense");
    emit proxy->editingFinished();
    QCOMPARE(backend.settings().values["proxy"], std::string("http://proxy.example:3128"));
    auto* why = named<QLabel>(dialog, "What is wrong");
    QVERIFY(why->isVisible());
    QCOMPARE(why->text(), QString("Not kept: proxy is none"));
    proxy->clear();
    emit proxy->editingFinished();
    QCOMPARE(backend.settings().values["proxy"], std::string());
    QVERIFY(!why->isVisible());
}

void TestSettings::zoom_isReadOnlyWhereItIsOne()
{
    QCOMPARE(SettingsDialog::zoomOf("175"), 175);
    for (const char* odd : {"", "0", "-100", "4000", "1e2", "two", "101"})
        QCOMPARE(SettingsDialog::zoomOf(odd), 100);
}

void TestSettings::guide_isSearched()
{
    ShellFake backend(ShellFake::Scene::Closed);
    MainWindow window(backend);
    window.showHelp({});
    auto* guide = window.findChild<ui::HelpViewer*>();
    auto* topics = named<QListWidget>(guide, "Help topics");
    auto* search = named<QLineEdit>(guide, "Search the guide");
    const auto shown = [topics] {
        int count = 0;
        for (int row = 0; row < topics->count(); ++row)
            count += topics->item(row)->isHidden() ? 0 : 1;
        return count;
    };
    const int all = shown();
    search->setText("partition");
    QVERIFY(shown() > 0 && shown() < all);
    QVERIFY(!topics->currentItem()->isHidden());
    auto* text = guide->findChild<QTextBrowser*>();
    QVERIFY(text->toPlainText().contains("partition", Qt::CaseInsensitive));
    QVERIFY(!text->extraSelections().isEmpty());
    QCOMPARE(named<QLabel>(guide, "Topics found")->text(), QString("%1 of %2 topics").arg(shown()).arg(all));
    const int first = text->textCursor().position();
    QTest::keyClick(search, Qt::Key_Return);
    QTest::keyClick(search, Qt::Key_Return);
    QVERIFY(text->textCursor().position() != first);
    search->setText("no such words anywhere in it");
    QCOMPARE(shown(), 0);
    search->clear();
    QCOMPARE(shown(), all);
}

void TestSettings::colours_standOut_data()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void TestSettings::colours_standOut()
{
    QFETCH(bool, dark);
    ui::Theme::apply(dark);
    const ui::Theme t = ui::Theme::current();
    ui::Theme::apply(false);
    const QColor grounds[] = {t.page, t.card, t.cardAlt, t.hover, t.selection, t.input};
    const QColor texts[] = {t.text, t.textSecondary, t.textTertiary, t.accent, t.good, t.warning, t.bad};
    for (const QColor& text : texts)
        for (const QColor& ground : grounds)
            QVERIFY2(contrast(text, ground) >= 4.5,
                     qPrintable(QString("%1 on %2: %3").arg(text.name(), ground.name()).arg(contrast(text, ground))));
    QVERIFY(contrast(t.onAccent, t.accent) >= 4.5);
    for (const QColor& part : t.names)
        QVERIFY2(contrast(part, t.card) >= 3, qPrintable(part.name()));
    QVERIFY(contrast(t.outline, t.card) >= 3);
}

QTEST_MAIN(TestSettings)
#include "tst_settings.moc"
