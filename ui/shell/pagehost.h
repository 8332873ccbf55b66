#pragma once

#include <QList>
#include <QStackedWidget>
#include <QStringList>

#include "ui/pages/common/page.h"
#include "ui/pages/pageregistry.h"

#include <vector>

namespace altimeter::ui {

/// The pages of the window: which one is visible, and the way from one to the next and back.
class PageHost : public QStackedWidget {
    Q_OBJECT
public:
    /// Makes every page of the registry as a child of `window`.
    PageHost(std::vector<PageEntry> registry, Backend& backend, QWidget* window);

    const std::vector<PageEntry>& registry() const { return m_registry; }
    /// In the order of the registry.
    const QList<Page*>& pages() const { return m_pages; }
    QStringList names() const;
    /// Null: there is no page of this name.
    const PageEntry* entry(const QString& name) const;
    Page* page(const QString& name) const;
    /// The page of this class; the registry has one.
    template <typename T> T* pageOf() const
    {
        T* found = nullptr;
        for (Page* page : m_pages)
            found = found ? found : qobject_cast<T*>(page);
        Q_ASSERT_X(found, "PageHost", "a page the shell knows by name is not registered");
        return found;
    }
    Page* visiblePage() const;
    QString visibleName() const;
    /// The visible page and its tab: "data:proof".
    QString place() const;

    /// Makes the page the visible one and notes the visit; `place` is a name, or a name and a tab.
    void visit(const QString& place);
    bool canTravel(int step) const;
    /// The name of the page `step` visits back (negative) or forward, which becomes the present one; empty: there is
    /// none.
    QString travel(int step);
    /// The name of the page `step` places below the visible one, round the end.
    QString neighbour(int step) const;

private:
    std::vector<PageEntry> m_registry;
    QList<Page*> m_pages;
    QStringList m_visited;
    qsizetype m_visit = -1;
};

} // namespace altimeter::ui
