#include <QTest>

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QCalendarWidget>
#include <QComboBox>
#include <QFile>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QTabBar>
#include <QTextBrowser>

#include "tests/ui/shellfake.h"
#include "ui/charts/chartlegend.h"
#include "ui/pages/common/amountrow.h"
#include "ui/pages/overview/keyfigurecard.h"
#include "ui/shell/mainwindow.h"

using namespace altimeter;
using altimeter::test::ShellFake;
using ui::MainWindow;

namespace {

const char* const kFile = ALTIMETER_SOURCE_DIR "/resources/docs/ui-names.md";

/// Parts Qt makes inside a control; the control itself carries the name.
bool isInnerPart(const QWidget* widget)
{
    const QString name = widget->objectName();
    const QString kind = widget->metaObject()->className();
    if (name.startsWith("qt_") || kind == "QTableCornerButton" || kind == "QComboBoxPrivateContainer")
        return true;
    for (const QWidget* up = widget->parentWidget(); up; up = up->parentWidget()) {
        if (qobject_cast<const QComboBox*>(up) || qobject_cast<const QCalendarWidget*>(up) ||
            qobject_cast<const QLineEdit*>(up) || qobject_cast<const QTabBar*>(up))
            return true;
        if (qobject_cast<const QAbstractItemView*>(up) && qobject_cast<const QAbstractButton*>(widget))
            return true;
    }
    return false;
}

QString kindOf(const QWidget* widget)
{
    if (qobject_cast<const ui::AmountRow*>(widget))
        return {}; // rows come and go with the data
    if (qobject_cast<const ui::ChartLegend*>(widget->parentWidget()))
        return {}; // and so do the lines of a chart
    if (qobject_cast<const ui::KeyFigureCard*>(widget))
        return "card";
    if (widget->property("row").toBool())
        return {}; // recent workspaces
    if (auto* button = qobject_cast<const QAbstractButton*>(widget))
        return button->isCheckable() ? "toggle" : "button";
    if (qobject_cast<const QComboBox*>(widget))
        return "combo box";
    if (qobject_cast<const QLineEdit*>(widget))
        return "text field";
    if (qobject_cast<const QPlainTextEdit*>(widget) || qobject_cast<const QTextBrowser*>(widget))
        return "text area";
    if (qobject_cast<const QAbstractItemView*>(widget))
        return widget->inherits("QHeaderView") ? QString() : QString("table or list");
    if (qobject_cast<const QTabBar*>(widget))
        return "tabs";
    if (widget->focusPolicy() != Qt::NoFocus && !widget->accessibleName().isEmpty())
        return "area";
    return {};
}

/// The name as an assistive tool hears it; what follows a colon in a card is data.
QString nameOf(const QWidget* widget)
{
    if (auto* combo = qobject_cast<const QComboBox*>(widget))
        return combo->accessibleDescription();
    QString name = widget->accessibleName();
    if (auto* button = qobject_cast<const QAbstractButton*>(widget); button && name.isEmpty())
        name = button->text();
    if (qobject_cast<const ui::KeyFigureCard*>(widget))
        name = name.section(':', 0, 0).section(',', 0, 0) + ": …";
    if (widget->property("chip").toBool() || widget->property("link").toBool())
        name.replace(QRegularExpression("^(All )?[0-9,]+ "), "\\1N "); // a count
    return name.remove('&');
}

QStringList namesOn(const QWidget& page)
{
    QStringList lines;
    for (auto* widget : page.findChildren<QWidget*>()) {
        if (!widget->isVisible() || isInnerPart(widget))
            continue;
        const QString kind = kindOf(widget);
        if (!kind.isEmpty())
            lines << QString("- %1: %2").arg(kind, nameOf(widget));
    }
    lines.removeDuplicates();
    lines.sort();
    return lines;
}

QString liveDocument(ShellFake& backend)
{
    MainWindow window(backend);
    window.resize(1280, 800);
    window.show();
    QString text =
        "# Accessible names\n\nNames of the controls of every page, as screen readers and scripts find them. They "
        "are an interface: they change\nonly with a note in the changelog. Combo boxes are found by their "
        "description. Amount rows on Overview (teams,\nservices, anomalies, sources) carry their whole line as "
        "name. A test compares this page with the living window; run\n"
        "`ALTIMETER_WRITE_NAMES=1 ./dev test tst_uinames` to write it anew after a change that is meant.\n";
    QStringList places;
    for (const ui::PageEntry& page : window.registry())
        places << ui::placesOf(page);
    for (const QString& place : places) {
        window.showPage(place);
        for (int i = 0; i < 400 && !window.isSettled(); ++i)
            QTest::qWait(5);
        QTest::qWait(20);
        text += "\n## " + place + "\n\n" + namesOn(window).join('\n') + "\n";
    }
    return text;
}

} // namespace

class TestUiNames : public QObject {
    Q_OBJECT
private slots:
    void everyVisibleControl_hasANameAndATooltipOrText();
    void names_areAsPublished();
    void focusOrder_reachesEveryPageWithoutATrap();
};

void TestUiNames::everyVisibleControl_hasANameAndATooltipOrText()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.resize(1280, 800);
    window.show();
    QStringList nameless;
    for (const QString& page : window.pageNames()) {
        window.showPage(page);
        QTest::qWait(30);
        for (auto* widget : window.findChildren<QWidget*>()) {
            if (!widget->isVisible() || isInnerPart(widget))
                continue;
            const bool control =
                !kindOf(widget).isEmpty() || (widget->focusPolicy() & Qt::TabFocus && widget->isEnabled());
            if (control && nameOf(widget).isEmpty() && widget->accessibleName().isEmpty())
                nameless << page + ": " + widget->metaObject()->className() + " " + widget->objectName();
        }
    }
    nameless.removeDuplicates();
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join("\n")));
}

void TestUiNames::names_areAsPublished()
{
    ShellFake backend(ShellFake::Scene::Normal);
    const QString live = liveDocument(backend);
    QFile file(kFile);
    if (qEnvironmentVariableIsSet("ALTIMETER_WRITE_NAMES")) {
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(live.toUtf8());
        return;
    }
    QVERIFY2(file.open(QIODevice::ReadOnly), kFile);
    const QStringList published = QString::fromUtf8(file.readAll()).split('\n');
    const QStringList now = live.split('\n');
    for (qsizetype i = 0; i < std::max(published.size(), now.size()); ++i)
        QCOMPARE(now.value(i), published.value(i));
}

void TestUiNames::focusOrder_reachesEveryPageWithoutATrap()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.resize(1280, 800);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    for (const QString& page : window.pageNames()) {
        window.showPage(page);
        QTest::qWait(20);
        QSet<QWidget*> visited;
        QWidget* start = QApplication::focusWidget();
        QVERIFY2(start, qPrintable(page));
        for (int i = 0; i < 300; ++i) {
            visited.insert(QApplication::focusWidget());
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            if (QApplication::focusWidget() == start)
                break;
        }
        QVERIFY2(QApplication::focusWidget() == start, qPrintable(page + ": Tab does not come back"));
        QVERIFY2(visited.size() > 6, qPrintable(page));
    }
}

QTEST_MAIN(TestUiNames)
#include "tst_uinames.moc"
