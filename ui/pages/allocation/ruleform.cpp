#include "ui/pages/allocation/ruleform.h"

#include "ui/backend/questions.h"
#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/pages/allocation/dimvalues.h"
#include "ui/pages/allocation/listcompleter.h"
#include "ui/pages/allocation/listtext.h"
#include "ui/pages/allocation/valuechooser.h"
#include "ui/pages/allocation/weightgrid.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

struct FieldName {
    const char* key;
    const char* title;
};
constexpr FieldName kFields[] = {{"team", QT_TRANSLATE_NOOP("altimeter::ui::RuleForm", "Team")},
                                 {"cost_center", QT_TRANSLATE_NOOP("altimeter::ui::RuleForm", "Cost center")},
                                 {"environment", QT_TRANSLATE_NOOP("altimeter::ui::RuleForm", "Environment")},
                                 {"use_case", QT_TRANSLATE_NOOP("altimeter::ui::RuleForm", "Use case")},
                                 {"workflow", QT_TRANSLATE_NOOP("altimeter::ui::RuleForm", "Workflow")}};
constexpr FieldName kTests[] = {{"equals", QT_TRANSLATE_NOOP("altimeter::ui::RuleForm", "is")},
                                {"in", QT_TRANSLATE_NOOP("altimeter::ui::RuleForm", "is one of")},
                                {"prefix", QT_TRANSLATE_NOOP("altimeter::ui::RuleForm", "begins with")},
                                {"suffix", QT_TRANSLATE_NOOP("altimeter::ui::RuleForm", "ends with")},
                                {"contains", QT_TRANSLATE_NOOP("altimeter::ui::RuleForm", "contains")},
                                {"matches", QT_TRANSLATE_NOOP("altimeter::ui::RuleForm", "matches pattern")},
                                {"exists", QT_TRANSLATE_NOOP("altimeter::ui::RuleForm", "has a value")},
                                {"missing", QT_TRANSLATE_NOOP("altimeter::ui::RuleForm", "has no value")}};
enum ValueMode { Leave, Fixed, Copied };
enum SplitMode { NoSplit, ByWeights, Proportional };

/// "tag:team; service" of the four ways a condition can name what it looks at.
QString dimsText(const OrderedJson& condition)
{
    if (condition.has("tag"))
        return "tag:" + condition["tag"].toText();
    if (condition.has("column"))
        return "column:" + condition["column"].toText();
    return joinList(condition.has("dims") ? condition["dims"].texts() : condition["dim"].texts());
}

QString testOf(const OrderedJson& condition)
{
    if (condition.has("exists"))
        return condition["exists"].toBool(true) ? "exists" : "missing";
    for (const FieldName& test : kTests) {
        if (condition.has(test.key))
            return test.key;
    }
    return "equals";
}

/// "Search=3; Ads=1" of an object.
QString pairsText(const OrderedJson& object)
{
    QStringList pairs;
    for (const auto& member : object.members())
        pairs << member.first + "=" + member.second.toText();
    return joinList(pairs);
}

/// A day typed as it is written in the user's country, in the way rules have it; anything else as it is.
QString isoDay(const QString& typed)
{
    const Day day = format::parseDate(typed, format::locale());
    return day.isValid() ? format::text(toString(day)) : typed.trimmed();
}

OrderedJson textList(const QStringList& texts)
{
    QList<OrderedJson> items;
    for (const QString& text : texts)
        items << OrderedJson::text(text);
    return OrderedJson::list(items);
}

void setTextQuietly(QLineEdit* line, const QString& text, bool same)
{
    if (!same && line->text() != text)
        line->setText(text);
}

} // namespace

RuleForm::RuleForm(Questions& questions, QWidget* parent)
    : QScrollArea(parent), m_body(new QWidget), m_questions(questions), m_known(new DimValues(questions, this)),
      m_dimCompleter(new ListCompleter(this)), m_chooser(new ValueChooser(parent ? parent : this))
{
    m_dimCompleter->setList(m_names.titles());
    connect(m_known, &DimValues::known, this, &RuleForm::showKnown);
    connect(m_chooser, &ValueChooser::chosen, this, [this](const QStringList& values) {
        Condition* condition = conditionOf(m_choosing);
        if (!condition || joinList(values) == condition->values->text())
            return;
        condition->values->setText(joinList(values));
        if (values.size() > 1 && condition->test->currentData().toString() == "equals")
            condition->test->setCurrentIndex(condition->test->findData("in"));
        changed({}, tr("Choose values"));
    });
    setProperty("plain", true);
    setAccessibleName(tr("Rule form"));
    setFocusPolicy(Qt::NoFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidgetResizable(true);
    auto* layout = new QVBoxLayout(m_body);
    layout->setContentsMargins(2, 4, 10, 8);
    layout->setSpacing(8);
    buildHead(layout);
    buildConditions(layout);
    buildValues(layout);
    buildSplit(layout);
    buildDates(layout);
    layout->addStretch();
    setWidget(m_body);
    clearRule();
}

QLineEdit* RuleForm::input(const QString& name, const QString& placeholder, const QString& tip, const char* key)
{
    auto* line = new QLineEdit(m_body);
    line->setAccessibleName(name);
    line->setPlaceholderText(placeholder);
    line->setToolTip(tip);
    const QString id = key ? QString(key) : QString();
    connect(line, &QLineEdit::textEdited, this, [this, id, name] { changed(id.isEmpty() ? name : id, name); });
    return line;
}

void RuleForm::buildHead(QVBoxLayout* layout)
{
    m_name =
        input(tr("Rule name"), tr("Name of the rule"), tr("Shown wherever the rule's effect is explained"), "name");
    m_enabled = new QCheckBox(tr("Enabled"), m_body);
    m_enabled->setToolTip(tr("A rule that is not enabled stays in the list without effect"));
    connect(m_enabled, &QCheckBox::clicked, this,
            [this](bool on) { changed({}, on ? tr("Enable rule") : tr("Disable rule")); });
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(m_name, 1);
    row->addWidget(m_enabled);
    layout->addLayout(row);
}

void RuleForm::buildConditions(QVBoxLayout* layout)
{
    layout->addSpacing(4);
    layout->addWidget(parts::label(tr("When all of these hold"), "heading", m_body));
    m_noConditions = parts::label(tr("No condition: the rule looks at every charge."), "secondary", m_body);
    layout->addWidget(m_noConditions);
    m_conditionRows = new QVBoxLayout;
    m_conditionRows->setSpacing(6);
    layout->addLayout(m_conditionRows);
    auto* add = parts::button(tr("Add condition"), tr("Look at a tag, a column or another property of the charge"),
                              "link", m_body);
    m_addCondition = add;
    connect(add, &QPushButton::clicked, this, [this] {
        addConditionRow();
        updateVisibility();
        orderTabs();
        m_conditions.last().dims->setFocus();
    });
    layout->addWidget(add, 0, Qt::AlignLeft);
}

void RuleForm::addConditionRow()
{
    const QString number = format::count(static_cast<std::uint64_t>(m_conditions.size() + 1));
    Condition made;
    made.row = new QWidget(m_body);
    makeLooksAt(made, number);
    makeTest(made, number);
    makeValueLine(made, number);
    made.remove = new QToolButton(made.row);
    made.remove->setIcon(themedIcon("close", IconColor::Secondary));
    made.remove->setAccessibleName(tr("Remove condition %1").arg(number));
    made.remove->setToolTip(tr("Remove this condition"));
    made.remove->setFocusPolicy(Qt::StrongFocus);
    connect(made.remove, &QToolButton::clicked, this, [this, row = made.row] {
        removeConditionRow(row);
        changed({}, tr("Remove condition"));
    });
    layOutCondition(made);
    m_conditions << made;
    m_conditionRows->addWidget(made.row);
}

void RuleForm::makeLooksAt(Condition& made, const QString& number)
{
    made.dims =
        input(tr("Condition %1: looks at").arg(number), tr("Service, a tag, a column"),
              tr("A property, a tag or a column of the charge; Down lists them. Several with semicolons: the first "
                 "one with a value counts. The spelling of rules (tag:team, sub_account) is taken too."),
              nullptr);
    made.dims->setCompleter(m_dimCompleter->copyFor(made.dims));
    made.dims->installEventFilter(this);
    connect(
        made.dims->completer(), qOverload<const QString&>(&QCompleter::activated), this,
        [this] { changed({}, tr("Choose what the condition looks at")); },
        Qt::QueuedConnection); // once it stands in the line
    auto* all = made.dims->addAction(themedIcon("chevron-down", IconColor::Secondary), QLineEdit::TrailingPosition);
    all->setText(tr("All that a condition can look at"));
    all->setToolTip(tr("All that a condition can look at (Down)"));
    connect(all, &QAction::triggered, made.dims, [line = made.dims] { ListCompleter::showAll(*line); });
}

void RuleForm::makeTest(Condition& made, const QString& number)
{
    made.test = new QComboBox(made.row);
    made.test->setAccessibleDescription(tr("Condition %1: test").arg(number));
    made.test->setAccessibleName(tr("Condition %1: test").arg(number));
    connect(made.test, &QComboBox::currentTextChanged, made.test, [test = made.test](const QString& chosen) {
        test->setToolTip(tr("How the value is tested: %1").arg(chosen));
    });
    for (const FieldName& test : kTests)
        made.test->addItem(tr(test.title), QString(test.key));
    connect(made.test, &QComboBox::activated, this, [this] { changed({}, tr("Change test")); });
}

void RuleForm::makeValueLine(Condition& made, const QString& number)
{
    made.values = input(tr("Condition %1: values").arg(number), tr("values; with; semicolons"),
                        tr("One value, or several with semicolons: one of them is enough. Down lists what the charges "
                           "have."),
                        nullptr);
    auto* completer = new ListCompleter(made.values);
    made.values->setCompleter(completer);
    made.values->installEventFilter(this);
    connect(
        completer, qOverload<const QString&>(&QCompleter::activated), this,
        [this] { changed({}, tr("Choose values")); }, Qt::QueuedConnection);
    connect(made.values, &QLineEdit::textEdited, this, [this, row = made.row] {
        const Condition* condition = conditionOf(row);
        if (const auto dim = condition ? dimOf(*condition) : std::nullopt)
            (void)m_known->of(*dim, true); // read once; completes from then on
    });
    made.choose = parts::button(tr("Choose…"), tr("The values that the charges have, with names, lines and money"),
                                "link", made.row);
    made.choose->setAccessibleName(tr("Condition %1: choose values").arg(number));
    connect(made.choose, &QPushButton::clicked, this, [this, row = made.row] { chooseValues(row); });
    made.facts = parts::label({}, "small", made.row);
    made.facts->setAccessibleName(tr("Condition %1: what the charges have").arg(number));
    made.facts->setWordWrap(true);
    made.sensitive = new QCheckBox(tr("Match case"), made.row);
    made.sensitive->setAccessibleName(tr("Condition %1: upper and lower case count").arg(number));
    made.sensitive->setToolTip(tr("Upper and lower case count"));
    connect(made.sensitive, &QCheckBox::clicked, this, [this] { changed({}, tr("Change case")); });
}

void RuleForm::layOutCondition(const Condition& made)
{
    auto* top = new QHBoxLayout;
    top->setSpacing(6);
    top->addWidget(made.dims, 1);
    top->addWidget(made.test);
    top->addWidget(made.remove);
    auto* bottom = new QHBoxLayout;
    bottom->setSpacing(6);
    bottom->addWidget(made.values, 1);
    bottom->addWidget(made.choose);
    bottom->addWidget(made.sensitive);
    auto* layout = new QVBoxLayout(made.row);
    layout->setContentsMargins(0, 0, 0, 4);
    layout->setSpacing(4);
    layout->addLayout(top);
    layout->addLayout(bottom);
    layout->addWidget(made.facts);
}

void RuleForm::removeConditionRow(QWidget* row)
{
    m_conditions.removeIf([row](const Condition& condition) { return condition.row == row; });
    m_choosing = m_choosing == row ? nullptr : m_choosing;
    row->hide();
    row->deleteLater();
}

void RuleForm::buildValues(QVBoxLayout* layout)
{
    layout->addSpacing(4);
    layout->addWidget(parts::label(tr("Assign"), "heading", m_body));
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(6);
    for (std::size_t i = 0; i < m_values.size(); ++i) {
        const QString title = tr(kFields[i].title);
        Value& value = m_values[i];
        value.mode = new QComboBox(m_body);
        value.mode->setAccessibleDescription(tr("%1: how").arg(title));
        value.mode->setAccessibleName(tr("%1: how").arg(title));
        value.mode->setToolTip(tr("Leave it to the next rule, give a fixed name, or copy it from the charge"));
        value.mode->addItems({tr("not set here"), tr("fixed name"), tr("copy from")});
        value.text = input(tr("%1: value").arg(title), {}, tr("The name to assign, or where to copy it from"), nullptr);
        value.map = input(tr("%1: map").arg(title), tr("rename: prod=production; dev=development"),
                          tr("Value read = value assigned, with semicolons; others pass as they are"), nullptr);
        connect(value.mode, &QComboBox::activated, this, [this, i] {
            updateVisibility();
            if (m_values[i].mode->currentIndex() == Leave || !m_values[i].text->text().isEmpty())
                changed({}, tr("Change assignment"));
            m_values[i].text->setFocus();
        });
        const int row = static_cast<int>(i) * 2;
        auto* label = parts::label(title, "secondary", m_body);
        label->setMinimumHeight(32);
        grid->addWidget(label, row, 0, Qt::AlignTop);
        grid->addWidget(value.mode, row, 1, Qt::AlignTop);
        grid->addWidget(value.text, row, 2, Qt::AlignTop);
        grid->addWidget(value.map, row + 1, 2);
    }
    grid->setColumnMinimumWidth(0, 84);
    grid->setColumnMinimumWidth(1, 110);
    grid->setColumnStretch(2, 1);
    layout->addLayout(grid);
}

void RuleForm::buildSplit(QVBoxLayout* layout)
{
    layout->addSpacing(4);
    layout->addWidget(parts::label(tr("Shared cost"), "heading", m_body));
    m_split = new QComboBox(m_body);
    m_split->setAccessibleDescription(tr("Split method"));
    m_split->setAccessibleName(tr("Split method"));
    m_split->setToolTip(tr("Divide a matching charge among teams; the parts add up to the charge exactly"));
    m_split->addItems({tr("do not split"), tr("split by weights"), tr("split as teams spend")});
    m_shares =
        input(tr("Split shares"), {}, tr("The teams that take part, with semicolons; empty: every team"), "shares");
    m_weights = new WeightGrid(m_body);
    connect(m_weights, &WeightGrid::edited, this, [this](const QString& what) { changed({}, what); });
    connect(m_split, &QComboBox::activated, this, [this] {
        updateVisibility();
        if (m_split->currentIndex() != ByWeights || !m_weights->weights().isEmpty())
            changed({}, tr("Change split"));
        if (m_split->currentIndex() == ByWeights)
            m_weights->focusFirst();
        else
            m_shares->setFocus();
    });
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_split);
    row->addWidget(m_shares, 1);
    layout->addLayout(row);
    layout->addWidget(m_weights);
}

void RuleForm::buildDates(QVBoxLayout* layout)
{
    layout->addSpacing(4);
    layout->addWidget(parts::label(tr("Effective"), "heading", m_body));
    m_from = input(tr("Effective from"), tr("always"), tr("First day on which the rule holds, as 2026-01-31"), "from");
    m_to = input(tr("Effective until, not included"), tr("for good"),
                 tr("First day on which the rule holds no more, as 2026-07-01"), "to");
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(parts::label(tr("from"), "secondary", m_body));
    row->addWidget(m_from, 1);
    row->addWidget(parts::label(tr("before", "a day"), "secondary", m_body));
    row->addWidget(m_to, 1);
    layout->addLayout(row);
}

void RuleForm::clearRule()
{
    m_rule = {};
    m_body->setEnabled(false);
    setRule(OrderedJson::object());
    m_body->setEnabled(false);
}

void RuleForm::setRule(const OrderedJson& rule)
{
    const QScopedValueRollback<bool> quiet(m_showing, true);
    m_body->setEnabled(true);
    const bool same = readRule() == rule && m_rule.isObject();
    m_rule = rule;
    setTextQuietly(m_name, rule["name"].toText(), same);
    m_enabled->setChecked(rule["enabled"].toBool(true));
    if (!same) {
        showConditions(rule["when"]);
        showValues(rule["set"]);
        showSplit(rule["split"]);
    }
    setTextQuietly(m_from, rule["effective"]["from"].toText(), same);
    setTextQuietly(m_to, rule["effective"]["to"].toText(), same);
    if (!same) {
        for (auto* line : m_body->findChildren<QLineEdit*>()) {
            if (!line->hasFocus())
                line->setCursorPosition(0); // long texts show their beginning
        }
    }
    updateVisibility();
}

void RuleForm::showConditions(const OrderedJson& when)
{
    while (m_conditions.size() > when.items().size())
        removeConditionRow(m_conditions.last().row);
    while (m_conditions.size() < when.items().size())
        addConditionRow();
    for (qsizetype i = 0; i < m_conditions.size(); ++i) {
        const OrderedJson& condition = when.items().at(i);
        const QString test = testOf(condition);
        QStringList dims;
        for (const QString& written : splitList(dimsText(condition)))
            dims << m_names.shown(written);
        m_conditions[i].dims->setText(joinList(dims));
        m_conditions[i].test->setCurrentIndex(m_conditions[i].test->findData(test));
        m_conditions[i].values->setText(joinList(condition[test].texts()));
        m_conditions[i].sensitive->setChecked(condition["case_sensitive"].toBool(false));
        if (const auto dim = dimOf(m_conditions[i]); dim && (test == "equals" || test == "in"))
            (void)m_known->of(*dim, true); // names and money of the values: read once for each
    }
    orderTabs();
}

/// As they are read: each condition from its left to its right, then what comes below.
void RuleForm::orderTabs()
{
    QWidget* last = m_enabled;
    for (const Condition& condition : m_conditions) {
        for (QWidget* next : {static_cast<QWidget*>(condition.dims), static_cast<QWidget*>(condition.test),
                              static_cast<QWidget*>(condition.remove), static_cast<QWidget*>(condition.values),
                              static_cast<QWidget*>(condition.choose), static_cast<QWidget*>(condition.sensitive)}) {
            setTabOrder(last, next);
            last = next;
        }
    }
    setTabOrder(last, m_addCondition);
}

void RuleForm::showValues(const OrderedJson& set)
{
    for (std::size_t i = 0; i < m_values.size(); ++i) {
        const OrderedJson& value = set[kFields[i].key];
        const bool copied = value.isObject();
        m_values[i].mode->setCurrentIndex(copied ? Copied : value.isText() ? Fixed : Leave);
        m_values[i].text->setText(copied ? joinList(value["from"].texts()) : value.toText());
        m_values[i].map->setText(copied ? pairsText(value["map"]) : QString());
    }
}

void RuleForm::showSplit(const OrderedJson& split)
{
    const QString method = split["method"].toText();
    m_split->setCurrentIndex(method == "fixed" ? ByWeights : method == "proportional" ? Proportional : NoSplit);
    m_shares->setText(joinList(split["teams"].texts()));
    WeightGrid::Weights weights;
    for (const auto& [team, weight] : split["weights"].members())
        weights.append({team, weight.toText()});
    m_weights->setWeights(weights);
}

void RuleForm::updateVisibility()
{
    m_noConditions->setVisible(m_conditions.isEmpty());
    for (const Condition& condition : m_conditions) {
        const QString test = condition.test->currentData().toString();
        const bool hasValues = test != "exists" && test != "missing";
        condition.values->setVisible(hasValues);
        condition.choose->setVisible(hasValues);
        condition.sensitive->setVisible(hasValues);
        condition.choose->setEnabled(dimOf(condition).has_value());
        showFacts(condition);
    }
    for (const Value& value : m_values) {
        const int mode = value.mode->currentIndex();
        value.text->setVisible(mode != Leave);
        value.map->setVisible(mode == Copied);
        value.text->setPlaceholderText(mode == Copied ? tr("tag:team; tag:owner") : tr("name to assign"));
    }
    m_shares->setVisible(m_split->currentIndex() == Proportional);
    m_shares->setPlaceholderText(tr("every team, or Search; Ads"));
    m_weights->setVisible(m_split->currentIndex() == ByWeights);
}

void RuleForm::changed(const QString& key, const QString& what)
{
    if (m_showing)
        return;
    updateVisibility();
    m_rule = readRule();
    emit edited(m_rule, key, what);
}

OrderedJson RuleForm::readRule() const
{
    OrderedJson rule = m_rule.isObject() ? m_rule : OrderedJson::object();
    rule.set("name", OrderedJson::text(m_name->text()));
    QList<OrderedJson> conditions;
    for (qsizetype i = 0; i < m_conditions.size(); ++i) {
        if (!m_conditions[i].dims->text().trimmed().isEmpty())
            conditions << readCondition(m_conditions[i], m_rule["when"].items().value(i));
    }
    if (!conditions.isEmpty() || rule.has("when"))
        rule.set("when", OrderedJson::list(conditions));
    OrderedJson set = rule["set"].isObject() ? rule["set"] : OrderedJson::object();
    for (std::size_t i = 0; i < m_values.size(); ++i) {
        if (m_values[i].mode->currentIndex() == Leave)
            set.remove(kFields[i].key);
        else
            set.set(kFields[i].key, readValue(m_values[i]));
    }
    set.members().isEmpty() ? rule.remove("set") : rule.set("set", set);
    m_split->currentIndex() == NoSplit ? rule.remove("split") : rule.set("split", readSplit());
    OrderedJson effective = OrderedJson::object();
    if (!m_from->text().trimmed().isEmpty())
        effective.set("from", OrderedJson::text(isoDay(m_from->text())));
    if (!m_to->text().trimmed().isEmpty())
        effective.set("to", OrderedJson::text(isoDay(m_to->text())));
    effective.members().isEmpty() ? rule.remove("effective") : rule.set("effective", effective);
    if (m_enabled->isChecked() != rule["enabled"].toBool(true))
        m_enabled->isChecked() ? rule.remove("enabled") : rule.set("enabled", OrderedJson::boolean(false));
    return rule;
}

OrderedJson RuleForm::readCondition(const Condition& condition, const OrderedJson& before) const
{
    OrderedJson json = OrderedJson::object();
    QStringList dims;
    for (const QString& typed : splitList(condition.dims->text()))
        dims << m_names.written(typed);
    const QString first = dims.value(0);
    if (dims.size() > 1)
        json.set("dims", textList(dims));
    else if (first.startsWith("tag:") && !before.has("dim"))
        json.set("tag", OrderedJson::text(first.mid(4)));
    else if (first.startsWith("column:") && !before.has("dim"))
        json.set("column", OrderedJson::text(first.mid(7)));
    else
        json.set("dim", OrderedJson::text(first));
    const QString test = condition.test->currentData().toString();
    const QStringList values = splitList(condition.values->text());
    if (test == "exists" || test == "missing")
        json.set("exists", OrderedJson::boolean(test == "exists"));
    else if (test == "in" || (values.size() > 1 && test != "equals"))
        json.set(test, textList(values));
    else if (values.size() > 1)
        json.set("in", textList(values));
    else
        json.set(test, OrderedJson::text(values.value(0)));
    if (condition.sensitive->isChecked())
        json.set("case_sensitive", OrderedJson::boolean(true));
    return json;
}

OrderedJson RuleForm::readValue(const Value& value) const
{
    if (value.mode->currentIndex() == Fixed)
        return OrderedJson::text(value.text->text().trimmed());
    OrderedJson json = OrderedJson::object();
    json.set("from", textList(splitList(value.text->text())));
    OrderedJson map = OrderedJson::object();
    for (const QString& pair : splitList(value.map->text()))
        map.set(pair.section('=', 0, 0).trimmed(), OrderedJson::text(pair.section('=', 1).trimmed()));
    if (!map.members().isEmpty())
        json.set("map", map);
    return json;
}

OrderedJson RuleForm::readSplit() const
{
    OrderedJson json = OrderedJson::object();
    const QStringList shares = splitList(m_shares->text());
    if (m_split->currentIndex() == Proportional) {
        json.set("method", OrderedJson::text("proportional"));
        if (!shares.isEmpty())
            json.set("teams", textList(shares));
        return json;
    }
    json.set("method", OrderedJson::text("fixed"));
    OrderedJson weights = OrderedJson::object();
    for (const auto& [team, typed] : m_weights->weights()) {
        bool whole = false;
        const qint64 weight = typed.toLongLong(&whole);
        // What is no whole number is kept as typed; the check names it.
        weights.set(team, whole ? OrderedJson::number(weight) : OrderedJson::text(typed));
    }
    json.set("weights", weights);
    return json;
}

void RuleForm::refresh()
{
    m_known->forget();
    m_questions.ask("allocation.dims", DynamicDimsQuestion{},
                    guarded<std::vector<Dim>>(this, [this](Result<std::vector<Dim>> answer) {
                        if (!answer)
                            return;
                        m_names.setFound(*answer);
                        m_dimCompleter->setList(m_names.titles());
                    }));
    constexpr std::size_t kMostTeams = 5'000;
    m_questions.ask("allocation.teams", DimValuesQuestion{Dim{Dim::Kind::Team, {}}, {}, kMostTeams},
                    guarded<std::vector<std::string>>(this, [this](Result<std::vector<std::string>> answer) {
                        QStringList teams;
                        for (const std::string& team : answer ? *answer : std::vector<std::string>()) {
                            if (!team.empty())
                                teams << format::text(team);
                        }
                        m_weights->setNames(teams);
                    }));
}

RuleForm::Condition* RuleForm::conditionOf(const QWidget* row)
{
    const auto found = std::find_if(m_conditions.begin(), m_conditions.end(),
                                    [row](const Condition& condition) { return condition.row == row; });
    return found == m_conditions.end() ? nullptr : &*found;
}

/// Down in a field of a condition opens its list.
bool RuleForm::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Down) {
        for (const Condition& condition : m_conditions) {
            if (watched == condition.dims)
                ListCompleter::showAll(*condition.dims);
            else if (watched == condition.values)
                chooseValues(condition.row);
            else
                continue;
            return true;
        }
    }
    return QScrollArea::eventFilter(watched, event);
}

/// The first of those it looks at.
std::optional<Dim> RuleForm::dimOf(const Condition& condition) const
{
    return DimNames::dim(m_names.written(splitList(condition.dims->text()).value(0)));
}

void RuleForm::chooseValues(QWidget* row)
{
    const Condition* condition = conditionOf(row);
    const auto dim = condition ? dimOf(*condition) : std::nullopt;
    if (!dim)
        return;
    m_choosing = row;
    m_chooser->open(condition->values, format::dimTitle(*dim), m_known->of(*dim, true),
                    splitList(condition->values->text()));
}

/// Values that were read meanwhile: for the list that is open, for what typing completes, and for what stands below.
void RuleForm::showKnown(const Dim& dim)
{
    const auto list = m_known->of(dim, false);
    QStringList texts;
    for (const DimValue& value : list->values)
        texts << value.value;
    for (const Condition& condition : m_conditions) {
        if (dimOf(condition) != dim)
            continue;
        if (auto* completer = qobject_cast<ListCompleter*>(condition.values->completer()))
            completer->setList(texts);
        showFacts(condition);
        if (condition.row == m_choosing && m_chooser->isVisible())
            m_chooser->setList(list);
    }
}

void RuleForm::showFacts(const Condition& condition)
{
    constexpr qsizetype kMostSaid = 3;
    const auto dim = dimOf(condition);
    const auto list = dim ? m_known->of(*dim, false) : nullptr;
    const QString test = condition.test->currentData().toString();
    const QStringList values = splitList(condition.values->text());
    QStringList facts;
    if (list && (test == "equals" || test == "in")) {
        for (const QString& text : values.first(std::min(kMostSaid, values.size()))) {
            const DimValue* value = list->find(text);
            if (!value) {
                facts << (list->isWhole ? tr("%1: no charge has it", "a value").arg(format::shown(text))
                                        : format::shown(text));
                continue;
            }
            QStringList said{value->name.isEmpty() ? format::shown(value->value) : format::shown(value->name),
                             counted::lines(value->lines)};
            for (const auto& [currency, sum] : value->cost)
                said << format::money(sum.amount(), currency, format::locale());
            facts << format::joined(said);
        }
        if (values.size() > kMostSaid)
            facts << tr("and %1 more", "values")
                         .arg(format::count(static_cast<std::uint64_t>(values.size() - kMostSaid)));
    }
    condition.facts->setText(facts.join('\n'));
    condition.facts->setVisible(!facts.isEmpty());
}

void RuleForm::focusName()
{
    m_name->setFocus();
    m_name->selectAll();
}

} // namespace altimeter::ui
