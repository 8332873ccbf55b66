#include "ui/shell/settingsdialog.h"

#include "ui/backend/settings.h"
#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/shell/shellactions.h"

#include <QAction>
#include <QActionGroup>
#include <QComboBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace altimeter::ui {

namespace {

constexpr const char* kZoom = "zoom";
constexpr std::array kZooms{100, 110, 125, 150, 175, 200};

QString plain(const QAction* action)
{
    QString text = action->text();
    return text.replace("&&", "\x01").remove('&').replace("\x01", "&");
}

QFormLayout* formIn(QFrame* card, const QString& title)
{
    parts::cardLayout(card)->addWidget(parts::label(title, "heading", card));
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    parts::cardLayout(card)->addLayout(form);
    return form;
}

} // namespace

SettingsDialog::SettingsDialog(ShellActions& actions, Settings& settings, QWidget* parent)
    : QDialog(parent), m_actions(actions), m_settings(settings)
{
    setWindowTitle(tr("Settings"));
    setAccessibleName(tr("Settings"));
    setProperty("page", true);
    auto* inside = new QWidget(this);
    inside->setProperty("page", true);
    auto* column = new QVBoxLayout(inside);
    column->setSpacing(12);
    column->addWidget(makeAppearance());
    column->addWidget(makeNumbers());
    column->addWidget(makeNetwork());
    column->addWidget(makePrivacy());
    column->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setAccessibleName(tr("Settings"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(inside);
    auto* close = parts::button(tr("Close"), tr("Every choice is already in effect"), nullptr, this);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 0, 12, 12);
    row->addWidget(
        parts::label(tr("Every choice takes effect at once and is kept for you on this computer."), "small", this));
    row->addStretch(1);
    row->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll, 1);
    layout->addLayout(row);
    resize(640, 600);
}

void SettingsDialog::present()
{
    m_proxy->setText(parts::text(m_settings.value("proxy")));
    m_certificates->setText(parts::text(m_settings.value("ca_file")));
    show();
    raise();
    activateWindow();
}

int SettingsDialog::zoomOf(const std::string& setting)
{
    const int zoom = QString::fromStdString(setting).toInt();
    return std::find(kZooms.begin(), kZooms.end(), zoom) == kZooms.end() ? kZooms.front() : zoom;
}

QWidget* SettingsDialog::makeAppearance()
{
    QFrame* card = parts::card(tr("Appearance"), this);
    QFormLayout* form = formIn(card, tr("Appearance"));
    form->addRow(tr("Theme"), listOf(m_actions.themes(), tr("Theme"), tr("Light, dark, or as the desktop is")));
    form->addRow(tr("Rows of tables"), makeRows());
    form->addRow(tr("Size of everything"), makeZoom());
    m_zoomNote = parts::label({}, "warning", card);
    m_zoomNote->setAccessibleName(tr("About the size"));
    m_zoomNote->hide();
    form->addRow(QString(), m_zoomNote);
    return card;
}

QComboBox* SettingsDialog::makeRows()
{
    auto* rows = new QComboBox(this);
    rows->setAccessibleDescription(tr("Rows of tables"));
    rows->setToolTip(tr("How many rows are in sight at once"));
    rows->addItems({tr("Many rows"), tr("More room between rows")});
    const auto show = [this, rows] { rows->setCurrentIndex(m_actions.roomy()->isChecked() ? 1 : 0); };
    show();
    connect(m_actions.roomy(), &QAction::toggled, rows, show);
    connect(rows, &QComboBox::activated, this, [this](int index) {
        if (m_actions.roomy()->isChecked() != (index == 1))
            m_actions.roomy()->trigger();
    });
    return rows;
}

QComboBox* SettingsDialog::makeZoom()
{
    m_zoom = new QComboBox(this);
    m_zoom->setAccessibleDescription(tr("Size of everything"));
    m_zoom->setToolTip(tr("Text, rows and charts, larger than usual"));
    for (const int zoom : kZooms)
        m_zoom->addItem(tr("%1 %", "a share").arg(zoom), zoom);
    const int now = zoomOf(m_settings.value(kZoom));
    m_zoom->setCurrentIndex(m_zoom->findData(now));
    connect(m_zoom, &QComboBox::activated, this, [this, now] {
        const int chosen = m_zoom->currentData().toInt();
        m_settings.setValue(kZoom, std::to_string(chosen));
        m_zoomNote->setText(tr("From the next start of the program."));
        m_zoomNote->setVisible(chosen != now);
    });
    return m_zoom;
}

QWidget* SettingsDialog::makeNumbers()
{
    QFrame* card = parts::card(tr("Numbers and dates"), this);
    QFormLayout* form = formIn(card, tr("Numbers and dates"));
    form->addRow(tr("Written as in"), listOf(m_actions.locales(), tr("Written as in"),
                                             tr("How figures and days look; exports stay as they are")));
    form->addRow(tr("Fiscal year"),
                 listOf(m_actions.fiscalYears(), tr("Fiscal year"), tr("What fy26 and fytd mean in date ranges")));
    form->addRow(tr("Weeks"), listOf(m_actions.weekStarts(), tr("Weeks"),
                                     tr("What wtd and lw mean in date ranges; weekly steps begin on Monday")));
    form->addRow(tr("Cost"), listOf(m_actions.lenses(), tr("Cost"),
                                    tr("Which of the four amounts of a charge every "
                                       "figure adds up")));
    return card;
}

QWidget* SettingsDialog::makeNetwork()
{
    QFrame* card = parts::card(tr("Network"), this);
    QFormLayout* form = formIn(card, tr("Network"));
    m_proxy =
        makeKept("proxy", tr("Proxy"),
                 tr("http://host:port or socks5h://host:port; \"environment\": as http_proxy says; empty: none"), form);
    m_proxy->setPlaceholderText(tr("none"));
    auto* choose = parts::button(tr("Choose…"), tr("Choose a file of certificates (PEM)"), nullptr, card);
    m_certificates = makeKept("ca_file", tr("Certificates"),
                              tr("PEM file of your company's authority, trusted in place of the system's; empty: the "
                                 "system's"),
                              form, choose);
    m_certificates->setPlaceholderText(tr("those of the system"));
    connect(choose, &QPushButton::clicked, this, [this] { browse(m_certificates); });
    form->addRow(QString(), parts::paragraph(tr("For every connection that names none of its own."), "small", card));
    return card;
}

QWidget* SettingsDialog::makePrivacy()
{
    QFrame* card = parts::card(tr("What leaves this computer"), this);
    parts::cardLayout(card)->addWidget(parts::label(tr("What leaves this computer"), "heading", card));
    parts::cardLayout(card)->addWidget(
        parts::paragraph(tr("Nothing but the questions to the providers you connect, when you sync them or a schedule "
                            "of yours does. There is no account, no telemetry, no crash report and no search for "
                            "updates. Charges, rules and notes stay in the workspace file; keys lie in the secret "
                            "service of the desktop."),
                         "plain", card));
    parts::cardLayout(card)->addWidget(
        parts::paragraph(tr("These settings are kept in %1.").arg(parts::text(m_settings.folder())), "small", card));
    return card;
}

QComboBox* SettingsDialog::listOf(QActionGroup* group, const QString& name, const QString& tip)
{
    auto* list = new QComboBox(this);
    list->setAccessibleDescription(name);
    list->setToolTip(tip);
    list->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    list->setMinimumContentsLength(24);
    list->setMaxVisibleItems(20);
    for (const QAction* action : group->actions())
        list->addItem(plain(action));
    const auto follow = [list, group] {
        list->setCurrentIndex(static_cast<int>(group->actions().indexOf(group->checkedAction())));
    };
    follow();
    for (const QAction* action : group->actions())
        connect(action, &QAction::toggled, list, follow);
    connect(list, &QComboBox::activated, this, [group](int index) { group->actions().at(index)->trigger(); });
    return list;
}

QLineEdit* SettingsDialog::makeKept(const char* key, const QString& name, const QString& tip, QFormLayout* form,
                                    QWidget* beside)
{
    auto* edit = new QLineEdit(this);
    edit->setAccessibleName(name);
    edit->setToolTip(tip);
    auto* why = parts::paragraph({}, "bad", this);
    why->setAccessibleName(tr("What is wrong"));
    why->hide();
    auto* row = new QHBoxLayout;
    row->addWidget(edit, 1);
    if (beside)
        row->addWidget(beside);
    form->addRow(name, row);
    form->addRow(QString(), why);
    connect(edit, &QLineEdit::editingFinished, this, [this, edit, why, key] {
        const std::string value = edit->text().trimmed().toStdString();
        const QString wrong = parts::text(m_settings.problemOf(key, value));
        why->setText(wrong.isEmpty() ? QString() : tr("Not kept: %1").arg(wrong));
        why->setVisible(!wrong.isEmpty());
        if (wrong.isEmpty() && value != m_settings.value(key))
            m_settings.setValue(key, value);
    });
    return edit;
}

void SettingsDialog::browse(QLineEdit* file)
{
    auto* dialog = new QFileDialog(this, tr("Certificates to trust"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setNameFilters({tr("Certificates (*.pem *.crt *.cer)"), tr("All files (*)")});
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [file](const QString& chosen) {
        file->setText(chosen);
        emit file->editingFinished();
    });
    dialog->open();
}

} // namespace altimeter::ui
