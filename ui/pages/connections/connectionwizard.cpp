#include "ui/pages/connections/connectionwizard.h"

#include "ui/format/format.h"
#include "ui/pages/common/banner.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/connections/connectionform.h"
#include "ui/pages/connections/connectiontext.h"
#include "ui/pages/connections/feedmappingform.h"
#include "ui/pages/connections/kindlist.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

#include <set>

namespace altimeter::ui {

ConnectionWizard::ConnectionWizard(Backend& backend, const std::vector<ConnectionInfo>& existing, QWidget* parent)
    : QDialog(parent), m_backend(backend), m_kinds(backend.connections().kinds())
{
    for (const ConnectionInfo& connection : existing)
        m_taken << parts::text(connection.settings.name);
    setWindowTitle(tr("Add connection"));
    setAccessibleName(tr("Add connection"));
    resize(900, 660);
    m_title = parts::label(tr("Add connection"), "title", this);
    m_title->setAccessibleName(tr("What is set up"));
    m_trail = parts::label({}, "secondary", this);
    m_trail->setAccessibleName(tr("Step"));
    m_stack = new QStackedWidget(this);
    m_stack->setAccessibleName(tr("Step content"));
    m_stack->addWidget(makeKinds());
    m_verdict = new Banner(tr("Answer"), this);
    auto* head = new QHBoxLayout;
    head->addWidget(m_title);
    head->addStretch();
    head->addWidget(m_trail);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 16, 20, 16);
    layout->setSpacing(12);
    layout->addLayout(head);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_verdict);
    m_reach = parts::paragraph({}, "small", this);
    m_reach->setTextInteractionFlags(Qt::NoTextInteraction);
    m_plain = new QCheckBox(this);
    m_plain->setAccessibleName(tr("Send the key unencrypted"));
    m_plain->setToolTip(tr("Only where you know every computer in between, as inside of your own network"));
    layout->addWidget(m_reach);
    layout->addWidget(m_plain);
    layout->addWidget(parts::line(this));
    layout->addWidget(makeButtons());
    go(Kinds);
}

QWidget* ConnectionWizard::makeKinds()
{
    m_list = new KindList(m_kinds, this);
    m_list->setAccessibleName(tr("Choose a kind"));
    connect(m_list, &KindList::activated, this, &ConnectionWizard::next);
    connect(m_list, &KindList::currentChanged, this, [this] {
        if (m_next)
            m_next->setEnabled(m_list->current() != nullptr);
    });
    return m_list;
}

QWidget* ConnectionWizard::makeMappingStep()
{
    return useMapping(new FeedMappingForm(m_backend, this));
}

QWidget* ConnectionWizard::makeButtons()
{
    auto* bar = new QWidget(this);
    m_help = parts::button(tr("Help"), tr("What this connection brings and which rights it needs"), "link", bar);
    m_cancel = parts::button(tr("Cancel"), tr("Close without saving (Esc)"), nullptr, bar);
    m_back = parts::button(tr("Back"), tr("To the step before (Alt+Left)"), nullptr, bar);
    m_testButton =
        parts::button(tr("Test"), tr("Ask the provider the cheapest question with these settings"), nullptr, bar);
    m_save = parts::button(tr("Save"), tr("Store the connection; sync it later"), nullptr, bar);
    m_saveAndSync =
        parts::button(tr("Save and sync"), tr("Store the connection and fetch its charges now"), nullptr, bar);
    m_next = parts::button(tr("Next"), tr("To the next step (Enter)"), nullptr, bar);
    m_back->setShortcut(QKeySequence("Alt+Left"));
    connect(m_help, &QPushButton::clicked, this, [this] { emit helpRequested(parts::text(m_kind.kind)); });
    connect(m_cancel, &QPushButton::clicked, this, &ConnectionWizard::reject);
    connect(m_back, &QPushButton::clicked, this, &ConnectionWizard::back);
    connect(m_next, &QPushButton::clicked, this, &ConnectionWizard::next);
    connect(m_testButton, &QPushButton::clicked, this, &ConnectionWizard::test);
    connect(m_save, &QPushButton::clicked, this, [this] { save(false); });
    connect(m_saveAndSync, &QPushButton::clicked, this, [this] { save(true); });
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_help);
    layout->addStretch();
    for (QPushButton* button : {m_cancel, m_back, m_testButton, m_save, m_saveAndSync, m_next})
        layout->addWidget(button);
    return bar;
}

QWidget* ConnectionWizard::makeSide()
{
    auto* card = parts::card(tr("About this kind"), this);
    auto* inside = parts::cardLayout(card);
    inside->setSpacing(6);
    const auto add = [card, inside](const QString& title, const QString& text) {
        if (text.isEmpty())
            return;
        if (inside->count() > 0)
            inside->addSpacing(10);
        inside->addWidget(parts::label(title, "overline", card));
        inside->addWidget(parts::paragraph(text, "plain", card));
    };
    add(tr("BRINGS"), parts::text(m_kind.summary));
    add(tr("RIGHTS TO GRANT"), parts::text(m_kind.rights));
    add(tr("FRESHNESS"), connectiontext::freshness(m_kind));
    add(tr("PRICE"), format::sentence(connectiontext::requestPrice(m_kind)));
    inside->addStretch();
    auto* scroll = new QScrollArea(this);
    scroll->setProperty("plain", true);
    scroll->setAccessibleName(tr("About this kind"));
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidgetResizable(true);
    scroll->setFixedWidth(300);
    scroll->setWidget(card);
    return scroll;
}

void ConnectionWizard::makeSettings()
{
    for (int index = m_stack->count() - 1; index > Kinds; --index) {
        QWidget* old = m_stack->widget(index);
        m_stack->removeWidget(old);
        old->deleteLater();
    }
    m_mapping = {};
    m_mappingTouched = false;
    const auto store = m_backend.connections().secretStore();
    m_settings = new QWidget(this);
    m_form = new ConnectionForm(m_kind, parts::text(store.text), m_isEditing ? QStringList() : m_taken, m_settings);
    connect(m_form, &ConnectionForm::changed, this, &ConnectionWizard::formChanged);
    auto* row = new QHBoxLayout(m_settings);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(16);
    row->addWidget(m_form, 1);
    row->addWidget(makeSide());
    m_stack->addWidget(m_settings);
    if (hasMapping())
        m_stack->addWidget(makeMappingStep());
}

const ConnectorInfo* ConnectionWizard::infoOf(const std::string& kind) const
{
    const auto found =
        std::find_if(m_kinds.begin(), m_kinds.end(), [&kind](const ConnectorInfo& info) { return info.kind == kind; });
    return found == m_kinds.end() ? nullptr : &*found;
}

void ConnectionWizard::setKind(const ConnectorInfo& kind)
{
    if (m_form && m_kind.kind == kind.kind)
        return;
    m_kind = kind;
    makeSettings();
}

void ConnectionWizard::chooseKind(const std::string& kind)
{
    const ConnectorInfo* info = infoOf(kind);
    if (!info)
        return;
    m_list->choose(kind);
    setKind(*info);
    go(Settings);
}

void ConnectionWizard::edit(const ConnectionInfo& connection)
{
    m_isEditing = true;
    setWindowTitle(tr("Edit connection"));
    setAccessibleName(tr("Edit connection"));
    const ConnectorInfo* info = infoOf(connection.settings.kind);
    if (!info) { // made by a program that knows more kinds
        m_verdict->say(Banner::Tone::Bad,
                       tr("This program knows no kind “%1”.").arg(parts::text(connection.settings.kind)),
                       tr("Open it with the newer version of Altimeter that made it."));
        for (QPushButton* button : {m_help, m_next})
            button->setEnabled(false);
        return;
    }
    setKind(*info);
    m_form->setStored(connection.settings, connection.state == ConnectionInfo::State::MissingSecret);
    if (hasMapping()) {
        FeedMapping mapping;
        for (const auto& [key, value] : connection.settings.values) {
            if (isMappingKey(key))
                mapping[key] = value;
        }
        if (connection.unconfirmed.empty()) // else it is read when its user goes on to the mapping
            m_mapping.setFile(m_form->path());
        m_mapping.setMapping(mapping);
        m_mappingTouched = false;
    }
    go(Settings);
}

bool ConnectionWizard::isMappingKey(const std::string& key)
{
    static const std::set<std::string> habits{"rows", "amount_unit", "sign", "dates", "decimal", "currency", "period"};
    return key.starts_with("column:") || key.starts_with("constant:") || habits.contains(key);
}

void ConnectionWizard::go(Step step)
{
    m_step = step;
    m_stack->setCurrentIndex(step);
    m_verdict->clear();
    m_leaveAsked = false;
    ++m_test;
    showStep();
    if (step == Kinds)
        m_list->takeFocus();
    else if (step == Settings)
        m_form->takeFocus();
    else
        m_mapping.widget->setFocus();
}

void ConnectionWizard::showStep()
{
    const bool last = m_step == Mapping || (m_step == Settings && !hasMapping());
    const QString title = m_step == Kinds ? QString() : parts::text(m_kind.title);
    m_title->setText(m_step == Kinds ? tr("What should be connected?")
                     : m_isEditing   ? tr("Edit %1").arg(title)
                                     : tr("Connect %1").arg(title));
    const int first = m_isEditing ? Settings : Kinds;
    const int count = (m_step != Kinds && hasMapping() ? 3 : 2) - first;
    const QString names[] = {tr("Kind"), tr("Settings"), tr("Mapping")};
    m_trail->setText(tr("Step %1 of %2: %3")
                         .arg(format::count(static_cast<std::uint64_t>(m_step - first + 1)),
                              format::count(static_cast<std::uint64_t>(count)), names[m_step]));
    m_help->setVisible(m_step != Kinds);
    m_back->setVisible(m_step != first && m_step != Kinds);
    m_next->setVisible(!last);
    for (QPushButton* button : {m_testButton, m_save, m_saveAndSync})
        button->setVisible(last);
    QPushButton* main = !last ? m_next : m_isEditing ? m_save : m_saveAndSync;
    for (QPushButton* button : {m_next, m_save, m_saveAndSync}) {
        button->setProperty("primary", button == main);
        button->setDefault(button == main);
        restyle(button);
    }
    m_next->setEnabled(m_step != Kinds || m_list->current());
    setBusy(m_isBusy);
    showReach();
}

void ConnectionWizard::showReach()
{
    const auto reach = m_form ? m_backend.connections().reachOf(draft()) : Result<ConnectionReach>(ConnectionReach());
    const bool isLast = m_save->isVisibleTo(this);
    const QString sentence = reach ? connectiontext::reachSentence(*reach) : QString();
    m_reach->setText(tr("Saving agrees to this for this computer: %1").arg(sentence));
    m_reach->setAccessibleName(m_reach->text());
    m_reach->setVisible(isLast && !sentence.isEmpty());
    const bool isPlain = reach && !reach->plain.empty();
    const QString question =
        isPlain ? tr("Send the key unencrypted to %1").arg(connectiontext::listed(reach->plain)) : QString();
    if (question != m_plain->text()) { // a yes was for another address
        m_plain->setChecked(false);
        m_plain->setText(question);
    }
    m_plain->setVisible(isLast && isPlain);
}

void ConnectionWizard::back()
{
    if (m_step > (m_isEditing ? Settings : Kinds))
        go(static_cast<Step>(m_step - 1));
}

void ConnectionWizard::next()
{
    if (m_step == Kinds) {
        const ConnectorInfo* kind = m_list->current();
        if (kind)
            chooseKind(kind->kind);
    } else if (m_step == Settings && hasMapping() && m_form->check()) {
        const bool touched = m_mappingTouched;
        m_mapping.setFile(m_form->path());
        m_mappingTouched = touched;
        go(Mapping);
    }
}

void ConnectionWizard::formChanged()
{
    m_leaveAsked = false;
    ++m_test; // an answer on its way speaks of other settings
    m_verdict->clear();
    showReach();
}

void ConnectionWizard::mappingChanged()
{
    m_mappingTouched = true;
    formChanged();
}

bool ConnectionWizard::check()
{
    if (m_step != Settings && !m_form->check()) {
        go(Settings);
        return m_form->check();
    }
    if (!m_form->check())
        return false;
    if (hasMapping() && !m_mapping.isComplete()) {
        m_verdict->say(Banner::Tone::Bad, tr("The mapping is not complete."),
                       tr("Say at least which field holds the cost and which the day."));
        return false;
    }
    return true;
}

ConnectionDraft ConnectionWizard::draft() const
{
    ConnectionDraft draft = m_form->draft();
    draft.allowsPlainHttp = m_plain->isChecked();
    if (!hasMapping())
        return draft;
    std::map<std::string, std::string> values = m_mapping.mapping();
    for (const auto& [key, value] : draft.settings.values) {
        if (!isMappingKey(key))
            values[key] = value;
    }
    draft.settings.values = std::move(values);
    return draft;
}

void ConnectionWizard::test()
{
    if (!check())
        return;
    const int number = ++m_test;
    m_verdict->say(Banner::Tone::Info, tr("Asking %1…").arg(parts::text(m_kind.title)));
    m_backend.connections().test("wizard.test", draft(), Connections::TestOf::Form,
                                 guarded<std::string>(this, [this, number](Result<std::string> answer) {
                                     if (number != m_test || (!answer && answer.error().code == ErrorCode::Cancelled))
                                         return;
                                     if (answer)
                                         m_verdict->say(Banner::Tone::Good, parts::text(*answer));
                                     else
                                         m_verdict->say({}, answer.error());
                                 }));
}

void ConnectionWizard::save(bool sync)
{
    if (m_isBusy || !check())
        return;
    const ConnectionDraft made = draft();
    ++m_test;
    m_verdict->clear();
    setBusy(true);
    m_backend.connections().save(
        made, guarded<bool>(this, [this, sync, name = parts::text(made.settings.name)](Result<bool> answer) {
            setBusy(false);
            if (!answer) {
                m_verdict->say(tr("The connection was not saved"), answer.error());
                return;
            }
            emit saved(name, sync);
            accept();
        }));
}

void ConnectionWizard::setBusy(bool busy)
{
    m_isBusy = busy;
    for (QPushButton* button : {m_back, m_testButton, m_save, m_saveAndSync})
        button->setEnabled(!busy);
}

void ConnectionWizard::reject()
{
    const bool isTyped = m_form && (m_form->isDirty() || m_mappingTouched);
    if (isTyped && !m_leaveAsked) {
        m_leaveAsked = true;
        m_verdict->say(Banner::Tone::Warning, tr("What you typed is not saved."),
                       tr("Press Esc or Cancel once more to leave without saving."));
        return;
    }
    QDialog::reject();
}

} // namespace altimeter::ui
