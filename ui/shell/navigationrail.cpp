#include "ui/shell/navigationrail.h"

#include "ui/theme/icons.h"

#include <QAction>
#include <QToolButton>
#include <QVBoxLayout>

namespace altimeter::ui {

NavigationRail::NavigationRail(QWidget* parent) : QFrame(parent)
{
    setObjectName("navigationRail");
    setAccessibleName(tr("Pages"));
    setFixedWidth(96);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 10, 8, 10);
    layout->setSpacing(4);
    layout->addStretch();
}

QToolButton* NavigationRail::make(QAction* action, const QString& icon, const QString& title)
{
    auto* button = new QToolButton(this);
    button->setProperty("rail", true);
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setIconSize({22, 22});
    button->setText(title);
    button->setIcon(themedIcon(icon, IconColor::Secondary));
    button->setToolTip(action->toolTip());
    button->setAccessibleName(title);
    button->setCheckable(action->isCheckable());
    button->setChecked(action->isChecked());
    button->setEnabled(action->isEnabled());
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    button->setFocusPolicy(Qt::TabFocus);
    connect(button, &QToolButton::clicked, action, &QAction::trigger);
    connect(action, &QAction::changed, button, [button, action, icon] {
        button->setChecked(action->isChecked());
        button->setEnabled(action->isEnabled());
        button->setIcon(themedIcon(icon, action->isChecked() ? IconColor::Accent : IconColor::Secondary));
    });
    return button;
}

void NavigationRail::addPage(QAction* action, const QString& icon)
{
    static_cast<QVBoxLayout*>(layout())->insertWidget(m_pageCount++, make(action, icon, action->text()));
}

void NavigationRail::addBottom(QAction* action, const QString& icon, const QString& shortTitle)
{
    static_cast<QVBoxLayout*>(layout())->addWidget(make(action, icon, shortTitle));
}

} // namespace altimeter::ui
