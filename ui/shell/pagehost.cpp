#include "ui/shell/pagehost.h"

#include "ui/pages/common/page.h"

namespace altimeter::ui {

PageHost::PageHost(QWidget* parent) : QStackedWidget(parent)
{
    setAccessibleName(tr("Page"));
}

void PageHost::addPage(const QString& name, Page* page)
{
    m_names << name;
    m_pages << page;
    addWidget(page);
}

Page* PageHost::page(const QString& name) const
{
    return m_pages.value(m_names.indexOf(name));
}

Page* PageHost::visiblePage() const
{
    return m_pages.at(currentIndex());
}

QString PageHost::visibleName() const
{
    return m_names.value(currentIndex());
}

QString PageHost::place() const
{
    const QString tab = visiblePage()->currentTabName();
    return tab.isEmpty() ? visibleName() : visibleName() + ':' + tab;
}

void PageHost::visit(const QString& place)
{
    const QString name = place.section(':', 0, 0);
    setCurrentIndex(static_cast<int>(m_names.indexOf(name)));
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
    const int count = static_cast<int>(m_names.size());
    return m_names.at((currentIndex() + step + count) % count);
}

} // namespace altimeter::ui
