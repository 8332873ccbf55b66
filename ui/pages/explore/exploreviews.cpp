#include "ui/pages/explore/exploreviews.h"

#include "ui/format/format.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/explore/exploreactions.h"
#include "ui/pages/explore/exploresteps.h"
#include "ui/pages/explore/exploretext.h"

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
    for (const SavedView& view : views)
        menu->addAction(format::menuText(format::text(view.name)), this, [this, view] {
            if (const Status opened = openSaved(view); !opened)
                emit failed(opened.error());
        });
    if (views.empty())
        menu->addAction(tr("No saved views yet"))->setEnabled(false);
    menu->addSeparator();
    menu->addAction(m_actions.save);
    if (views.empty())
        return;
    QMenu* gone = menu->addMenu(tr("Remove view"));
    for (const SavedView& view : views)
        gone->addAction(format::menuText(format::text(view.name)), this, [this, name = view.name] { remove(name); });
}

void ExploreViews::save()
{
    auto* dialog = new QInputDialog(m_page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Save view"));
    dialog->setLabelText(tr("Name of the view (an existing one is replaced)"));
    dialog->setOkButtonText(tr("Save"));
    dialog->setTextValue(ExploreText::chartTitle(m_steps));
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
    view.state = toJson(m_steps.state()).toStdString();
    m_views.save(view,
                 guarded<bool>(this, [this, kept](Result<bool> done) { tell(done, tr("View %1 saved").arg(kept)); }));
}

void ExploreViews::remove(const std::string& name)
{
    m_views.remove(name, guarded<bool>(this, [this, name](Result<bool> done) {
                       tell(done, tr("View %1 removed").arg(format::text(name)));
                   }));
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
    QApplication::clipboard()->setText(viewLink(m_steps.state()));
    emit notice(tr("View link copied"));
}

Status ExploreViews::openLink(const QString& link)
{
    auto state = exploreStateFromLink(link);
    if (!state)
        return state.error();
    m_steps.want(*state, tr("Open view link"));
    return {};
}

Status ExploreViews::openSaved(const SavedView& view)
{
    auto state = exploreStateFromJson(QByteArray::fromStdString(view.state));
    if (!state)
        return state.error();
    m_steps.want(*state, tr("Open view %1").arg(format::text(view.name)));
    return {};
}

} // namespace altimeter::ui
