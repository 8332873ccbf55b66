#include "ui/pages/explore/exploreviews.h"

#include "ui/format/format.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/explore/exploreactions.h"
#include "ui/pages/explore/exploresteps.h"
#include "ui/pages/explore/exploretext.h"
#include "ui/pages/explore/viewlink.h"
#include "ui/pages/explore/viewsdialog.h"

#include <QApplication>
#include <QClipboard>
#include <QInputDialog>
#include <QMenu>

#include <algorithm>

namespace altimeter::ui {

namespace {

const std::string kPage = "explore"; ///< profiles of feeds are kept among the views

} // namespace

ExploreViews::ExploreViews(Views& views, ExploreSteps& steps, const ExploreActions& actions, QWidget* page)
    : QObject(page), m_views(views), m_steps(steps), m_actions(actions), m_page(page)
{
}

std::vector<SavedView> ExploreViews::saved() const
{
    std::vector<SavedView> views = m_views.all();
    views.erase(std::remove_if(views.begin(), views.end(), [](const SavedView& view) { return view.page != kPage; }),
                views.end());
    return views;
}

void ExploreViews::fill(QMenu* menu)
{
    menu->clear();
    const std::vector<SavedView> views = saved();
    for (const SavedView& view : views) {
        QAction* open = menu->addAction(format::menuText(format::text(view.name)), this, [this, view] {
            if (const Status opened = openSaved(view); !opened)
                emit failed(opened.error());
        });
        open->setCheckable(true);
        open->setChecked(format::text(view.name) == m_name);
    }
    if (views.empty())
        menu->addAction(tr("No saved views yet"))->setEnabled(false);
    menu->addSeparator();
    menu->addActions({m_actions.save, m_actions.duplicate, m_actions.manage});
    menu->addSeparator();
    menu->addAction(m_actions.link);
}

void ExploreViews::save()
{
    auto* dialog = new QInputDialog(m_page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Save view"));
    dialog->setLabelText(tr("Name of the view (an existing one is replaced)"));
    dialog->setOkButtonText(tr("Save"));
    dialog->setTextValue(m_name.isEmpty() ? ExploreText::chartTitle(m_steps) : m_name);
    connect(dialog, &QInputDialog::textValueSelected, this, &ExploreViews::store);
    dialog->open();
}

void ExploreViews::store(const QString& name)
{
    const QString kept = name.trimmed();
    if (kept.isEmpty())
        return;
    SavedView view;
    view.name = kept.toStdString();
    view.page = kPage;
    const ExploreState state = m_steps.state();
    view.state = toJson(state).toStdString();
    m_views.save(view, guarded<bool>(this, [this, kept, state](Result<bool> done) {
                     if (done)
                         show(kept.toStdString(), state);
                     tell(done, tr("View %1 saved").arg(kept));
                 }));
}

QString ExploreViews::freeName(const QString& wanted) const
{
    const std::vector<SavedView> all = m_views.all();
    const auto isTaken = [&all](const QString& name) {
        return std::any_of(all.begin(), all.end(),
                           [&name](const SavedView& view) { return view.name == name.toStdString(); });
    };
    if (!isTaken(wanted))
        return wanted;
    for (int number = 2;; ++number)
        if (const QString name = tr("%1 (%2)", "a view and the number of its copy").arg(wanted).arg(number);
            !isTaken(name))
            return name;
}

void ExploreViews::duplicate()
{
    const QString from = m_name;
    const QString name = freeName(from.isEmpty() ? ExploreText::chartTitle(m_steps) : from);
    const ExploreState state = m_steps.state();
    const SavedView copy{name.toStdString(), kPage, toJson(state).toStdString()};
    m_views.save(copy, guarded<bool>(this, [this, from, name, state](Result<bool> done) {
                     if (!done) {
                         tell(done, {});
                         return;
                     }
                     show(name.toStdString(), state);
                     std::vector<std::string> order;
                     for (const SavedView& view : saved()) {
                         if (view.name == name.toStdString())
                             continue;
                         order.push_back(view.name);
                         if (view.name == from.toStdString())
                             order.push_back(name.toStdString());
                     }
                     m_views.order(order, guarded<bool>(this, [this, name](Result<bool> ordered) {
                                       tell(ordered, tr("This is %1 now; the view before stays as it was").arg(name));
                                   }));
                 }));
}

void ExploreViews::manage()
{
    auto* dialog = new ViewsDialog(m_views, m_name, m_page);
    connect(dialog, &ViewsDialog::openRequested, this, [this](const SavedView& view) {
        if (const Status opened = openSaved(view); !opened)
            emit failed(opened.error());
    });
    connect(dialog, &ViewsDialog::renamed, this, [this](const QString& from, const QString& to) {
        if (m_name == from)
            m_name = to;
    });
    connect(dialog, &ViewsDialog::changed, this, [this] {
        const std::vector<SavedView> views = saved();
        if (std::none_of(views.begin(), views.end(),
                         [this](const SavedView& view) { return view.name == m_name.toStdString(); }))
            m_name.clear();
        emit changed();
    });
    connect(dialog, &ViewsDialog::failed, this, &ExploreViews::failed);
    dialog->open();
}

void ExploreViews::show(const std::string& name, const ExploreState& state)
{
    m_name = format::text(name);
    m_saved = state;
    m_since = m_steps.stack()->index();
    emit changed();
}

void ExploreViews::forget()
{
    m_name.clear();
    emit changed();
}

QString ExploreViews::shownTitle() const
{
    if (m_name.isEmpty() || (m_steps.stack()->index() < m_since && m_steps.state() != m_saved))
        return {};
    const QString name = format::shown(m_name);
    return m_steps.state() == m_saved ? name : tr("%1 (changed)", "a saved view").arg(name);
}

void ExploreViews::tell(const Result<bool>& done, const QString& text)
{
    if (!done)
        emit failed(done.error());
    else
        emit notice(text);
    emit changed();
}

void ExploreViews::copyLink()
{
    const QString link = viewLink(m_steps.state(), format::text(m_steps.workspace().name));
    if (link.isEmpty()) {
        emit notice(tr("This view has too many filter values for a link; save it instead"));
        return;
    }
    QApplication::clipboard()->setText(link);
    emit notice(tr("View link copied; Ctrl+K or Ctrl+V opens it"));
}

Status ExploreViews::openForeign(const ExploreState& state, const QString& what)
{
    if (m_steps.hasDays())
        if (const auto days = state.range(m_steps.today()); !days)
            return days.error();
    m_name.clear();
    m_steps.want(state, what);
    return {};
}

Status ExploreViews::openSaved(const SavedView& view)
{
    auto state = exploreStateFromJson(QByteArray::fromStdString(view.state));
    if (!state)
        return state.error();
    const Status opened = openForeign(*state, tr("Open view %1").arg(format::text(view.name)));
    if (opened)
        show(view.name, m_steps.state());
    return opened;
}

} // namespace altimeter::ui
