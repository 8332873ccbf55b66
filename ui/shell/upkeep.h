#pragma once

#include <QObject>

#include "ui/backend/backend.h"

class QWidget;

namespace altimeter::ui {

/// The ways out of a damaged workspace and the copies made against it: asks what has to be asked, runs one work at a
/// time on the session's workers, and says how it ended.
class Upkeep : public QObject {
    Q_OBJECT
public:
    /// `window` is the parent of what is asked.
    Upkeep(Backend& backend, QWidget* window);

    /// The workspace that could not be opened or told of damage: what restore() and salvage() are about. Empty: the
    /// open one.
    void setDamaged(const QString& path) { m_damaged = path; }
    bool isRunning() const { return m_running; }
    void backUp();
    void restore();
    void salvage();
    void cancel();

signals:
    void problem(const QString& what, const QString& todo);
    void done(const QString& what, const QString& todo);
    /// Also once before the first progress.
    void progressed(const altimeter::Progress& progress);
    void ended();
    void openRequested(const QString& path);

private:
    QString subject() const;
    bool begin(const QString& phase);
    ProgressSink progressSink();
    void end(const QString& what, const Error& error);
    void runRestore(const QString& backup, const QString& workspace);
    void chooseTarget(const QString& damaged);
    void runSalvage(const QString& damaged, const QString& target);

    Backend& m_backend;
    QWidget* m_window;
    QString m_damaged;
    bool m_running = false;
};

} // namespace altimeter::ui
