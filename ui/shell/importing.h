#pragma once

#include <QObject>
#include <QPointer>
#include <QStringList>

#include "models/domain/delivery.h"
#include "models/domain/readingchoice.h"
#include "ui/backend/backend.h"

#include <cstdint>
#include <functional>
#include <string>

class QMessageBox;
class QWidget;

namespace altimeter::ui {

class ImportSummary;
class Opening;

/// Reads files and folders into the workspace, one import at a time: chosen, dropped, or offered by the desktop. They
/// are looked at first; where that shows anything that somebody should see, or nothing is stored yet, it is shown
/// before anything is stored. What was imported can be taken back.
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
    /// The same for who has said so already, as `altimeter --import` does: nothing is shown before.
    void importAtOnce(const QStringList& paths);
    /// Asks whether to import these.
    void offer(const QStringList& paths);
    void cancel() { m_backend.imports().cancel(); }
    /// Whether the last import of this workspace can still be taken back.
    bool canUndo() const;
    void undoLast() { takeBack(m_last); }
    /// Asks, with the money that goes and comes, and takes the delivery back.
    void takeBack(std::int64_t delivery);
    /// Lists what was delivered and removed, with ways back.
    void showDeliveries();

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
    void whenOpen(const std::function<void()>& act);
    void look(const QStringList& paths, const Imports::Wish& wish);
    void lookAgain(const QStringList& paths, const Imports::Wish& wish);
    void looked(const Result<ImportSurvey>& found, const QStringList& paths, const Imports::Wish& wish);
    void showSummary(const ImportSurvey& found, const QStringList& paths, const Imports::Wish& wish);
    void start(const QStringList& paths, const Imports::Wish& wish);
    void finish(const Result<ImportReport>& result, const QStringList& paths, const Imports::Wish& wish);
    void begin();
    void end();
    void fail(const Error& error, const QStringList& paths, const Imports::Wish& wish);
    void askToTakeBack(const Deliveries& deliveries, std::int64_t delivery);
    void askToRemove(const Deliveries& deliveries, const QString& source);
    void confirm(const QString& text, const QString& more, const QString& yes, const QString& tip,
                 const std::function<void()>& act);
    void told(const Result<SetAsideReport>& report, const QString& notice);
    void askWhatCounts(const Error& conflict, const QStringList& paths, const Imports::Wish& wish);
    void askHowWritten(const ReadingChoice& choice, const std::string& file, const QStringList& paths,
                       const Imports::Wish& wish);
    /// A question whose answers import again; whoever closes it imports nothing.
    QMessageBox* question(const QString& title, const QString& text);
    void answer(QMessageBox* box, const QString& text, const QString& tip, const std::function<void()>& act);

    Backend& m_backend;
    Opening& m_opening;
    QWidget* m_window;
    bool m_running = false;
    QPointer<ImportSummary> m_summary;
    std::int64_t m_last = 0; ///< the delivery of the last import; 0: none, or it was taken back
    std::string m_lastPath;  ///< of its workspace
};

} // namespace altimeter::ui
