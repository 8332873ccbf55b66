#pragma once

#include <QObject>

#include "ui/pages/common/page.h"

class QWidget;

namespace altimeter::ui {

/// Ctrl+P: shows the table of a page as it comes out of the printer, and prints it.
class Printing : public QObject {
    Q_OBJECT
public:
    explicit Printing(QWidget* window);

    /// Rows that are not loaded are read first.
    void preview(const PrintedTable& table);

signals:
    void notice(const QString& text);

private:
    void show(const PrintedTable& table);

    QWidget* m_window;
};

} // namespace altimeter::ui
