#include "ui/pages/explore/exploreheader.h"

#include "ui/format/format.h"
#include "ui/pages/explore/exploreactions.h"
#include "ui/pages/explore/explorebreadcrumb.h"
#include "ui/theme/icons.h"

#include <QAction>
#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>
#include <QUndoStack>

namespace altimeter::ui {

ExploreHeader::ExploreHeader(const ExploreActions& actions, QUndoStack* steps, QWidget* filters, QWidget* parent)
    : QWidget(parent), m_breadcrumb(new ExploreBreadcrumb(this)), m_views(new QMenu(this))
{
    auto* exports = new QMenu(this);
    exports->addActions({actions.exportGrid, actions.exportRaw, actions.exportLines});
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(m_breadcrumb);
    row->addWidget(filters, 1);
    row->addWidget(iconButton(steps->createUndoAction(this), QStringLiteral("undo"), tr("Undo view change"),
                              tr("Undo the last change of this view (Ctrl+Z)")));
    row->addWidget(iconButton(steps->createRedoAction(this), QStringLiteral("redo"), tr("Redo view change"),
                              tr("Redo (Ctrl+Shift+Z, Ctrl+Y)")));
    m_viewsButton = menuButton(tr("Views"), QStringLiteral("layers"), viewsTip(), m_views);
    row->addWidget(m_viewsButton);
    row->addWidget(iconButton(actions.link, QStringLiteral("copy"), actions.link->text(), actions.link->toolTip()));
    row->addWidget(menuButton(tr("Export"), QStringLiteral("export"), tr("Write figures to a file"), exports));
}

QString ExploreHeader::viewsTip()
{
    return tr("Saved views: open, save, duplicate, put in order; F8 shows the next one");
}

void ExploreHeader::setViewTitle(const QString& title)
{
    constexpr int kRoom = 180; // pixels
    m_viewsButton->setText(title.isEmpty() ? tr("Views")
                                           : format::menuText(fontMetrics().elidedText(title, Qt::ElideRight, kRoom)));
    m_viewsButton->setToolTip(
        title.isEmpty() ? viewsTip() : tr("%1\n%2", "a saved view, what the button does").arg(title, viewsTip()));
    m_viewsButton->setAccessibleName(title.isEmpty() ? tr("Views") : tr("Views, shown: %1").arg(title));
}

QToolButton* ExploreHeader::iconButton(QAction* source, const QString& icon, const QString& name, const QString& tip)
{
    auto* button = new QToolButton(this);
    button->setIcon(themedIcon(icon));
    button->setAccessibleName(name);
    button->setToolTip(tip);
    connect(button, &QToolButton::clicked, source, &QAction::trigger);
    connect(source, &QAction::changed, button, [button, source] { button->setEnabled(source->isEnabled()); });
    button->setEnabled(source->isEnabled());
    return button;
}

QToolButton* ExploreHeader::menuButton(const QString& text, const QString& icon, const QString& tip, QMenu* menu)
{
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setIcon(themedIcon(icon));
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setPopupMode(QToolButton::MenuButtonPopup);
    button->setToolTip(tip);
    button->setMenu(menu);
    connect(button, &QToolButton::clicked, button, &QToolButton::showMenu);
    return button;
}

} // namespace altimeter::ui
