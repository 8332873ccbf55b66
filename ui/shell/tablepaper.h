#pragma once

#include <QString>
#include <QStringList>
#include <QVector>

#include "ui/pages/common/page.h"

class QPagedPaintDevice;
class QPainter;

namespace altimeter::ui {

/// A table as it stands on paper: texts alone, so that what is printed is what was seen when it was asked for. Amounts
/// are never cut: columns that do not fit beside each other follow on further pages, behind the first one again.
class TablePaper {
public:
    static constexpr int kMostRows = 5000;

    /// The rows as they are shown: order, filters, columns, formats. Requires those of them that are printed to be
    /// loaded.
    static TablePaper of(const PrintedTable& table);

    /// On black and white paper, in the resolution of `device`; answers how many pages it took.
    int paint(QPagedPaintDevice& device) const;

    const QString& title() const { return m_title; }
    int rows() const { return static_cast<int>(m_rows.size()); }
    /// "The first 5,000 of 78,120 rows"; empty: all of them.
    const QString& leftOut() const { return m_leftOut; }

private:
    struct Column {
        QString title;
        bool isNumber = false;
    };
    struct Layout;
    /// Columns that stand beside each other, by index.
    using Band = QVector<int>;

    Layout layOut(QPagedPaintDevice& device) const;
    void paintTop(QPainter& painter, const Layout& layout, bool isFirst) const;
    void paintRow(QPainter& painter, const Layout& layout, const Band& band, const QStringList& cells, qreal top) const;
    void paintFoot(QPainter& painter, const Layout& layout, int page, int pages) const;

    QString m_title, m_leftOut;
    QStringList m_about;
    QVector<Column> m_columns;
    QVector<QStringList> m_rows;
    QVector<QStringList> m_totals;
};

} // namespace altimeter::ui
