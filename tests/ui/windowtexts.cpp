#include "tests/ui/windowtexts.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QAction>
#include <QCalendarWidget>
#include <QComboBox>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QStyle>
#include <QStyleOptionComboBox>
#include <QTabBar>
#include <QTableView>
#include <QTextBrowser>
#include <QTextEdit>
#include <QToolButton>

#include "tests/ui/paintedtext.h"

#include <algorithm>

namespace altimeter::test {

namespace {

constexpr int kRowsLookedAt = 12;

QString nameOf(const QObject* object)
{
    QString name = object->metaObject()->className();
    name.remove("altimeter::ui::");
    if (auto* widget = qobject_cast<const QWidget*>(object); widget && !widget->accessibleName().isEmpty())
        return name + " '" + widget->accessibleName().left(50) + "'";
    return object->objectName().isEmpty() ? name : name + " " + object->objectName();
}

/// What the user typed or pasted is data; these hold nothing else.
bool holdsOnlyData(const QWidget& widget)
{
    return qobject_cast<const QTextBrowser*>(&widget) || qobject_cast<const QPlainTextEdit*>(&widget);
}

class Collector {
public:
    explicit Collector(QWidget& window)
    {
        see(window);
        for (auto* widget : window.findChildren<QWidget*>()) {
            if (widget->isVisible())
                see(*widget);
        }
        for (auto* menu : window.findChildren<QMenu*>())
            seeActions(*menu);
        seeActions(window);
    }
    std::vector<WindowText> found;

private:
    void add(const QObject& of, const char* what, const QString& text)
    {
        if (!text.trimmed().isEmpty())
            found.push_back({nameOf(&of) + ", " + what, text});
    }

    void see(QWidget& widget)
    {
        add(widget, "tooltip", widget.toolTip());
        add(widget, "status tip", widget.statusTip());
        add(widget, "what's this", widget.whatsThis());
        add(widget, "accessible name", widget.accessibleName());
        add(widget, "accessible description", widget.accessibleDescription());
        if (widget.isWindow())
            add(widget, "title", widget.windowTitle());
        if (auto* label = qobject_cast<QLabel*>(&widget))
            add(widget, "text", label->text());
        else if (auto* button = qobject_cast<QAbstractButton*>(&widget))
            add(widget, "text", button->text());
        else if (auto* box = qobject_cast<QGroupBox*>(&widget))
            add(widget, "title", box->title());
        else if (auto* line = qobject_cast<QLineEdit*>(&widget))
            add(widget, "placeholder", line->placeholderText());
        else if (auto* editor = qobject_cast<QPlainTextEdit*>(&widget))
            add(widget, "placeholder", editor->placeholderText());
        if (auto* tabs = qobject_cast<QTabBar*>(&widget))
            seeTabs(*tabs);
        if (auto* combo = qobject_cast<QComboBox*>(&widget))
            seeModel(*combo, *combo->model());
        if (auto* view = qobject_cast<QAbstractItemView*>(&widget); view && view->model())
            seeModel(widget, *view->model());
        seeActions(widget);
        const auto* label = qobject_cast<QLabel*>(&widget);
        const bool isWrapped = label && label->wordWrap(); // its lines are parts of a text seen already
        if (!holdsOnlyData(widget) && !isWrapped && !qobject_cast<QLineEdit*>(&widget))
            seePainted(widget);
    }

    void seePainted(QWidget& widget)
    {
        for (const PaintedText& painted : paintedTexts(widget, false))
            add(widget, "painted", painted.text);
    }

    void seeTabs(QTabBar& tabs)
    {
        for (int i = 0; i < tabs.count(); ++i) {
            add(tabs, "tab", tabs.tabText(i));
            add(tabs, "tab's tooltip", tabs.tabToolTip(i));
            add(tabs, "tab's name", tabs.accessibleTabName(i));
        }
    }

    void seeModel(QWidget& view, QAbstractItemModel& model)
    {
        for (int column = 0; column < model.columnCount(); ++column) {
            add(view, "header", model.headerData(column, Qt::Horizontal).toString());
            add(view, "header's tooltip", model.headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString());
        }
        for (int row = 0; row < std::min(model.rowCount(), kRowsLookedAt); ++row) {
            for (int column = 0; column < model.columnCount(); ++column) {
                const QModelIndex index = model.index(row, column);
                add(view, "cell", index.data().toString());
                add(view, "cell's tooltip", index.data(Qt::ToolTipRole).toString());
                add(view, "cell's name", index.data(Qt::AccessibleTextRole).toString());
                add(view, "cell's description", index.data(Qt::AccessibleDescriptionRole).toString());
            }
        }
    }

    void seeActions(QWidget& widget)
    {
        for (auto* action : widget.actions()) {
            add(widget, "action", action->text().section('\t', 0, 0));
            if (!action->text().contains('\t')) // else made of the text and its key
                add(widget, "action's tooltip", action->toolTip());
            add(widget, "action's status tip", action->statusTip());
        }
        if (auto* menu = qobject_cast<QMenu*>(&widget))
            add(widget, "menu", menu->title());
    }
};

/// Names by their form: FOCUS and provider columns, addresses, paths and file names, currency codes, keys, versions.
const QRegularExpression& dataForms()
{
    static const QRegularExpression forms("\\b[A-Z][a-z]+([A-Z][a-z]+|Id)+\\b|\\bx_\\w+|https?://\\S+|(/"
                                          "[\\w.-]+){2,}|\\b[\\w-]+\\.(csv|gz|json|pdf|altimeter)\\b"
                                          "|\\b(USD|EUR|IDR|UTC)\\b|((Ctrl|Shift|Alt)\\+)+(\\w+|.)|\\bF[0-9]+\\b");
    return forms;
}

const QRegularExpression& filePaths()
{
    static const QRegularExpression paths(
        "(/[\\w.-]+)+\\.(altimeter|csv)|\\b[\\w-]+\\.(csv\\.gz|csv|json|pdf|altimeter)\\b|\\([A-Z]\\)");
    return paths;
}

QString withoutBrackets(QString text)
{
    return text.remove(u'⟦').remove(u'⟧');
}

/// Whether all of `text` can be read somewhere at `widget`.
bool isSaidAt(const QWidget& widget, QString text)
{
    const QString begin = withoutBrackets(text.remove(u'…')).trimmed().left(12);
    for (const QWidget* at = &widget; at; at = at->parentWidget()) {
        if (at->toolTip().contains(begin))
            return true;
        if (at->isWindow())
            break;
    }
    return false;
}

bool isInScrolledArea(const QWidget& widget)
{
    for (const QWidget* up = widget.parentWidget(); up; up = up->parentWidget())
        if (qobject_cast<const QAbstractScrollArea*>(up))
            return true;
    return false;
}

/// Why the text of `widget` does not fit it; empty: it does.
QString whyClipped(QWidget& widget)
{
    const QSize size = widget.size();
    const auto narrow = [&](int needed, const char* what) {
        return needed > size.width() ? QString("%1 needs %2 pixels and has %3").arg(what).arg(needed).arg(size.width())
                                     : QString();
    };
    if (auto* label = qobject_cast<QLabel*>(&widget)) {
        if (label->text().isEmpty() || !label->pixmap(Qt::ReturnByValue).isNull())
            return {};
        if (label->wordWrap()) {
            const int needed = label->heightForWidth(size.width());
            return needed > size.height() ? QString("'%1' needs a height of %2 and has %3")
                                                .arg(label->text())
                                                .arg(needed)
                                                .arg(size.height())
                                          : QString();
        }
        return isSaidAt(widget, label->text())
                   ? QString()
                   : narrow(label->sizeHint().width(), qPrintable("'" + label->text() + "'"));
    }
    if (auto* button = qobject_cast<QAbstractButton*>(&widget)) {
        if (button->text().isEmpty() || !withoutBrackets(button->text()).at(0).isLetter())
            return {};
        if (auto* tool = qobject_cast<QToolButton*>(&widget);
            tool && tool->toolButtonStyle() == Qt::ToolButtonIconOnly && !tool->icon().isNull())
            return {};
        const QString why = narrow(button->sizeHint().width(), "the text");
        return why.isEmpty() || isSaidAt(widget, button->text().remove(u'&')) ? QString() : why;
    }
    if (auto* combo = qobject_cast<QComboBox*>(&widget)) {
        QStyleOptionComboBox option;
        option.initFrom(combo);
        option.editable = combo->isEditable();
        const int room =
            combo->style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, combo).width();
        const int needed = combo->fontMetrics().horizontalAdvance(combo->currentText());
        if (needed <= room || isSaidAt(widget, combo->currentText()))
            return {};
        return QString("'%1' needs %2 pixels and has %3").arg(combo->currentText()).arg(needed).arg(room);
    }
    if (auto* tabs = qobject_cast<QTabBar*>(&widget)) {
        if (tabs->sizeHint().width() > size.width())
            return narrow(tabs->sizeHint().width(), "the row of tabs");
        for (int i = 0; i < tabs->count(); ++i)
            if (tabs->fontMetrics().horizontalAdvance(tabs->tabText(i)) > tabs->tabRect(i).width())
                return "tab " + tabs->tabText(i);
        return {};
    }
    if (auto* header = qobject_cast<QHeaderView*>(&widget); header && header->orientation() == Qt::Horizontal) {
        QStringList narrowOnes;
        for (int i = 0; i < header->count(); ++i) {
            const QString title = header->model()->headerData(i, Qt::Horizontal).toString();
            const int needed = header->sectionSizeHint(i) - 16; // without the arrow
            const bool isSaid =
                header->model()->headerData(i, Qt::Horizontal, Qt::ToolTipRole).toString().contains(title);
            if (!title.isEmpty() && !header->isSectionHidden(i) && needed > header->sectionSize(i) && !isSaid)
                narrowOnes
                    << QString("column '%1' needs %2 and has %3").arg(title).arg(needed).arg(header->sectionSize(i));
        }
        return narrowOnes.join("; ");
    }
    if (auto* bar = qobject_cast<QMenuBar*>(&widget)) {
        for (auto* action : bar->actions())
            if (!bar->rect().contains(bar->actionGeometry(action)))
                return "menu " + action->text();
    }
    if (auto* line = qobject_cast<QLineEdit*>(&widget);
        line && line->text().isEmpty() && !line->placeholderText().isEmpty()) {
        const int needed = line->fontMetrics().horizontalAdvance(line->placeholderText());
        return needed > size.width() - 8 && !isSaidAt(widget, line->placeholderText())
                   ? QString("'%1' needs %2 pixels and has %3")
                         .arg(line->placeholderText())
                         .arg(needed)
                         .arg(size.width() - 8)
                   : QString();
    }
    return {};
}

/// What a widget draws by itself and had to shorten, where no tooltip says it.
QString whyShortened(QWidget& widget)
{
    if (holdsOnlyData(widget) || qobject_cast<QAbstractItemView*>(&widget) ||
        qobject_cast<QAbstractItemView*>(widget.parentWidget()))
        return {}; // cells say all in their tooltips
    for (const PaintedText& painted : paintedTexts(widget, false)) {
        const bool isShortened = painted.text.startsWith(u'⟦') && painted.text.endsWith(u'…');
        if (isShortened && !isSaidAt(widget, painted.text))
            return "'" + painted.text + "' is shortened and no tooltip says it";
    }
    return {};
}

} // namespace

std::vector<WindowText> windowTexts(QWidget& window)
{
    return Collector(window).found;
}

void DataTexts::add(const QString& text)
{
    if (text.trimmed().isEmpty() || m_known.contains(text))
        return;
    const auto place =
        std::find_if(m_known.begin(), m_known.end(), [&](const QString& known) { return known.size() < text.size(); });
    m_known.insert(place, text);
}

void DataTexts::add(std::initializer_list<const char*> texts)
{
    for (const char* text : texts)
        add(QString::fromUtf8(text));
}

QString DataTexts::untranslated(const QString& text) const
{
    static const QRegularExpression word("[A-Za-z]+"), tag("</?[a-zA-Z][^<>]*>|&[a-z]+;");
    QString rest = text;
    if (!rest.contains(word) || rest.trimmed().size() == 1) // the initial of a name
        return {};
    rest.replace(tag, " ");
    rest.replace(filePaths(), " ");
    for (const QString& known : m_known)
        rest.replace(known, " ");
    rest.replace(dataForms(), " ");
    if (!rest.contains(word))
        return {};
    // A line of a wrapped sentence, or the beginning of a shortened name, or both of its ends.
    QString part = withoutBrackets(text).trimmed();
    if (const qsizetype cut = part.indexOf(u'…'); cut > 0 && cut + 1 < part.size()) {
        const QString begin = part.left(cut), end = part.mid(cut + 1);
        const auto isCutFrom = [&](const QString& known) {
            return known.size() > part.size() && known.startsWith(begin) && known.endsWith(end);
        };
        if (std::any_of(m_known.begin(), m_known.end(), isCutFrom))
            return {};
    }
    const bool isShortened = part.endsWith(u'…');
    if (isShortened)
        part.chop(1);
    const auto holds = [&](const QString& known) {
        return isShortened ? known.startsWith(part) : known.size() > 30 && part.size() > 3 && known.contains(part);
    };
    return std::any_of(m_known.begin(), m_known.end(), holds) ? QString() : rest.simplified();
}

QStringList clippedTexts(QWidget& window)
{
    QStringList found;
    for (auto* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->visibleRegion().isEmpty())
            continue;
        QString why = whyClipped(*widget);
        if (why.isEmpty())
            why = whyShortened(*widget);
        const QWidget* parent = widget->parentWidget();
        const bool isText = qobject_cast<QLabel*>(widget) || qobject_cast<QAbstractButton*>(widget);
        if (why.isEmpty() && isText && parent && !isInScrolledArea(*widget) &&
            !parent->rect().contains(widget->geometry()))
            why = "lies partly outside of " + nameOf(parent);
        if (!why.isEmpty())
            found << nameOf(widget) + ": " + why;
    }
    return found;
}

} // namespace altimeter::test
