#include "ui/shell/pagehost.h"

#include <utility>

namespace altimeter::ui {

PageHost::PageHost(std::vector<PageEntry> registry, Backend& backend, QWidget* window)
    : QStackedWidget(window), m_registry(std::move(registry))
{
    setAccessibleName(tr("Page"));
    for (const PageEntry& entry : m_registry) {
        m_pages << entry.make(backend, window);
        addWidget(m_pages.last());
    }
}

QStringList PageHost::names() const
{
    QStringList names;
    for (const PageEntry& entry : m_registry)
        names << entry.name;
    return names;
}

const PageEntry* PageHost::entry(const QString& name) const
{
    for (const PageEntry& entry : m_registry)
        if (entry.name == name)
            return &entry;
    return nullptr;
}

Page* PageHost::page(const QString& name) const
{
    return m_pages.value(names().indexOf(name));
}

Page* PageHost::visiblePage() const
{
    return m_pages.at(currentIndex());
}

QString PageHost::visibleName() const
{
    return m_registry.at(static_cast<std::size_t>(currentIndex())).name;
}

QString PageHost::place() const
{
    const QString tab = visiblePage()->currentTabName();
    return tab.isEmpty() ? visibleName() : visibleName() + ':' + tab;
}

void PageHost::visit(const QString& place)
{
    const QString name = place.section(':', 0, 0);
    setCurrentIndex(static_cast<int>(names().indexOf(name)));
    if (m_visit < 0 || m_visited.value(m_visit) != name) {
        m_visited = m_visited.mid(0, m_visit + 1) << name;
        m_visit = m_visited.size() - 1;
    }
    if (place.contains(':'))
        visiblePage()->showTab(place.section(':', 1));
    visiblePage()->takeFocus();
}

bool PageHost::canTravel(int step) const
{
    const qsizetype to = m_visit + step;
    return to >= 0 && to < m_visited.size();
}

QString PageHost::travel(int step)
{
    if (!canTravel(step))
        return {};
    m_visit += step;
    return m_visited.at(m_visit);
}

QString PageHost::neighbour(int step) const
{
    const int count = static_cast<int>(m_registry.size());
    return m_registry.at(static_cast<std::size_t>((currentIndex() + step + count) % count)).name;
}

} // namespace altimeter::ui
