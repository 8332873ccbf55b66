#pragma once

#include <QObject>

#include "ui/backend/backend.h"

class QWidget;

namespace altimeter::ui {

/// Writes the weekly report into a folder the user chooses.
class WeeklyReport : public QObject {
    Q_OBJECT
public:
    /// `window` is the parent of what is asked.
    WeeklyReport(Backend& backend, QWidget* window);
    void choose(CostLens lens);

signals:
    /// Empty: what was said before holds no more.
    void notice(const QString& text);
    void written(const QString& path);
    void problem(const QString& what, const QString& todo);

private:
    void write(const QString& folder, CostLens lens);

    Backend& m_backend;
    QWidget* m_window;
};

} // namespace altimeter::ui
