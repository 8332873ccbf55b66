#include "ui/pages/connections/feedmappingform.h"

#include "ui/format/format.h"
#include "ui/items/orderedjson.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/connections/feedpreviewpanel.h"
#include "ui/theme/icons.h"

#include <QComboBox>
#include <QEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QScrollArea>
#include <QSplitter>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr const char* kPage = "feed-mapping";
/// Saved views share one list of names.
const QString kPrefix = QStringLiteral("Feed mapping: ");
constexpr int kTypingPause = 250; ///< milliseconds

bool isAddress(const QString& path)
{
    return path.startsWith("http://", Qt::CaseInsensitive) || path.startsWith("https://", Qt::CaseInsensitive);
}

/// "Pinecone" of "= Pinecone"; nothing where the text names a field.
std::optional<QString> constantOf(const QString& typed)
{
    const QString text = typed.trimmed();
    return text.startsWith('=') ? std::optional<QString>(text.mid(1).trimmed()) : std::nullopt;
}

QString shownConstant(const std::string& text)
{
    return "= " + parts::text(text);
}

void name(QWidget* widget, const QString& text, const QString& tip)
{
    widget->setAccessibleName(text);
    widget->setAccessibleDescription(text);
    widget->setToolTip(tip);
}

} // namespace

FeedMappingForm::FeedMappingForm(Backend& backend, QWidget* parent)
    : QWidget(parent), m_backend(backend), m_typing(new QTimer(this)), m_panel(new FeedPreviewPanel(this))
{
    setAccessibleName(tr("Columns of the feed"));
    m_typing->setSingleShot(true);
    m_typing->setInterval(kTypingPause);
    connect(m_typing, &QTimer::timeout, this, &FeedMappingForm::ask);
    connect(m_panel, &FeedPreviewPanel::sampleRequested, this, &FeedMappingForm::chooseSample);
    auto* left = new QWidget(this);
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(buildProfiles());
    column->addWidget(buildForm(), 1);
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setAccessibleName(tr("Mapping and preview"));
    split->setChildrenCollapsible(false);
    split->setHandleWidth(20);
    split->addWidget(left);
    split->addWidget(m_panel);
    split->setStretchFactor(0, 0);
    split->setStretchFactor(1, 1);
    split->setSizes({452, 700});
    left->setMinimumWidth(380);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(split);
    fillProfiles();
    showMapping({});
    m_panel->showHint(tr("Choose a file to see what is in it."));
}

// ---- building ----

QWidget* FeedMappingForm::buildProfiles()
{
    auto* bar = new QWidget(this);
    m_profiles = new QComboBox(bar);
    m_profiles->setEditable(true);
    m_profiles->setInsertPolicy(QComboBox::NoInsert);
    m_profiles->lineEdit()->setPlaceholderText(tr("Profile: choose, or name it"));
    m_profiles->lineEdit()->setToolTip(tr("Profile: choose, or name it"));
    name(m_profiles, tr("Profile"), tr("A mapping kept under a name, for other feeds of the same layout"));
    m_profiles->lineEdit()->setAccessibleName(tr("Profile name"));
    m_save = parts::button(tr("Keep"), tr("Keep this mapping under the name"), nullptr, bar);
    m_save->setAccessibleName(tr("Save profile"));
    auto* propose = parts::button(
        tr("Propose"), tr("Assign the columns anew, guessed from names and contents of the feed"), nullptr, bar);
    propose->setAccessibleName(tr("Propose a mapping"));
    connect(propose, &QPushButton::clicked, this, [this] {
        m_wantsProposal = true;
        ask();
    });
    m_remove = new QToolButton(bar);
    m_remove->setIcon(themedIcon("remove", IconColor::Secondary));
    m_remove->setAccessibleName(tr("Remove profile"));
    m_remove->setToolTip(tr("Forget this profile; connections that use the mapping keep it"));
    m_remove->setFocusPolicy(Qt::StrongFocus);
    connect(m_profiles, &QComboBox::activated, this, [this] { loadProfile(m_profiles->currentText()); });
    connect(m_profiles, &QComboBox::editTextChanged, this, &FeedMappingForm::updateProfileButtons);
    connect(m_save, &QPushButton::clicked, this, &FeedMappingForm::saveProfile);
    connect(m_remove, &QToolButton::clicked, this, &FeedMappingForm::removeProfile);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(2, 2, 12, 0);
    layout->setSpacing(8);
    layout->addWidget(m_profiles, 1);
    layout->addWidget(m_save);
    layout->addWidget(m_remove);
    layout->addWidget(propose);
    return bar;
}

QWidget* FeedMappingForm::buildForm()
{
    auto* scroll = new QScrollArea(this);
    scroll->setProperty("plain", true);
    scroll->setAccessibleName(tr("Mapping form"));
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidgetResizable(true);
    m_body = new QWidget;
    auto* layout = new QVBoxLayout(m_body);
    layout->setContentsMargins(2, 4, 12, 8);
    layout->setSpacing(8);
    buildFields(layout);
    buildOwnRows(layout, true);
    buildOwnRows(layout, false);
    buildHabits(layout);
    layout->addStretch();
    scroll->setWidget(m_body);
    return scroll;
}

void FeedMappingForm::buildFields(QVBoxLayout* layout)
{
    const auto section = [this, layout](const QString& title, const QString& help) {
        layout->addWidget(parts::label(title, "heading", m_body));
        if (!help.isEmpty())
            layout->addWidget(parts::paragraph(help, "small", m_body));
        auto* grid = new QGridLayout;
        grid->setHorizontalSpacing(8);
        grid->setVerticalSpacing(6);
        grid->setColumnMinimumWidth(0, 92);
        grid->setColumnStretch(1, 1);
        grid->setColumnMinimumWidth(2, 110);
        layout->addLayout(grid);
        layout->addSpacing(6);
        return grid;
    };
    auto* needed = section(tr("Needed"), tr("Choose a field of the feed, or type = and a text that holds for every "
                                            "charge, as = USD."));
    const QString choose = tr("choose a field"), unused = tr("not used");
    addFixedRow(needed, "BilledCost", tr("Billed cost"), choose,
                tr("The amount that is paid. A feed without one is worked out as quantity × unit price."));
    addFixedRow(needed, "ChargePeriodStart", tr("Date"), choose, tr("The day, month or moment of the charge"));
    addFixedRow(needed, "BillingCurrency", tr("Currency"), tr("a field, or = USD"),
                tr("A field with codes as USD, or = USD for all"));
    auto* what = section(tr("What it is for"), {});
    addFixedRow(what, "ProviderName", tr("Provider"), tr("name of the connection"), tr("Whoever bills it"));
    addFixedRow(what, "BillingAccountId", tr("Account"), tr("name of the connection"),
                tr("The organization or account that is billed"));
    addFixedRow(what, "SubAccountId", tr("Sub account"), unused,
                tr("A project, workspace or subscription inside the account"));
    addFixedRow(what, "ServiceName", tr("Service"), tr("as the provider"), tr("The product"));
    addFixedRow(what, "ServiceCategory", tr("Category"), tr("= Other"),
                tr("As = AI and Machine Learning, = Databases or = Compute"));
    addFixedRow(what, "ResourceId", tr("Resource"), unused, tr("The index, cluster, seat or machine"));
    addFixedRow(what, "RegionId", tr("Region"), unused, tr("Where it runs"));
    addFixedRow(what, "ChargeDescription", tr("Description"), unused, tr("The text of the invoice line"));
    auto* much = section(tr("How much"), {});
    addFixedRow(much, "ConsumedQuantity", tr("Quantity"), unused, tr("Tokens, requests, seats, gigabytes …"));
    addFixedRow(much, "ConsumedUnit", tr("Unit"), unused, tr("What is counted, or = Tokens for all"));
    addFixedRow(much, "ListUnitPrice", tr("Unit price"), unused,
                tr("The price of one unit. With a quantity and no billed cost, the cost is worked out exactly."));
    addFixedRow(much, "EffectiveCost", tr("Effective cost"), tr("as billed"), tr("After spreading prepayments"));
    addFixedRow(much, "ChargePeriodEnd", tr("End"), tr("as chosen below"), tr("Until when the charge lasts"));
}

void FeedMappingForm::addFixedRow(QGridLayout* grid, const char* target, const QString& title, const QString& otherwise,
                                  const QString& tip)
{
    Row row;
    row.target = target;
    row.isNeeded =
        row.target == u"BilledCost" || row.target == u"ChargePeriodStart" || row.target == u"BillingCurrency";
    row.source = sourceBox(tr("%1: field").arg(title), m_body);
    row.source->lineEdit()->setPlaceholderText(otherwise);
    row.source->lineEdit()->setToolTip(format::labelled(tr("Without a choice"), otherwise));
    row.source->setToolTip(tip + u'\n' + tr("FOCUS column %1").arg(row.target));
    row.example = parts::label({}, "small", m_body);
    row.example->setFixedWidth(110);
    auto* label =
        parts::label(row.isNeeded ? tr("%1 *", "a field that is needed").arg(title) : title, "secondary", m_body);
    label->setToolTip(row.source->toolTip());
    label->setBuddy(row.source);
    const int line = grid->rowCount();
    grid->addWidget(label, line, 0);
    grid->addWidget(row.source, line, 1);
    grid->addWidget(row.example, line, 2);
    m_fixed << row;
}

void FeedMappingForm::buildOwnRows(QVBoxLayout* layout, bool isTag)
{
    layout->addWidget(parts::label(isTag ? tr("Tags") : tr("Further columns"), "heading", m_body));
    layout->addWidget(parts::paragraph(isTag ? tr("Allocation rules look at tags: team, cost_center, environment …")
                                             : tr("Other FOCUS columns by their name, or columns of your own that "
                                                  "begin with x_, as x_Model."),
                                       "small", m_body));
    QVBoxLayout*& rows = isTag ? m_tagRows : m_furtherRows;
    rows = new QVBoxLayout;
    rows->setSpacing(6);
    layout->addLayout(rows);
    auto* add = parts::button(isTag ? tr("Add tag") : tr("Add column"),
                              isTag ? tr("Turn another field into a tag") : tr("Fill another column"), "link", m_body);
    connect(add, &QPushButton::clicked, this, [this, isTag] { addOwnRow(isTag).name->setFocus(); });
    layout->addWidget(add, 0, Qt::AlignLeft);
    layout->addSpacing(6);
}

FeedMappingForm::Row& FeedMappingForm::addOwnRow(bool isTag)
{
    QList<Row>& rows = isTag ? m_tags : m_further;
    Row row;
    row.line = new QWidget(m_body);
    row.name = new QLineEdit(row.line);
    row.name->setPlaceholderText(isTag ? tr("tag key") : tr("x_Name"));
    row.name->setToolTip(isTag ? tr("The key of the tag, as team")
                               : tr("x_ and a name, or a FOCUS column such as SkuId"));
    row.source = sourceBox({}, row.line);
    row.remove = new QToolButton(row.line);
    row.remove->setIcon(themedIcon("close", IconColor::Secondary));
    row.remove->setToolTip(isTag ? tr("Remove this tag") : tr("Remove this column"));
    row.remove->setFocusPolicy(Qt::StrongFocus);
    row.example = parts::label({}, "small", row.line);
    row.example->setFixedWidth(76);
    auto* layout = new QHBoxLayout(row.line);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    row.name->setFixedWidth(112);
    layout->addWidget(row.name);
    layout->addWidget(row.source, 1);
    layout->addWidget(row.example);
    layout->addWidget(row.remove);
    connect(row.name, &QLineEdit::textEdited, this, &FeedMappingForm::typed);
    connect(row.remove, &QToolButton::clicked, this, [this, line = row.line] { removeOwnRow(line); });
    (isTag ? m_tagRows : m_furtherRows)->addWidget(row.line);
    row.line->setVisible(true);
    rows << row;
    nameOwnRows();
    return rows.last();
}

/// Rows are named by their place, so that no two are called the same after one was removed.
void FeedMappingForm::nameOwnRows()
{
    for (const QList<Row>* rows : {&m_tags, &m_further}) {
        const bool isTag = rows == &m_tags;
        for (qsizetype i = 0; i < rows->size(); ++i) {
            const Row& row = rows->at(i);
            const QString number = format::count(static_cast<std::uint64_t>(i + 1));
            const QString source = (isTag ? tr("Tag %1: field") : tr("Column %1: field")).arg(number);
            row.name->setAccessibleName((isTag ? tr("Tag %1: key") : tr("Column %1: name")).arg(number));
            row.source->setAccessibleName(source);
            row.source->setAccessibleDescription(source);
            row.source->lineEdit()->setAccessibleName(source);
            row.remove->setAccessibleName((isTag ? tr("Remove tag %1") : tr("Remove column %1")).arg(number));
        }
    }
}

void FeedMappingForm::removeOwnRow(QWidget* line)
{
    for (QList<Row>* rows : {&m_tags, &m_further})
        rows->removeIf([line](const Row& row) { return row.line == line; });
    line->hide();
    line->deleteLater();
    nameOwnRows();
    edited();
}

void FeedMappingForm::buildHabits(QVBoxLayout* layout)
{
    layout->addWidget(parts::label(tr("How it is written"), "heading", m_body));
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(6);
    grid->setColumnMinimumWidth(0, 92);
    grid->setColumnStretch(1, 1);
    layout->addLayout(grid);
    addHabit(grid, "amount_unit", tr("Amounts in"), tr("What one unit of the amount is worth"),
             {{"unit", tr("whole currency (12.50)")},
              {"cents", tr("cents (1250)")},
              {"thousandths", tr("thousandths (12500)")},
              {"millionths", tr("millionths, or price per million")},
              {"nano", tr("billionths (nano)")}});
    addHabit(grid, "sign", tr("Costs are"), tr("Some books write what is spent below zero"),
             {{"as-is", tr("above zero, credits below")}, {"inverted", tr("below zero: turn the sign")}});
    addHabit(grid, "decimal", tr("Decimals"), tr("The sign before the decimals"),
             {{"point", tr("point (1,234.50)")}, {"comma", tr("comma (1.234,50)")}});
    addHabit(grid, "dates", tr("Dates"), tr("How 03/04/2026 is meant; 2026-04-03 is always clear"),
             {{"month-first", tr("month first (04/03/2026)")}, {"day-first", tr("day first (03/04/2026)")}});
    addHabit(grid, "period", tr("Each lasts"), tr("How long a charge without an end lasts"),
             {{"day", tr("the day of its date")}, {"month", tr("a month from its date")}});
    m_rowsLabel = parts::label(tr("Records lie in"), "secondary", m_body);
    m_rows = new QLineEdit(m_body);
    m_rows->setPlaceholderText(tr("data.items"));
    name(m_rows, tr("Records lie in"),
         tr("Where the list of records lies in the JSON document; empty: it is the list"));
    connect(m_rows, &QLineEdit::textEdited, this, &FeedMappingForm::typed);
    grid->addWidget(m_rowsLabel, grid->rowCount(), 0);
    grid->addWidget(m_rows, grid->rowCount() - 1, 1);
}

void FeedMappingForm::addHabit(QGridLayout* grid, const char* key, const QString& title, const QString& tip,
                               const QList<std::pair<const char*, QString>>& choices)
{
    auto* combo = new QComboBox(m_body);
    name(combo, title, tip);
    for (const auto& [value, text] : choices)
        combo->addItem(text, QString(value));
    combo->setFocusPolicy(Qt::StrongFocus);
    connect(combo, &QComboBox::activated, this, &FeedMappingForm::edited);
    auto* label = parts::label(title, "secondary", m_body);
    label->setBuddy(combo);
    const int line = grid->rowCount();
    grid->addWidget(label, line, 0);
    grid->addWidget(combo, line, 1);
    m_habits << Habit{key, combo};
}

QComboBox* FeedMappingForm::sourceBox(const QString& title, QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setEditable(true);
    box->setInsertPolicy(QComboBox::NoInsert);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(8);
    box->setMaxVisibleItems(16);
    box->setFocusPolicy(Qt::StrongFocus);
    box->lineEdit()->setPlaceholderText(tr("not used"));
    name(box, title, tr("A field of the feed, or = and a text for every charge"));
    box->lineEdit()->setAccessibleName(title);
    fillSource(box);
    connect(box, &QComboBox::activated, this, &FeedMappingForm::edited);
    connect(box->lineEdit(), &QLineEdit::textEdited, this, &FeedMappingForm::typed);
    return box;
}

void FeedMappingForm::fillSource(QComboBox* box) const
{
    const QString text = box->currentText();
    const QSignalBlocker quiet(box);
    box->clear();
    box->addItem(QString());
    for (std::size_t c = 0; c < m_preview.columns.size(); ++c) {
        box->addItem(parts::text(m_preview.columns[c]));
        for (const auto& row : m_preview.sample) {
            if (c < row.size() && !row[c].empty()) {
                box->setItemData(box->count() - 1, tr("as %1").arg(parts::text(row[c])), Qt::ToolTipRole);
                break;
            }
        }
    }
    box->setCurrentIndex(std::max(0, box->findText(text, Qt::MatchFixedString | Qt::MatchCaseSensitive)));
    box->setEditText(text);
}

// ---- the mapping ----

QString FeedMappingForm::targetOf(const Row& row, bool isTag) const
{
    if (!row.name)
        return row.target;
    const QString typed = row.name->text().trimmed();
    return typed.isEmpty() ? QString() : isTag ? "tag:" + typed : typed;
}

void FeedMappingForm::readRow(const Row& row, const QString& target, FeedMapping& mapping) const
{
    const QString text = row.source->currentText().trimmed();
    if (target.isEmpty() || text.isEmpty())
        return;
    const bool isCurrency = target == "BillingCurrency";
    const std::string constantKey = isCurrency ? "currency" : "constant:" + target.toStdString();
    if (const auto constant = constantOf(text)) {
        if (!constant->isEmpty())
            mapping[constantKey] = constant->toStdString();
        return;
    }
    mapping["column:" + target.toStdString()] = text.toStdString();
    if (!row.fallback.empty())
        mapping[constantKey] = row.fallback;
}

FeedMapping FeedMappingForm::mapping() const
{
    FeedMapping made = m_rest;
    for (const Row& row : m_fixed)
        readRow(row, row.target, made);
    for (const Row& row : m_tags)
        readRow(row, targetOf(row, true), made);
    for (const Row& row : m_further)
        readRow(row, targetOf(row, false), made);
    for (const Habit& habit : m_habits)
        made[habit.key] = habit.combo->currentData().toString().toStdString();
    if (const QString rows = m_rows->text().trimmed(); !rows.isEmpty())
        made["rows"] = rows.toStdString();
    return made;
}

void FeedMappingForm::showRow(Row& row, const QString& target, FeedMapping& rest)
{
    const auto cut = [&rest](const std::string& key) {
        const auto node = rest.extract(key);
        return node ? node.mapped() : std::string();
    };
    const std::string field = cut("column:" + target.toStdString());
    std::string constant = cut("constant:" + target.toStdString());
    if (target == "BillingCurrency") {
        const std::string currency = cut("currency");
        constant = constant.empty() ? currency : constant;
    }
    row.fallback = field.empty() ? std::string() : constant;
    const QString text = !field.empty() ? parts::text(field) : constant.empty() ? QString() : shownConstant(constant);
    if (row.source->currentText() != text) {
        row.source->setCurrentIndex(std::max(0, row.source->findText(text)));
        row.source->setEditText(text);
        row.source->lineEdit()->setCursorPosition(0);
    }
}

void FeedMappingForm::showMapping(const FeedMapping& mapping)
{
    const QScopedValueRollback<bool> quiet(m_showing, true);
    FeedMapping rest = mapping;
    for (Row& row : m_fixed)
        showRow(row, row.target, rest);
    for (const QList<Row>* rows : {&m_tags, &m_further}) {
        for (const Row& row : *rows) {
            row.line->hide();
            row.line->deleteLater();
        }
    }
    m_tags.clear();
    m_further.clear();
    QStringList targets;
    for (const auto& [key, value] : rest) {
        const auto colon = key.find(':');
        const QString target = parts::text(key.substr(colon == std::string::npos ? key.size() : colon + 1));
        if ((key.starts_with("column:") || key.starts_with("constant:")) && !targets.contains(target))
            targets << target;
    }
    for (const QString& target : targets) {
        const bool isTag = target.startsWith("tag:");
        Row& row = addOwnRow(isTag);
        row.name->setText(isTag ? target.mid(4) : target);
        showRow(row, target, rest);
    }
    for (const Habit& habit : m_habits) {
        const auto node = rest.extract(habit.key);
        const int index = node ? habit.combo->findData(parts::text(node.mapped())) : 0;
        habit.combo->setCurrentIndex(std::max(0, index));
    }
    const auto rows = rest.extract("rows");
    m_rows->setText(rows ? parts::text(rows.mapped()) : QString());
    m_rest = std::move(rest);
    updateExamples();
    updateProfileButtons();
}

void FeedMappingForm::setMapping(const FeedMapping& mapping)
{
    showMapping(mapping);
    m_wantsProposal = std::none_of(mapping.begin(), mapping.end(),
                                   [](const auto& entry) { return entry.first.starts_with("column:"); });
    ask();
}

bool FeedMappingForm::isGiven(const char* target) const
{
    const FeedMapping made = mapping();
    return made.contains("column:" + std::string(target)) || made.contains("constant:" + std::string(target)) ||
           (std::string(target) == "BillingCurrency" && made.contains("currency"));
}

bool FeedMappingForm::isComplete() const
{
    const bool worksOut = (isGiven("ListUnitPrice") || isGiven("ContractedUnitPrice")) &&
                          (isGiven("ConsumedQuantity") || isGiven("PricingQuantity"));
    return (isGiven("BilledCost") || worksOut) && isGiven("ChargePeriodStart") && isGiven("BillingCurrency");
}

bool FeedMappingForm::isSettled() const
{
    return !m_waiting && !m_typing->isActive();
}

void FeedMappingForm::edited()
{
    if (m_showing)
        return;
    m_wantsProposal = false;
    m_typing->stop();
    updateExamples();
    updateProfileButtons();
    ask();
    emit changed();
}

void FeedMappingForm::typed()
{
    if (m_showing)
        return;
    m_wantsProposal = false;
    updateExamples();
    updateProfileButtons();
    m_typing->start();
    emit changed();
}

/// Beside each field the first value the sample has of it, or that it is still needed.
void FeedMappingForm::updateExamples()
{
    const auto exampleOf = [this](const QString& field) -> QString {
        const auto found = std::find(m_preview.columns.begin(), m_preview.columns.end(), field.trimmed().toStdString());
        const auto place = static_cast<std::size_t>(found - m_preview.columns.begin());
        for (const auto& row : m_preview.sample) {
            if (place < row.size() && !row[place].empty())
                return parts::text(row[place]);
        }
        return {};
    };
    for (const QList<Row>* rows : {&m_fixed, &m_tags, &m_further}) {
        for (const Row& row : *rows) {
            const QString text = exampleOf(row.source->currentText());
            row.example->setText(
                row.example->fontMetrics().elidedText(text, Qt::ElideRight, row.example->maximumWidth() - 4));
            const bool isMissing =
                row.isNeeded && !isGiven(qPrintable(row.target)) &&
                !(row.target == "BilledCost" && isGiven("ListUnitPrice") && isGiven("ConsumedQuantity"));
            if (isMissing && !m_preview.columns.empty())
                row.example->setText(tr("← needed"));
            if (row.isNeeded)
                parts::setRole(row.example, isMissing ? "warning" : "small");
            row.example->setToolTip(text.isEmpty() ? QString() : tr("In the feed: %1").arg(text));
        }
    }
}

// ---- the preview ----

void FeedMappingForm::setFile(const QString& path)
{
    m_path = path.trimmed();
    m_panel->setFile(isAddress(m_path) ? m_path : QFileInfo(m_path).fileName());
    if (m_path.isEmpty() || isAddress(m_path)) {
        ++m_ticket;
        m_waiting = false;
        m_preview = {};
        m_panel->showHint(
            m_path.isEmpty()
                ? tr("Choose a file to see what is in it.")
                : tr("An address is asked when the connection is tested. Choose a saved answer as sample."));
        return;
    }
    ask();
}

void FeedMappingForm::ask()
{
    if (m_path.isEmpty() || isAddress(m_path))
        return;
    m_waiting = true;
    const int ticket = ++m_ticket;
    m_backend.connections().previewFeed("feed-preview", m_path.toStdString(),
                                        m_wantsProposal ? FeedMapping() : mapping(),
                                        guarded<FeedPreview>(this, [this, ticket](Result<FeedPreview> answer) {
                                            if (ticket == m_ticket)
                                                take(std::move(answer));
                                        }));
}

void FeedMappingForm::take(Result<FeedPreview> answer)
{
    m_waiting = false;
    if (!answer) {
        if (answer.error().code != ErrorCode::Cancelled)
            m_panel->showFailure(answer.error());
        return;
    }
    const bool sameFields = answer->columns == m_preview.columns;
    m_preview = answer.take();
    if (!sameFields) {
        for (const QList<Row>* rows : {&m_fixed, &m_tags, &m_further}) {
            for (const Row& row : *rows)
                fillSource(row.source);
        }
    }
    const bool isJson = m_preview.format == "json" || !m_rows->text().isEmpty();
    m_rows->setVisible(isJson);
    m_rowsLabel->setVisible(isJson);
    if (m_wantsProposal && !m_preview.columns.empty()) {
        takeProposal();
        return;
    }
    updateExamples();
    m_panel->showPreview(m_preview, mapping());
}

void FeedMappingForm::takeProposal()
{
    m_wantsProposal = false;
    const FeedMapping rest = m_rest; // what no control shows is not the proposal's to take away
    showMapping(m_preview.proposal);
    m_rest.insert(rest.begin(), rest.end());
    ask();
    emit changed();
}

void FeedMappingForm::chooseSample()
{
    auto* dialog = new QFileDialog(this, tr("Sample of the feed"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters(
        {tr("Feeds (*.csv *.csv.gz *.tsv *.txt *.json *.jsonl *.ndjson *.gz)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &FeedMappingForm::setFile);
    dialog->open();
}

// ---- profiles ----

void FeedMappingForm::fillProfiles()
{
    const QString text = m_profiles->currentText();
    const QSignalBlocker quiet(m_profiles);
    m_profiles->clear();
    for (const SavedView& view : m_backend.views().all()) {
        if (view.page == kPage)
            m_profiles->addItem(parts::text(view.name).mid(kPrefix.size()));
    }
    m_profiles->setCurrentIndex(-1);
    m_profiles->setEditText(text);
    updateProfileButtons();
}

void FeedMappingForm::updateProfileButtons()
{
    const QString typed = m_profiles->currentText().trimmed();
    m_save->setEnabled(!typed.isEmpty());
    m_remove->setEnabled(m_profiles->findText(typed, Qt::MatchFixedString | Qt::MatchCaseSensitive) >= 0);
}

void FeedMappingForm::loadProfile(const QString& profile)
{
    for (const SavedView& view : m_backend.views().all()) {
        if (view.page != kPage || parts::text(view.name) != kPrefix + profile)
            continue;
        const auto json = OrderedJson::parse(parts::text(view.state));
        if (!json || !json->isObject()) {
            emit notice(tr("Profile %1 cannot be read").arg(profile));
            return;
        }
        FeedMapping loaded;
        for (const auto& [key, value] : json->members())
            loaded[key.toStdString()] = value.toText().toStdString();
        setMapping(loaded);
        emit changed();
        emit notice(tr("Profile %1 loaded").arg(profile));
    }
}

void FeedMappingForm::saveProfile()
{
    const QString profile = m_profiles->currentText().trimmed();
    if (profile.isEmpty())
        return;
    OrderedJson json = OrderedJson::object();
    for (const auto& [key, value] : mapping())
        json.set(parts::text(key), OrderedJson::text(parts::text(value)));
    const SavedView view{(kPrefix + profile).toStdString(), kPage, json.write().toStdString()};
    m_backend.views().save(view, guarded<bool>(this, [this, profile](Result<bool> done) {
                               emit notice(
                                   done ? tr("Profile %1 saved").arg(profile)
                                        : tr("The profile was not saved: %1").arg(parts::text(done.error().text())));
                               fillProfiles();
                           }));
}

void FeedMappingForm::removeProfile()
{
    const QString profile = m_profiles->currentText().trimmed();
    m_backend.views().remove(
        (kPrefix + profile).toStdString(), guarded<bool>(this, [this, profile](Result<bool> done) {
            emit notice(done ? tr("Profile %1 removed").arg(profile)
                             : tr("The profile was not removed: %1").arg(parts::text(done.error().text())));
            if (done)
                m_profiles->setEditText({});
            fillProfiles();
        }));
}

} // namespace altimeter::ui
