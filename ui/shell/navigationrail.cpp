#include "ui/shell/navigationrail.h"

#include "ui/theme/icons.h"

#include <QAction>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr int kWidth = 96;

} // namespace

NavigationRail::NavigationRail(QWidget* parent) : QFrame(parent)
{
    setObjectName("navigationRail");
    setAccessibleName(tr("Pages"));
    setFixedWidth(kWidth);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 10, 8, 10);
    layout->setSpacing(2);
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

/// Names of pages are longer in some languages.
void NavigationRail::makeRoomFor(const QToolButton* button)
{
    constexpr int kPadding = 4; // what the text keeps of the button's
    button->ensurePolished();
    const QMargins sides = layout()->contentsMargins();
    const int text = button->fontMetrics().horizontalAdvance(button->text());
    setFixedWidth(std::max(minimumWidth(), text + kPadding + sides.left() + sides.right()));
}

void NavigationRail::addPage(QAction* action, const QString& icon)
{
    QToolButton* button = make(action, icon, action->text());
    static_cast<QVBoxLayout*>(layout())->insertWidget(m_pageCount++, button);
    makeRoomFor(button);
}

void NavigationRail::addBottom(QAction* action, const QString& icon, const QString& shortTitle)
{
    QToolButton* button = make(action, icon, shortTitle);
    layout()->addWidget(button);
    makeRoomFor(button);
}

} // namespace altimeter::ui
