#include "ui/shell/regions.h"

#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QApplication>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>

#include <algorithm>
#include <utility>

namespace altimeter::ui {

namespace {

bool takesKeyboard(const QWidget* widget)
{
    return widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) &&
           !widget->focusProxy();
}

/// Of the children of one widget: rows from top to bottom, each from left to right.
bool isBefore(const QWidget* a, const QWidget* b)
{
    const QPoint first = a->mapTo(a->window(), QPoint());
    const QPoint second = b->mapTo(b->window(), QPoint());
    constexpr int kSameRow = 8; // pixels
    if (std::abs(first.y() - second.y()) > kSameRow)
        return first.y() < second.y();
    return first.x() < second.x();
}

QList<QWidget*> shownChildren(const QWidget* parent)
{
    QList<QWidget*> children;
    for (QObject* child : parent->children())
        if (auto* widget = qobject_cast<QWidget*>(child); widget && widget->isVisible() && !widget->isWindow())
            children << widget;
    std::stable_sort(children.begin(), children.end(), isBefore);
    return children;
}

/// What only holds others: its children are regions by themselves.
bool isHolder(const QWidget* widget)
{
    const auto* area = qobject_cast<const QAbstractScrollArea*>(widget);
    return qobject_cast<const QSplitter*>(widget) || qobject_cast<const QStackedWidget*>(widget) ||
           qobject_cast<const QTabWidget*>(widget) || widget->property("page").toBool() ||
           (area && area->inherits("QScrollArea")) || widget->objectName() == QLatin1String("qt_scrollarea_viewport") ||
           (widget->parentWidget() && widget->parentWidget()->objectName() == QLatin1String("qt_scrollarea_viewport"));
}

} // namespace

Regions::Regions(const QList<QWidget*>& parts, QObject* parent) : QObject(parent), m_parts(parts.begin(), parts.end())
{
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        if (!now)
            return;
        for (const Region& region : regions())
            if (region.contains(now))
                m_last[region.first()] = now;
    });
}

Regions::Region Regions::focusable(QWidget* within)
{
    Region found;
    if (takesKeyboard(within))
        found << within;
    if (!qobject_cast<QAbstractItemView*>(within)) // its header and editors are its own
        for (QWidget* child : shownChildren(within))
            found += focusable(child);
    return found;
}

/// Controls that lie side by side on a holder are one region together.
void Regions::addRegions(QWidget* part, std::vector<Region>& regions)
{
    if (!part || !part->isVisible())
        return;
    if (!isHolder(part)) {
        if (Region region = focusable(part); !region.isEmpty())
            regions.push_back(std::move(region));
        return;
    }
    Region loose;
    const auto close = [&] {
        if (!loose.isEmpty())
            regions.push_back(std::exchange(loose, {}));
    };
    for (QWidget* child : shownChildren(part)) {
        if (takesKeyboard(child) && !qobject_cast<QAbstractScrollArea*>(child)) {
            loose << child;
            continue;
        }
        if (focusable(child).isEmpty())
            continue; // a caption: those beside it stay together
        close();
        addRegions(child, regions);
    }
    close();
}

std::vector<Regions::Region> Regions::regions() const
{
    std::vector<Region> all;
    for (const QPointer<QWidget>& part : m_parts)
        addRegions(part, all);
    return all;
}

int Regions::count() const
{
    return static_cast<int>(regions().size());
}

/// Where the keyboard was; else the table of the region, which is what it is about; else its first control.
QWidget* Regions::entryOf(const Region& region) const
{
    if (QWidget* last = m_last.value(region.first()); last && region.contains(last))
        return last;
    for (QWidget* widget : region)
        if (qobject_cast<QAbstractItemView*>(widget))
            return widget;
    return region.first();
}

void Regions::step(int by)
{
    const std::vector<Region> all = regions();
    if (all.empty())
        return;
    const int count = static_cast<int>(all.size());
    const auto here = std::find_if(all.begin(), all.end(),
                                   [](const Region& region) { return region.contains(QApplication::focusWidget()); });
    const int from = here != all.end() ? static_cast<int>(here - all.begin()) : (by > 0 ? -1 : 0);
    entryOf(all[static_cast<std::size_t>((from + by + count) % count)])->setFocus(Qt::TabFocusReason);
}

} // namespace altimeter::ui
