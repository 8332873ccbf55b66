#include "ui/pages/explore/explorebreadcrumb.h"

#include "ui/format/format.h"
#include "ui/items/flowlayout.h"
#include "ui/pages/common/pageparts.h"

#include <QLabel>
#include <QPushButton>

namespace altimeter::ui {

namespace {

constexpr int kMostPixels = 260; ///< of one level's name

} // namespace

ExploreBreadcrumb::ExploreBreadcrumb(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Breadcrumb"));
    new FlowLayout(this, 2, 2);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void ExploreBreadcrumb::setLevels(const QStringList& names)
{
    parts::clear(layout());
    for (qsizetype i = 0; i + 1 < names.size(); ++i)
        addLevel(i, names[i]);
    if (!names.isEmpty())
        addHere(names.last());
    setAccessibleDescription(names.join(QStringLiteral(" › ")));
}

QString ExploreBreadcrumb::shortened(const QString& name) const
{
    return fontMetrics().elidedText(name, Qt::ElideMiddle, kMostPixels);
}

void ExploreBreadcrumb::addHere(const QString& name)
{
    auto* label = parts::label(shortened(name), "heading", this);
    label->setContentsMargins(6, 4, 0, 4);
    label->setToolTip(name);
    layout()->addWidget(label);
    label->show();
}

void ExploreBreadcrumb::addLevel(qsizetype level, const QString& name)
{
    auto* crumb = parts::button(format::menuText(shortened(name)),
                                tr("Back to %1 (Alt+Up goes up one level)").arg(name), "link", this);
    crumb->setAccessibleName(name);
    connect(crumb, &QPushButton::clicked, this, [this, level] { emit levelChosen(level); });
    auto* arrow = parts::label(QStringLiteral("›"), "secondary", this);
    arrow->setContentsMargins(0, 4, 0, 4);
    for (QWidget* widget : {static_cast<QWidget*>(crumb), static_cast<QWidget*>(arrow)}) {
        layout()->addWidget(widget);
        widget->show();
    }
}

} // namespace altimeter::ui
