#include "ui/pages/allocation/allocationpage.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/items/gridview.h"
#include "ui/pages/allocation/faultwords.h"
#include "ui/pages/allocation/publishpanel.h"
#include "ui/pages/allocation/ruleeffect.h"
#include "ui/pages/allocation/ruleform.h"
#include "ui/pages/allocation/rulelist.h"
#include "ui/pages/allocation/toolbutton.h"
#include "ui/pages/allocation/versionlist.h"
#include "ui/pages/common/banner.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/common/selectiontext.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>
#include <QTimer>
#include <QToolButton>
#include <QUndoStack>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr int kDebounceMs = 150;

} // namespace

/// One step of the draft: the whole text before and after.
class DraftCommand : public QUndoCommand {
public:
    DraftCommand(AllocationPage* page, QString before, QString after, const QString& what, QString key)
        : QUndoCommand(what), m_page(page), m_before(std::move(before)), m_after(std::move(after)),
          m_key(std::move(key))
    {
    }
    void undo() override { m_page->showDraft(m_before); }
    void redo() override { m_page->showDraft(m_after); }
    int id() const override { return m_key.isEmpty() ? -1 : 1; }
    bool mergeWith(const QUndoCommand* other) override
    {
        const auto* next = static_cast<const DraftCommand*>(other);
        if (next->m_key != m_key)
            return false;
        m_after = next->m_after;
        return true;
    }

private:
    AllocationPage* m_page;
    QString m_before, m_after, m_key;
};

AllocationPage::AllocationPage(Backend& backend, QWidget* parent)
    : Page(parent), m_backend(backend), m_kept(backend.settings()), m_undo(new QUndoStack(this)),
      m_debounce(new QTimer(this))
{
    setAccessibleName(tr("Allocation page"));
    m_debounce->setSingleShot(true);
    m_debounce->setInterval(kDebounceMs);
    connect(m_debounce, &QTimer::timeout, this, &AllocationPage::askDiff);
    connect(m_undo, &QUndoStack::indexChanged, this, [this] {
        showState();
        emit undoStateChanged();
    });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(12);
    buildHeader(layout);
    layout->addWidget(buildConflict());
    m_panel = new PublishPanel(this);
    connect(m_panel, &PublishPanel::accepted, this, &AllocationPage::publish);
    connect(m_panel, &PublishPanel::closed, this, &AllocationPage::closePanel);
    layout->addWidget(m_panel);
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setAccessibleName(tr("Rules, editor and effect"));
    split->setHandleWidth(12);
    split->setChildrenCollapsible(false);
    split->addWidget(buildList());
    split->addWidget(buildEditor());
    split->addWidget(buildEffect());
    split->setSizes({236, 400, 492});
    split->setStretchFactor(0, 1); // of a wide window the names of the rules and the effect have their part
    split->setStretchFactor(1, 2);
    split->setStretchFactor(2, 2);
    layout->addWidget(split, 1);
    for (auto* line : findChildren<QLineEdit*>())
        line->installEventFilter(this);
    m_json->installEventFilter(this);
    showState();
}

AllocationPage::~AllocationPage()
{
    m_undo->disconnect(this);
}

void AllocationPage::buildHeader(QVBoxLayout* layout)
{
    m_state = parts::label({}, "badgeNeutral", this);
    m_state->setAccessibleName(tr("Draft state"));
    m_state->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_stateText = parts::label({}, "secondary", this);
    m_stateText->setAccessibleName(tr("What is published"));
    m_revert =
        parts::button(tr("Revert"), tr("Back to the published rules; Undo brings the draft back"), nullptr, this);
    m_publish = parts::button(tr("Publish"), tr("Make the draft count, under a new version number"), "primary", this);
    m_versions = parts::button(
        tr("Versions"), tr("All rules that were ever published; one can be brought back as a draft"), nullptr, this);
    connect(m_versions, &QPushButton::clicked, this, &AllocationPage::askVersions);
    connect(m_revert, &QPushButton::clicked, this, &AllocationPage::revert);
    connect(m_publish, &QPushButton::clicked, this, &AllocationPage::beginPublishing);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(parts::label(tr("Allocation rules"), "title", this));
    row->addWidget(m_state);
    row->addWidget(m_stateText, 1);
    row->addWidget(m_versions);
    row->addWidget(m_revert);
    row->addWidget(m_publish);
    layout->addLayout(row);
}

/// Two who publish: both versions are at hand, and nothing is overwritten unseen.
QWidget* AllocationPage::buildConflict()
{
    m_conflict = new QWidget(this);
    m_conflict->setAccessibleName(tr("Published meanwhile"));
    m_conflictText = new Banner(tr("Published meanwhile"), m_conflict);
    m_goOn = parts::button({}, tr("The draft stays; from now on it counts as made from the version in force"), nullptr,
                           m_conflict);
    m_takeTheirs = parts::button({}, tr("The draft goes; Undo brings it back"), nullptr, m_conflict);
    m_publishOver = parts::button(
        {},
        tr("The draft takes the place of the version in force, which stays in the history; a note is asked for first"),
        nullptr, m_conflict);
    connect(m_goOn, &QPushButton::clicked, this, &AllocationPage::rebase);
    connect(m_takeTheirs, &QPushButton::clicked, this, [this] {
        rebase();
        revert();
    });
    connect(m_publishOver, &QPushButton::clicked, this, [this] {
        rebase();
        beginPublishing();
    });
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(m_goOn);
    row->addWidget(m_takeTheirs);
    row->addWidget(m_publishOver);
    row->addStretch(1);
    auto* layout = new QVBoxLayout(m_conflict);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_conflictText);
    layout->addLayout(row);
    m_conflict->hide();
    return m_conflict;
}

void AllocationPage::showConflict()
{
    const bool isConflict = m_loaded && isDraft() && m_base != m_version;
    m_conflict->setVisible(isConflict);
    const auto name = [](QPushButton* button, const QString& text) {
        button->setText(text);
        button->setAccessibleName(text);
    };
    name(m_goOn, tr("Keep editing on top of version %1").arg(format::count(m_version)));
    name(m_takeTheirs, tr("Take version %1").arg(format::count(m_version)));
    name(m_publishOver, tr("Publish mine over version %1").arg(format::count(m_version)));
    if (!isConflict) {
        m_conflictText->clear();
        return;
    }
    m_conflictText->say(
        Banner::Tone::Warning,
        tr("Version %1 was published meanwhile by another program. Your draft was made from version %2.")
            .arg(format::count(m_version))
            .arg(format::count(m_base)),
        tr("“What moves” compares your draft with version %1. Nothing of yours was published.")
            .arg(format::count(m_version)));
    m_publishOver->setEnabled(m_fault.isEmpty() && !m_checking && !m_publishing);
}

void AllocationPage::rebase()
{
    m_base = m_version;
    keepDraft();
    showState();
}

QWidget* AllocationPage::buildList()
{
    auto* frame = parts::card(tr("Rules in order"), this);
    auto* layout = parts::cardLayout(frame);
    layout->setContentsMargins(6, 8, 6, 6);
    auto* add = tool("new", tr("Add rule"), tr("Add a rule above the chosen one"), frame);
    auto* copy = tool("copy", tr("Duplicate rule"), tr("Copy the chosen rule (Ctrl+D)"), frame);
    copy->setShortcut(QKeySequence("Ctrl+D"));
    auto* remove = tool("remove", tr("Remove rule"), tr("Remove the chosen rule (Delete)"), frame);
    auto* up = tool("up", tr("Move rule up"), tr("Move up: the first match wins (Alt+Up)"), frame);
    auto* down = tool("down", tr("Move rule down"), tr("Move down (Alt+Down)"), frame);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(8, 0, 2, 0);
    top->setSpacing(0);
    auto* order = parts::label(tr("In order"), "small", frame);
    order->setToolTip(order->text() + u'\n' + tr("The first rule that matches decides"));
    top->addWidget(order, 1);
    for (QToolButton* button : {add, copy, remove, up, down})
        top->addWidget(button);
    layout->addLayout(top);
    m_list = new RuleList(frame);
    layout->addWidget(m_list, 1);
    frame->setMinimumWidth(230);
    connect(add, &QToolButton::clicked, this, &AllocationPage::addRule);
    connect(copy, &QToolButton::clicked, this, &AllocationPage::duplicateRule);
    connect(remove, &QToolButton::clicked, this, [this] { removeRule(currentRule()); });
    connect(up, &QToolButton::clicked, this, [this] { moveRule(currentRule(), currentRule() - 1); });
    connect(down, &QToolButton::clicked, this, [this] { moveRule(currentRule(), currentRule() + 1); });
    connect(m_list, &RuleList::moveRequested, this, &AllocationPage::moveRule);
    connect(m_list, &RuleList::removeRequested, this, &AllocationPage::removeRule);
    connect(m_list, &RuleList::enableRequested, this, [this](int row, bool on) {
        if (m_draft.isEditable())
            edit(m_draft.withEnabled(row, on), on ? tr("Enable rule") : tr("Disable rule"));
    });
    connect(m_list, &QListWidget::currentRowChanged, this, &AllocationPage::showRule);
    return frame;
}

QWidget* AllocationPage::buildEditor()
{
    auto* frame = parts::card(tr("Rule editor"), this);
    auto* layout = parts::cardLayout(frame);
    layout->setContentsMargins(12, 4, 6, 8);
    m_tabs = new QTabWidget(frame);
    m_tabs->setAccessibleName(tr("Rule editor tabs"));
    m_tabs->tabBar()->setAccessibleName(tr("Rule editor tab bar"));
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setDrawBase(false);
    m_form = new RuleForm(m_backend, m_tabs);
    m_json = new QPlainTextEdit(m_tabs);
    m_json->setAccessibleName(tr("Rules as JSON"));
    m_json->setToolTip(tr("The whole set; what is written here is the draft"));
    m_json->setUndoRedoEnabled(false);
    m_json->setTabChangesFocus(true);
    m_json->setLineWrapMode(QPlainTextEdit::NoWrap);
    QFont mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    mono.setPixelSize(12);
    m_json->setFont(mono);
    m_tabs->addTab(m_form, tr("Form"));
    m_tabs->addTab(m_json, tr("JSON"));
    layout->addWidget(m_tabs, 1);
    m_check = parts::paragraph({}, "good", frame);
    m_check->setAccessibleName(tr("Rule check"));
    layout->addWidget(m_check);
    connect(m_form, &RuleForm::edited, this, [this](const OrderedJson& rule, const QString& key, const QString& what) {
        const int row = currentRule();
        if (row >= 0 && !m_showing && m_draft.isEditable())
            edit(m_draft.withRule(row, rule), what, key.isEmpty() ? QString() : QString("%1/%2").arg(row).arg(key));
    });
    connect(m_json, &QPlainTextEdit::textChanged, this, [this] {
        if (!m_showing && m_json->toPlainText() != m_draft.text())
            edit(m_json->toPlainText(), tr("Edit JSON"), "json");
    });
    frame->setMinimumWidth(330);
    return frame;
}

QWidget* AllocationPage::buildEffect()
{
    m_effect = new RuleEffect(*this, m_backend.exports(), this);
    connect(m_effect, &RuleEffect::fromChanged, this, [this] {
        m_isMonthChosen = true;
        showState();
        askDiff();
    });
    connect(m_effect->grid(), &GridView::selectionSummaryChanged, this,
            [this] { emit selectionText(selectionSentence(m_effect->grid()->summary(), format::locale())); });
    return m_effect;
}

// ---- published rules ----

void AllocationPage::workspaceChanged(const WorkspaceInfo& info)
{
    m_readOnly = parts::text(info.readOnly);
    if (info.path.empty()) {
        m_loaded = false;
        m_kept.setWorkspace({});
        return;
    }
    m_kept.setWorkspace(info.path);
    m_effect->setWorkspace(info);
    m_form->refresh();
    if (!m_loaded || info.rulesVersion != m_version)
        askRules();
    else
        askDiff();
}

/// The rules of the workspace before, and a draft made of them, are not to be published into this one.
void AllocationPage::setReading()
{
    m_loaded = false;
}

void AllocationPage::askRules()
{
    m_backend.ask("rules", RulesQuestion{}, guarded<RulesDocument>(this, [this](Result<RulesDocument> answer) {
                      if (answer) {
                          adoptPublished(*answer);
                      } else {
                          m_failed = true;
                          showState();
                          emit problem(tr("The rules could not be read: %1").arg(parts::text(answer.error().text())),
                                       parts::advice(answer.error().code));
                      }
                  }));
}

void AllocationPage::adoptPublished(const RulesDocument& document)
{
    const bool hadDraft = m_loaded && isDraft() && document.json != m_published.toStdString();
    const auto kept = m_loaded ? std::nullopt : m_kept.draft();
    m_published = parts::text(document.json);
    m_version = document.version;
    m_publication = document.publication;
    // Rules that came with the workspace were nobody's decision: the first own ones are for all of history.
    m_isOwn = document.publishedAt.isValid() && document.publishedAt.seconds > 0;
    const bool isFirst = !m_loaded;
    m_loaded = true;
    if (isFirst)
        resetFrom();
    if (hadDraft && m_draft.text() != m_published) {
        showState();
        askDiff();
        return;
    }
    m_base = m_version;
    m_undo->clear();
    showDraft(m_published);
    if (m_list->currentRow() < 0 && m_list->count() > 0)
        m_list->setCurrentRow(0);
    takeKept(kept);
}

void AllocationPage::takeKept(const std::optional<KeptDraft::Draft>& kept)
{
    if (!kept || kept->json == m_published)
        return;
    m_base = std::min(kept->base, m_version); // a restored workspace may know of fewer versions
    edit(kept->json, tr("Draft kept from the last time"));
    emit notice(tr("The draft that was not published last time is back. Undo puts it aside."));
}

void AllocationPage::keepDraft()
{
    if (m_loaded && isDraft())
        m_kept.keep({m_draft.text(), m_base});
    else if (m_loaded)
        m_kept.forget();
}

bool AllocationPage::isDraft() const
{
    return m_draft.text() != m_published;
}

bool AllocationPage::isSettled() const
{
    return (m_loaded || m_failed) && !m_checking && !m_diffing && !m_publishing && !m_debounce->isActive();
}

void AllocationPage::resetFrom()
{
    m_effect->setFrom(m_isOwn ? m_effect->openMonth() : Day());
    m_isMonthChosen = false;
}

/// The rules in force for other months than they have is no draft, and can be published all the same.
bool AllocationPage::isPublishable() const
{
    return isDraft() || (m_isMonthChosen && m_effect->from() != m_publication.from);
}

void AllocationPage::beginPublishing()
{
    if (!isPublishable() || !m_fault.isEmpty() || m_publishing)
        return;
    m_panel->begin(format::count(m_version + 1));
    m_panel->showEffect(*m_effect, isEffectKnown());
}

void AllocationPage::closePanel()
{
    m_panel->hide();
    m_publish->setFocus();
}

bool AllocationPage::isEffectKnown() const
{
    return !m_checking && !m_diffing && !m_debounce->isActive() && m_fault.isEmpty();
}

void AllocationPage::publish()
{
    if (!isPublishable() || !m_fault.isEmpty() || m_publishing)
        return;
    m_publishing = true;
    m_panel->hide();
    showState();
    const RulesToPublish wanted{m_draft.text().toStdString(), m_base, m_effect->from(), m_panel->note().toStdString()};
    m_backend.rules().publish(
        wanted, guarded<RulesDocument>(this, [this](Result<RulesDocument> answer) {
            m_publishing = false;
            if (!answer && answer.error().code == ErrorCode::Conflict) {
                showState();
                askRules(); // the other's, to decide between both
                return;
            }
            if (!answer) {
                showState();
                emit problem(tr("The rules were not published: %1").arg(parts::text(answer.error().text())),
                             parts::advice(answer.error().code));
                return;
            }
            m_published = m_draft.text();
            adoptPublished(*answer);
            resetFrom();
            const Day from = m_publication.from;
            emit notice(from.isValid() ? tr("Published as version %1, from %2 on", "number, month")
                                             .arg(format::count(m_version), format::month(from, format::locale()))
                                       : tr("Published as version %1").arg(format::count(m_version)));
        }));
}

void AllocationPage::revert()
{
    if (isDraft())
        edit(m_published, tr("Revert to version %1").arg(format::count(m_version)));
}

void AllocationPage::askVersions()
{
    m_backend.ask(
        "allocation.versions", RuleVersionsQuestion{},
        guarded<std::vector<RulesDocument>>(this, [this](Result<std::vector<RulesDocument>> answer) {
            if (answer)
                showVersions(*answer);
            else
                emit problem(tr("The published versions could not be read: %1").arg(parts::text(answer.error().text())),
                             parts::advice(answer.error().code));
        }));
}

void AllocationPage::showVersions(const std::vector<RulesDocument>& versions)
{
    auto* list = new VersionList(versions, this);
    connect(list, &VersionList::broughtBack, this, [this](const RulesDocument& version) {
        edit(parts::text(version.json), tr("Bring back version %1").arg(format::count(version.version)));
    });
    list->open();
}

// ---- draft ----

void AllocationPage::edit(const QString& json, const QString& what, const QString& key)
{
    if (json != m_draft.text())
        m_undo->push(new DraftCommand(this, m_draft.text(), json, what, key));
}

void AllocationPage::showDraft(const QString& json)
{
    const QScopedValueRollback<bool> quiet(m_showing, true);
    m_draft.setText(json);
    if (m_json->toPlainText() != json)
        m_json->setPlainText(json);
    keepDraft();
    showList();
    showRule();
    showState();
    check();
}

void AllocationPage::showList()
{
    m_list->setEnabled(m_draft.isEditable());
    if (!m_draft.isEditable())
        return;
    QList<RuleList::Row> rows;
    for (qsizetype i = 0; i < m_draft.count(); ++i)
        rows << RuleList::Row{m_draft.nameOf(i), m_draft.isEnabled(i)};
    m_list->setRows(rows);
}

void AllocationPage::showRule()
{
    const int row = currentRule();
    const QScopedValueRollback<bool> quiet(m_showing, true);
    if (row < 0 || !m_draft.isEditable())
        m_form->clearRule();
    else
        m_form->setRule(m_draft.rule(row));
    for (auto* line : m_form->findChildren<QLineEdit*>())
        line->installEventFilter(this);
}

int AllocationPage::currentRule() const
{
    const int row = m_list->currentRow();
    return row < m_draft.count() ? row : -1;
}

void AllocationPage::showState()
{
    const bool draft = m_loaded && isDraft();
    m_state->setText(m_failed && !m_loaded ? tr("Not read")
                     : !m_loaded           ? tr("Reading…")
                     : draft               ? tr("Draft")
                                           : tr("Version %1").arg(format::count(m_version)));
    parts::setRole(m_state, !m_loaded ? "badgeNeutral" : draft ? "badgeWarning" : "badgeGood");
    m_stateText->setText(
        !m_loaded ? QString()
        : draft   ? tr("Nothing published yet: version %1 still counts").arg(format::count(m_version))
        : m_publication.from.isValid()
            ? tr("published for %1 and later", "a month").arg(format::month(m_publication.from, format::locale()))
            : tr("published, and what every page shows"));
    m_publish->setText(m_loaded ? tr("Publish version %1").arg(format::count(m_version + 1)) : tr("Publish"));
    m_publish->setEnabled(m_loaded && isPublishable() && m_fault.isEmpty() && !m_checking && !m_publishing &&
                          m_base == m_version && m_readOnly.isEmpty());
    m_publish->setToolTip(!m_readOnly.isEmpty() ? tr("Nothing can be published: %1").arg(m_readOnly)
                          : m_base != m_version && draft
                              ? tr("Decide first what becomes of the version published meanwhile")
                              : tr("Make the draft count, under a new version number"));
    if (!m_loaded || !isPublishable() || !m_readOnly.isEmpty() || m_base != m_version)
        m_panel->hide();
    else if (!m_panel->isHidden())
        m_panel->showEffect(*m_effect, isEffectKnown());
    showConflict();
    m_revert->setEnabled(draft && !m_publishing);
    m_state->setAccessibleName(tr("Draft state: %1").arg(m_state->text()));
}

void AllocationPage::check()
{
    if (!m_draft.isEditable()) {
        showCheck(m_draft.fault());
        return;
    }
    m_checking = true;
    m_backend.rules().check("allocation.check", m_draft.text().toStdString(),
                            guarded<RuleSet>(this, [this](Result<RuleSet> answer) {
                                m_checking = false;
                                if (!answer && answer.error().code == ErrorCode::Cancelled)
                                    return;
                                showCheck(answer ? QString() : faultInWords(answer.error(), m_draft));
                            }));
}

void AllocationPage::showCheck(const QString& fault)
{
    m_fault = fault;
    m_check->setText(fault.isEmpty() ? tr("The rules are valid.") : fault);
    m_check->setAccessibleName(tr("Rule check: %1").arg(m_check->text()));
    parts::setRole(m_check, fault.isEmpty() ? "good" : "bad");
    if (m_json->property("invalid").toBool() == fault.isEmpty()) {
        m_json->setProperty("invalid", !fault.isEmpty());
        restyle(m_json);
    }
    showState();
    if (fault.isEmpty())
        m_debounce->start();
    else
        m_effect->say(tr("The effect is shown as soon as the rules are valid."));
}

void AllocationPage::askDiff()
{
    if (!m_loaded || !m_fault.isEmpty() || !m_draft.isEditable())
        return;
    m_diffing = true;
    // Without a draft: what each rule of the version in force decided, in its own months.
    const Day from = isPublishable() ? m_effect->from() : m_publication.from;
    m_backend.ask("allocation.diff", RuleDiffQuestion{m_draft.text().toStdString(), from},
                  guarded<RuleDiff>(this, [this](Result<RuleDiff> answer) {
                      m_diffing = false;
                      if (answer)
                          showDiff(*answer);
                      else if (answer.error().code != ErrorCode::Cancelled)
                          m_effect->say(parts::text(answer.error().text()));
                      if (!answer && answer.error().code != ErrorCode::Cancelled)
                          m_panel->hide(); // it could not be published either
                      else if (!m_panel->isHidden())
                          m_panel->showEffect(*m_effect, isEffectKnown());
                  }));
    if (!m_panel->isHidden())
        m_panel->showEffect(*m_effect, isEffectKnown());
}

void AllocationPage::showDiff(const RuleDiff& diff)
{
    m_effect->showDiff(diff, isPublishable(), isPublishable() ? m_effect->from() : m_publication.from);
    // The bar speaks of the workspace's largest currency; the text names every one.
    const auto currencies = m_backend.workspaces().info().currencies;
    const Currency largest = currencies.empty() ? Currency() : currencies.front();
    Amount whole;
    for (const auto& coverage : diff.coverage)
        whole = coverage.currency == largest ? coverage.total : whole;
    for (std::size_t i = 0; i < diff.use.size(); ++i) {
        const auto& use = diff.use[i];
        RuleList::Use text{counted::lines(use.rows), {}, {}};
        double share = 0;
        for (const CurrencyTotal& total : use.cost) {
            text.amounts << format::money(total.cost, total.currency, format::locale());
            text.shortAmounts << format::moneyShort(total.cost, total.currency, format::locale());
            if (total.currency == largest && !whole.isZero())
                share = total.cost.toDouble() / whole.toDouble();
        }
        m_list->setUse(static_cast<int>(i), text, share);
    }
    m_list->viewport()->update();
}

// ---- list actions ----

void AllocationPage::addRule()
{
    if (!m_draft.isEditable())
        return;
    OrderedJson rule = OrderedJson::object();
    rule.set("name", OrderedJson::text(m_draft.freeName(tr("New rule"))));
    OrderedJson condition = OrderedJson::object();
    condition.set("dim", OrderedJson::text("service"));
    condition.set("equals", OrderedJson::text(tr("Name of a service")));
    rule.set("when", OrderedJson::list({condition}));
    OrderedJson set = OrderedJson::object();
    set.set("team", OrderedJson::text(tr("Name of a team")));
    rule.set("set", set);
    const int at = std::max(0, currentRule());
    edit(m_draft.withNewRule(at, rule), tr("Add rule"));
    m_list->setCurrentRow(at);
    m_tabs->setCurrentIndex(0);
    m_form->focusName();
}

void AllocationPage::duplicateRule()
{
    const int row = currentRule();
    if (row < 0 || !m_draft.isEditable())
        return;
    OrderedJson rule = m_draft.rule(row);
    rule.set("name", OrderedJson::text(m_draft.freeName(m_draft.nameOf(row))));
    edit(m_draft.withNewRule(row + 1, rule), tr("Duplicate rule"));
    m_list->setCurrentRow(row + 1);
}

void AllocationPage::removeRule(int row)
{
    if (row >= 0 && m_draft.isEditable())
        edit(m_draft.withoutRule(row), tr("Remove rule"));
}

void AllocationPage::moveRule(int from, int to)
{
    if (from < 0 || to < 0 || to >= m_draft.count() || !m_draft.isEditable())
        return;
    edit(m_draft.withRuleMoved(from, to), tr("Move rule"));
    m_list->setCurrentRow(to);
}

// ---- page ----

bool AllocationPage::canUndo() const
{
    return m_undo->canUndo();
}

bool AllocationPage::canRedo() const
{
    return m_undo->canRedo();
}

void AllocationPage::undo()
{
    m_undo->undo();
}

void AllocationPage::redo()
{
    m_undo->redo();
}

bool AllocationPage::copySelection(bool withHeaders)
{
    return m_effect->grid()->copySelection(withHeaders);
}

void AllocationPage::takeFocus()
{
    m_list->setFocus();
}

bool AllocationPage::eventFilter(QObject* watched, QEvent* event)
{
    // Undo belongs to the page, not to the single field: the key goes on to the window.
    if (event->type() == QEvent::ShortcutOverride) {
        auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
            event->ignore();
            return true;
        }
    }
    return Page::eventFilter(watched, event);
}

} // namespace altimeter::ui
