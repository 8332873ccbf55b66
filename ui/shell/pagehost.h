#pragma once

#include <QList>
#include <QStackedWidget>
#include <QStringList>

namespace altimeter::ui {

class Page;

/// The pages of the window: which one is visible, and the way from one to the next and back.
class PageHost : public QStackedWidget {
    Q_OBJECT
public:
    explicit PageHost(QWidget* parent = nullptr);
    void addPage(const QString& name, Page* page);

    /// In the order they were added.
    const QList<Page*>& pages() const { return m_pages; }
    const QStringList& names() const { return m_names; }
    /// The page of this name, or null.
    Page* page(const QString& name) const;
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
    QList<Page*> m_pages;
    QStringList m_names;
    QStringList m_visited;
    qsizetype m_visit = -1;
};

} // namespace altimeter::ui
