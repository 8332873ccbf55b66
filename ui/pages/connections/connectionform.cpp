#include "ui/pages/connections/connectionform.h"

#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/connections/connectiontext.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QScopedValueRollback>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace altimeter::ui {

namespace {

using Kind = ConnectorField::Kind;

constexpr std::array<int, 5> kSchedules{0, 1, 6, 12, 24};
const QString kEnvironment = QStringLiteral("env:");

/// Where a connection keeps the name of the variable a secret is read from.
std::string referenceKey(const ConnectorField& field)
{
    return "secret:" + field.key;
}

QString numberFault(const QString& text, int atMost)
{
    static const QRegularExpression whole("^[0-9]{1,9}$");
    if (!whole.match(text).hasMatch())
        return QObject::tr("Type a whole number, not below zero.");
    return atMost > 0 && text.toInt() > atMost ? QObject::tr("The provider answers only the last %1 days.").arg(atMost)
                                               : QString();
}

QString urlFault(const QString& text)
{
    const QUrl url(text, QUrl::StrictMode);
    if (!url.isValid() || (url.scheme() != "http" && url.scheme() != "https") || url.host().isEmpty())
        return QObject::tr("Type a whole address that begins with https:// or http://.");
    return url.userInfo().isEmpty() ? QString()
                                    : QObject::tr("Leave name and password out of the address; there are fields for "
                                                  "secrets.");
}

QString secretFault(const QString& text)
{
    static const QRegularExpression name("^env:[A-Za-z_][A-Za-z0-9_]*$");
    return text.startsWith(kEnvironment) && !name.match(text).hasMatch()
               ? QObject::tr("After env: comes the name of an environment variable, for example env:OPENAI_KEY.")
               : QString();
}

} // namespace

ConnectionForm::ConnectionForm(const ConnectorInfo& kind, const QString& secretHint, const QStringList& taken,
                               QWidget* parent)
    : QScrollArea(parent), m_kind(kind), m_secretHint(secretHint), m_taken(taken)
{
    setProperty("plain", true);
    setAccessibleName(tr("Connection settings"));
    setFocusPolicy(Qt::NoFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidgetResizable(true);
    auto* body = new QWidget;
    m_layout = new QVBoxLayout(body);
    m_layout->setContentsMargins(2, 2, 14, 8);
    m_layout->setSpacing(14);
    setWidget(body);

    const QScopedValueRollback<bool> quiet(m_showing, true);
    Field& name = addField({"name",
                            tr("Name").toStdString(),
                            tr("The charges carry it as their source. It cannot be changed later.").toStdString(),
                            Kind::Text,
                            true,
                            {},
                            {}},
                           m_layout);
    QString proposal = parts::text(kind.kind);
    for (int number = 2; m_taken.contains(proposal, Qt::CaseInsensitive); ++number)
        proposal = QStringLiteral("%1-%2").arg(parts::text(kind.kind)).arg(number);
    name.setText(proposal);
    for (const ConnectorField& field : kind.fields)
        addField(field, m_layout);
    auto* row = new QHBoxLayout;
    row->setSpacing(20);
    buildSchedule(row);
    const QString back = kind.historyDays > 0
                             ? tr("What the first sync asks for. The provider answers only the last %1 day(s).",
                                  nullptr, kind.historyDays)
                                   .arg(format::count(static_cast<std::uint64_t>(kind.historyDays)))
                             : tr("What the first sync asks for; later ones ask for what is new or may change.");
    addField({kBackfillKey,
              tr("How far back, in days").toStdString(),
              back.toStdString(),
              Kind::Number,
              false,
              std::to_string(kind.backfillDays),
              {}},
             row);
    m_layout->addLayout(row);
    m_layout->addStretch();
}

ConnectionForm::Field& ConnectionForm::addField(const ConnectorField& info, QBoxLayout* into)
{
    Field& field = m_fields.emplace_back();
    field.info = info;
    auto* block = new QVBoxLayout;
    block->setSpacing(4);
    const QString label = parts::text(info.label), help = parts::text(info.help);
    if (info.kind != Kind::Flag) {
        auto* head = new QHBoxLayout;
        head->setSpacing(8);
        auto* title = parts::label(label, "field", widget());
        title->setFont(Theme::current().bodyBold);
        head->addWidget(title);
        if (info.isRequired)
            head->addWidget(parts::label(tr("required"), "tertiary", widget()));
        head->addStretch();
        block->addLayout(head);
    }
    makeInput(field, block);
    field.input->setAccessibleName(label);
    field.input->setAccessibleDescription(info.isRequired ? tr("Required. %1").arg(help) : help);
    field.input->setToolTip(help);
    QStringList words{help};
    if (info.kind == Kind::Secret)
        words << tr("%1 Or type env:NAME to read it from the environment variable NAME.").arg(m_secretHint);
    words.removeAll(QString());
    if (!words.isEmpty()) {
        auto* hint = parts::paragraph(words.join(' '), "small", widget());
        hint->setTextInteractionFlags(Qt::NoTextInteraction);
        block->addWidget(hint);
    }
    field.fault = parts::paragraph({}, "bad", widget());
    field.fault->setTextInteractionFlags(Qt::NoTextInteraction);
    field.fault->hide();
    block->addWidget(field.fault);
    if (into == m_layout) {
        m_layout->addLayout(block);
    } else {
        block->addStretch();
        into->addLayout(block, 1);
    }
    return field;
}

void ConnectionForm::makeInput(Field& field, QVBoxLayout* block)
{
    Field* const self = &field;
    if (field.info.kind == Kind::Choice) {
        auto* box = new QComboBox(widget());
        box->setAccessibleDescription(parts::text(field.info.label));
        for (const std::string& choice : field.info.choices)
            box->addItem(parts::text(choice));
        field.text = [box] { return box->currentText(); };
        field.setText = [box](const QString& text) { box->setCurrentIndex(box->findText(text)); };
        connect(box, &QComboBox::currentIndexChanged, this, [this, self] { touched(*self); });
        field.input = box;
    } else if (field.info.kind == Kind::Flag) {
        auto* box = new QCheckBox(parts::text(field.info.label), widget());
        field.text = [box] { return box->isChecked() ? QStringLiteral("yes") : QStringLiteral("no"); };
        field.setText = [box](const QString& text) { box->setChecked(text == "yes"); };
        connect(box, &QCheckBox::toggled, this, [this, self] { touched(*self); });
        field.input = box;
    } else if (field.info.kind == Kind::Lines) {
        auto* box = new QPlainTextEdit(widget());
        box->setTabChangesFocus(true);
        box->setFixedHeight(84);
        box->setPlaceholderText(parts::text(field.info.preset));
        field.text = [box] { return box->toPlainText(); };
        field.setText = [box](const QString& text) { box->setPlainText(text); };
        connect(box, &QPlainTextEdit::textChanged, this, [this, self] { touched(*self); });
        field.input = box;
    } else {
        makeLine(field, block);
        return;
    }
    if (!field.info.preset.empty() && field.info.kind != Kind::Lines)
        field.setText(parts::text(field.info.preset));
    block->addWidget(field.input);
}

void ConnectionForm::makeLine(Field& field, QVBoxLayout* block)
{
    Field* const self = &field;
    auto* line = new QLineEdit(widget());
    line->setPlaceholderText(parts::text(field.info.preset));
    field.text = [line] { return line->text().trimmed(); };
    field.setText = [line](const QString& text) {
        line->setText(text);
        line->setCursorPosition(0);
    };
    field.input = line;
    if (field.info.kind == Kind::Secret) {
        line->setEchoMode(QLineEdit::Password);
        // The name of a variable is no secret, and a slip in it should be seen.
        connect(line, &QLineEdit::textChanged, this, [line](const QString& text) {
            line->setEchoMode(text.startsWith(kEnvironment) ? QLineEdit::Normal : QLineEdit::Password);
        });
    }
    connect(line, &QLineEdit::textChanged, this, [this, self] { touched(*self); });
    connect(line, &QLineEdit::editingFinished, this, [this, self] {
        if (!self->text().isEmpty())
            say(*self, faultOf(*self));
    });
    if (field.info.kind != Kind::Path) {
        block->addWidget(line);
        return;
    }
    const QString title = parts::text(field.info.label);
    auto* browse = parts::button(tr("Browse…"), tr("Choose the file"), nullptr, widget());
    browse->setAccessibleName(tr("Browse for %1").arg(title));
    connect(browse, &QPushButton::clicked, this, [this, line, title] {
        auto* dialog = new QFileDialog(this, title, line->text());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::ExistingFile);
        connect(dialog, &QFileDialog::fileSelected, line, &QLineEdit::setText);
        dialog->open();
    });
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(line, 1);
    row->addWidget(browse);
    block->addLayout(row);
}

void ConnectionForm::buildSchedule(QBoxLayout* into)
{
    auto* block = new QVBoxLayout;
    block->setSpacing(4);
    auto* title = parts::label(tr("Schedule"), "field", widget());
    title->setFont(Theme::current().bodyBold);
    m_schedule = new QComboBox(widget());
    m_schedule->setAccessibleName(tr("Schedule"));
    m_schedule->setAccessibleDescription(tr("Schedule"));
    m_schedule->setToolTip(tr("How often to sync while Altimeter is open"));
    for (const int hours : kSchedules)
        m_schedule->addItem(connectiontext::schedule(hours), hours);
    const bool costs = !m_kind.requestCost.empty();
    m_schedule->setCurrentIndex(m_schedule->findData(costs ? 0 : 24));
    connect(m_schedule, &QComboBox::currentIndexChanged, this, &ConnectionForm::changedByHand);
    block->addWidget(title);
    block->addWidget(m_schedule);
    auto* hint = parts::paragraph(costs ? tr("For this provider %1. Syncs by schedule are not confirmed one by one.")
                                              .arg(connectiontext::requestPrice(m_kind))
                                        : tr("Syncs run while Altimeter is open."),
                                  costs ? "warning" : "small", widget());
    hint->setTextInteractionFlags(Qt::NoTextInteraction);
    block->addWidget(hint);
    block->addStretch();
    into->addLayout(block, 1);
}

void ConnectionForm::setStored(const ConnectionSettings& settings, bool missesSecret)
{
    const QScopedValueRollback<bool> quiet(m_showing, true);
    m_stored = settings;
    m_isStored = true;
    m_missesSecret = missesSecret;
    for (Field& field : m_fields) {
        const auto found = settings.values.find(field.info.key);
        if (isName(field)) {
            field.setText(parts::text(settings.name));
            field.input->setEnabled(false);
        } else if (field.info.kind == Kind::Secret) {
            if (const auto named = settings.values.find(referenceKey(field.info)); named != settings.values.end())
                field.setText(parts::text(named->second)); // the name of a variable is no secret, and must be seen
            else if (!missesSecret)
                static_cast<QLineEdit*>(field.input)->setPlaceholderText(tr("Stored; leave empty to keep it"));
        } else if (found != settings.values.end()) {
            field.setText(parts::text(found->second));
        }
    }
    if (m_schedule->findData(settings.everyHours) < 0)
        m_schedule->addItem(connectiontext::schedule(settings.everyHours), settings.everyHours);
    m_schedule->setCurrentIndex(m_schedule->findData(settings.everyHours));
}

QString ConnectionForm::nameFault(const QString& name) const
{
    if (m_isStored)
        return {};
    static const QRegularExpression control("[\\x00-\\x1f\\x7f]");
    if (name.contains(control) || name.size() > 80)
        return tr("A name has at most 80 characters, all of them visible.");
    return m_taken.contains(name, Qt::CaseInsensitive) ? tr("There is a connection of this name already.") : QString();
}

QString ConnectionForm::faultOf(const Field& field) const
{
    const QString text = field.text();
    if (text.isEmpty()) {
        const bool isKept = field.info.kind == Kind::Secret && m_isStored && !m_missesSecret;
        return field.info.isRequired && field.info.preset.empty() && !isKept
                   ? tr("%1 is needed.").arg(parts::text(field.info.label))
                   : QString();
    }
    if (isName(field))
        return nameFault(text);
    switch (field.info.kind) {
    case Kind::Number:
        return numberFault(text, isBackfill(field) ? m_kind.historyDays : 0);
    case Kind::Url:
        return urlFault(text);
    case Kind::Secret:
        return secretFault(text);
    case Kind::Path:
        // A kind that also reads from an address says so in its help.
        return text.startsWith("https://") || text.startsWith("http://") || QFileInfo(text).isFile()
                   ? QString()
                   : tr("There is no such file.");
    case Kind::Text:
    case Kind::Choice:
    case Kind::Flag:
    case Kind::Lines:
        break;
    }
    return {};
}

void ConnectionForm::say(Field& field, const QString& fault)
{
    field.fault->setText(fault);
    field.fault->setVisible(!fault.isEmpty());
    field.fault->setAccessibleName(tr("Fault in %1: %2").arg(parts::text(field.info.label), fault));
    if (field.input->property("invalid").toBool() == fault.isEmpty()) {
        field.input->setProperty("invalid", !fault.isEmpty());
        restyle(field.input);
    }
}

void ConnectionForm::touched(Field& field)
{
    if (m_showing)
        return;
    if (!field.fault->isHidden())
        say(field, faultOf(field));
    changedByHand();
}

void ConnectionForm::changedByHand()
{
    if (m_showing)
        return;
    m_dirty = true;
    emit changed();
}

bool ConnectionForm::check()
{
    Field* first = nullptr;
    for (Field& field : m_fields) {
        const QString fault = faultOf(field);
        say(field, fault);
        if (!fault.isEmpty() && !first)
            first = &field;
    }
    if (first) {
        ensureWidgetVisible(first->input);
        first->input->setFocus();
    }
    return !first;
}

ConnectionDraft ConnectionForm::draft() const
{
    ConnectionDraft draft;
    draft.settings = m_stored; // keeps values no field speaks of
    draft.settings.kind = m_kind.kind;
    draft.settings.everyHours = m_schedule->currentData().toInt();
    for (const Field& field : m_fields) {
        const std::string text = field.text().toStdString();
        if (isName(field))
            draft.settings.name = text;
        else if (field.info.kind == Kind::Secret) {
            draft.settings.values.erase(referenceKey(field.info)); // what the field shows is what applies
            if (!text.empty())
                draft.secrets[field.info.key] = text;
        } else if (text.empty() || text == field.info.preset ||
                   (field.info.kind == Kind::Flag && text == "no" && field.info.preset.empty()))
            draft.settings.values.erase(field.info.key);
        else
            draft.settings.values[field.info.key] = text;
    }
    return draft;
}

QString ConnectionForm::path() const
{
    const auto found =
        std::find_if(m_fields.begin(), m_fields.end(), [](const Field& f) { return f.info.kind == Kind::Path; });
    return found == m_fields.end() ? QString() : found->text();
}

void ConnectionForm::takeFocus()
{
    for (Field& field : m_fields) {
        if (!field.input->isEnabled())
            continue;
        field.input->setFocus();
        if (auto* line = qobject_cast<QLineEdit*>(field.input))
            line->selectAll();
        return;
    }
}

} // namespace altimeter::ui
