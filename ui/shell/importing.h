#pragma once

#include <QObject>
#include <QStringList>

#include "models/domain/readingchoice.h"
#include "ui/backend/backend.h"

class QMessageBox;
class QWidget;

namespace altimeter::ui {

class Opening;

/// Reads files and folders into the workspace, one import at a time: chosen, dropped, or offered by the desktop.
class Importing : public QObject {
    Q_OBJECT
public:
    /// `window` is the parent of what is asked.
    Importing(Backend& backend, Opening& opening, QWidget* window);

    bool isRunning() const { return m_running; }
    void chooseFiles();
    void chooseFolder();
    /// Without a workspace the default one is opened first.
    void importPaths(const QStringList& paths);
    /// Asks whether to import these.
    void offer(const QStringList& paths);
    void cancel() { m_backend.imports().cancel(); }

signals:
    /// An import began or ended.
    void changed();
    void progressed(const altimeter::Progress& progress);
    void ended();
    /// An import was cancelled.
    void notice(const QString& text);
    void problem(const QString& what, const QString& todo);
    void done(const altimeter::ImportReport& report);

private:
    void start(const QStringList& paths, const Imports::Wish& wish = {});
    void finish(const Result<ImportReport>& result, const QStringList& paths, const Imports::Wish& wish);
    void askWhatCounts(const Error& conflict, const QStringList& paths, const Imports::Wish& wish);
    void askHowWritten(const ReadingChoice& choice, const std::string& file, const QStringList& paths,
                       const Imports::Wish& wish);
    /// A question whose answers import again; whoever closes it imports nothing.
    QMessageBox* question(const QString& title, const QString& text);
    void answer(QMessageBox* box, const QString& text, const QString& tip, const QStringList& paths,
                const Imports::Wish& wish);

    Backend& m_backend;
    Opening& m_opening;
    QWidget* m_window;
    bool m_running = false;
};

/// "3 files read, 1,204 lines stored; 0 rejected; …".
QString importSummary(const ImportReport& report);

} // namespace altimeter::ui
