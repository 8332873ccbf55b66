#include "ui/pages/start/startpage.h"

#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace altimeter::ui {

namespace {

/// An icon that follows the theme.
class Picture : public QWidget {
public:
    Picture(const QString& icon, int side, QWidget* parent, IconColor color = IconColor::Accent)
        : QWidget(parent), m_icon(themedIcon(icon, color))
    {
        setFixedSize(side, side);
        setAccessibleName(QObject::tr("Picture"));
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        m_icon.paint(&painter, rect());
    }

private:
    QIcon m_icon;
};

QWidget* makeStep(int number, const QString& title, const QString& text, QWidget* parent)
{
    auto* box = new QWidget(parent);
    auto* badge = parts::label(format::count(static_cast<std::uint64_t>(number)), "badgeNeutral", box);
    badge->setFixedSize(26, 24);
    badge->setAlignment(Qt::AlignCenter);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    auto* heading = parts::label(title, "step", box);
    heading->setFont(Theme::current().bodyBold);
    words->addWidget(heading);
    words->addWidget(parts::paragraph(text, "secondary", box));
    words->addStretch();
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(badge, 0, Qt::AlignTop);
    layout->addLayout(words, 1);
    return box;
}

} // namespace

StartPage::StartPage(Backend& backend, QWidget* parent) : Page(parent), m_backend(backend)
{
    setAccessibleName(tr("Start page"));
    auto* content = new QWidget;
    content->setProperty("page", true);
    content->setMaximumWidth(980);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(24, 20, 24, 20);
    layout->setSpacing(14);
    layout->addWidget(parts::label(tr("Altimeter"), "hero", content));
    layout->addWidget(parts::paragraph(tr("Cloud and AI cost, to the last digit. Everything stays on this computer."),
                                       "secondary", content));
    layout->addWidget(makeUnsettled());
    layout->addWidget(makeDropTarget());
    auto* columns = new QHBoxLayout;
    columns->setSpacing(12);
    columns->addWidget(makeRecent(), 1);
    auto* demo = parts::card(tr("Demonstration company"), content);
    auto* inside = parts::cardLayout(demo);
    inside->setSpacing(8);
    inside->addWidget(parts::label(tr("Look around first"), "heading", demo));
    inside->addWidget(
        parts::paragraph(tr("A made-up company with thirteen months of AWS, Azure, Google Cloud, OpenAI and "
                            "Anthropic cost, eight teams, commitments, credits and a few incidents to "
                            "find."),
                         "secondary", demo));
    inside->addStretch();
    m_demo = parts::button(tr("Open the demonstration company"), tr("Make it in a file of its own and open it"),
                           nullptr, demo);
    connect(static_cast<QPushButton*>(m_demo), &QPushButton::clicked, this, &StartPage::demoRequested);
    inside->addWidget(m_demo, 0, Qt::AlignLeft);
    columns->addWidget(demo, 1);
    layout->addLayout(columns);
    layout->addWidget(makeSteps());
    layout->addStretch();

    auto* scroll = new QScrollArea(this);
    scroll->setAccessibleName(tr("Start page content"));
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidgetResizable(true);
    scroll->setAlignment(Qt::AlignHCenter);
    scroll->setWidget(content);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    fillRecent();
}

QFrame* StartPage::makeUnsettled()
{
    m_unsettled = parts::card(tr("Altimeter stopped the last time"), this);
    auto* layout = parts::cardLayout(m_unsettled);
    layout->setSpacing(8);
    auto* heading = parts::label(tr("Altimeter stopped while it was opening this workspace"), "heading", m_unsettled);
    auto* warning = new Picture("warning", 22, m_unsettled, IconColor::Warning);
    auto* top = new QHBoxLayout;
    top->setSpacing(10);
    top->addWidget(warning);
    top->addWidget(heading, 1);
    layout->addLayout(top);
    m_unsettledFile = parts::paragraph({}, "plain", m_unsettled);
    layout->addWidget(m_unsettledFile);
    layout->addWidget(parts::paragraph(tr("It crashed, or it was ended from outside, before all was shown. Nothing was "
                                          "opened by itself this time, and the file is left as it is. If it "
                                          "happens again, open another workspace, or look at this one with "
                                          "altimeter-cli."),
                                       "secondary", m_unsettled));
    m_waiting = parts::paragraph({}, "plain", m_unsettled);
    layout->addWidget(m_waiting);
    m_waiting->hide();
    auto* open =
        parts::button(tr("Open it anyway"), tr("Open the workspace named above once more"), nullptr, m_unsettled);
    auto* other =
        parts::button(tr("Open another workspace…"), tr("Choose another workspace file"), nullptr, m_unsettled);
    connect(open, &QPushButton::clicked, this, [this] { emit recentRequested(m_unsettledPath); });
    connect(other, &QPushButton::clicked, this, &StartPage::openRequested);
    m_openAnyway = open;
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(open);
    buttons->addWidget(other);
    buttons->addStretch();
    layout->addLayout(buttons);
    m_unsettled->hide();
    return m_unsettled;
}

void StartPage::showUnsettled(const QString& path)
{
    m_unsettledPath = path;
    m_unsettledFile->setText(format::shown(path));
    m_unsettledFile->setAccessibleName(tr("Workspace: %1").arg(m_unsettledFile->text()));
    m_unsettled->show();
}

void StartPage::setWaitingFiles(qsizetype count)
{
    m_waiting->setText(count == 1 ? tr("The file or folder named with it was not imported. Its turn comes once the "
                                       "workspace is open.")
                                  : tr("The %1 files and folders named with it were not imported. Their turn comes "
                                       "once the workspace is open.")
                                        .arg(format::count(static_cast<std::uint64_t>(count))));
    m_waiting->setVisible(count > 0);
}

bool StartPage::showsUnsettled() const
{
    return !m_unsettled->isHidden();
}

QFrame* StartPage::makeDropTarget()
{
    auto* target = new QFrame(this);
    target->setProperty("dropTarget", true);
    target->setAccessibleName(tr("Drop cost exports here"));
    auto* title = parts::label(tr("Drop cost exports or a folder of them here"), "heading", target);
    auto* text =
        parts::label(tr("FOCUS 1.0 to 1.3, csv or csv.gz. A file that strays from the standard is read all the "
                        "same and says where it strays."),
                     "secondary", target);
    text->setWordWrap(true);
    auto* files = parts::button(tr("Choose files…"), tr("Choose cost exports to import (Ctrl+I)"), "primary", target);
    auto* folder =
        parts::button(tr("Choose a folder…"), tr("Import every export in a folder (Ctrl+Shift+I)"), nullptr, target);
    connect(files, &QPushButton::clicked, this, &StartPage::importFilesRequested);
    connect(folder, &QPushButton::clicked, this, &StartPage::importFolderRequested);
    m_first = files;
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(files);
    buttons->addWidget(folder);
    buttons->addStretch();
    auto* words = new QVBoxLayout;
    words->setSpacing(6);
    words->addWidget(title);
    words->addWidget(text);
    words->addSpacing(6);
    words->addLayout(buttons);
    auto* layout = new QHBoxLayout(target);
    layout->setContentsMargins(24, 22, 24, 22);
    layout->setSpacing(22);
    layout->addWidget(new Picture("import", 52, target), 0, Qt::AlignVCenter);
    layout->addLayout(words, 1);
    return target;
}

QWidget* StartPage::makeSteps()
{
    auto* frame = parts::card(tr("What happens in three steps"), this);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(20);
    columns->addWidget(
        makeStep(1, tr("Read"),
                 tr("What the files are and what would change is said first; you decide. Lines that cannot be stored "
                    "are kept and listed."),
                 frame));
    columns->addWidget(makeStep(2, tr("Prove"),
                                tr("Each partition is added up from the file's own digits and checked against what was "
                                   "stored, to the last digit."),
                                frame));
    columns->addWidget(makeStep(3, tr("Explain"),
                                tr("Rules give each line a team. Overview shows what moved, what stands out and where "
                                   "the month will end."),
                                frame));
    parts::cardLayout(frame)->setSpacing(10);
    parts::cardLayout(frame)->addWidget(parts::label(tr("What happens next"), "heading", frame));
    parts::cardLayout(frame)->addLayout(columns);
    return frame;
}

QFrame* StartPage::makeRecent()
{
    auto* frame = parts::card(tr("Recent workspaces"), this);
    auto* layout = parts::cardLayout(frame);
    layout->setSpacing(8);
    layout->addWidget(parts::label(tr("Workspaces"), "heading", frame));
    m_recent = new QVBoxLayout;
    m_recent->setSpacing(2);
    layout->addLayout(m_recent);
    layout->addStretch();
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    auto* make = parts::button(tr("New workspace…"), tr("Make an empty workspace file (Ctrl+N)"), nullptr, frame);
    auto* open = parts::button(tr("Open workspace…"), tr("Open a workspace file (Ctrl+O)"), nullptr, frame);
    connect(make, &QPushButton::clicked, this, &StartPage::newRequested);
    connect(open, &QPushButton::clicked, this, &StartPage::openRequested);
    buttons->addWidget(make);
    buttons->addWidget(open);
    buttons->addStretch();
    layout->addLayout(buttons);
    return frame;
}

void StartPage::fillRecent()
{
    parts::clear(m_recent);
    const auto recent = m_backend.workspaces().recent();
    for (const auto& workspace : recent) {
        const QString path = parts::text(workspace.path);
        auto* row = parts::button(format::menuText(parts::text(workspace.name)), path, "row", this);
        row->setIcon(themedIcon("file", IconColor::Secondary));
        row->setAccessibleName(tr("Open %1").arg(format::shown(workspace.name)));
        row->setAccessibleDescription(format::shown(path));
        connect(row, &QPushButton::clicked, this, [this, path] { emit recentRequested(path); });
        m_recent->addWidget(row);
        if (m_recent->count() == 6)
            break;
    }
    if (recent.empty())
        m_recent->addWidget(
            parts::paragraph(tr("None yet. Dropping exports makes your own workspace."), "secondary", this));
}

void StartPage::workspaceChanged(const WorkspaceInfo& info)
{
    if (!info.path.empty())
        m_unsettled->hide();
    fillRecent();
}

void StartPage::takeFocus()
{
    (m_unsettled->isHidden() ? m_first : m_openAnyway)->setFocus();
}

void StartPage::setBusy(bool busy)
{
    m_demo->setEnabled(!busy);
    static_cast<QPushButton*>(m_demo)->setText(busy ? tr("Making the demonstration company…")
                                                    : tr("Open the demonstration company"));
}

} // namespace altimeter::ui
