#pragma once

#include <QList>
#include <QObject>
#include <QString>

#include <functional>

namespace altimeter::ui {
class Backend;
class MainWindow;
} // namespace altimeter::ui

namespace altimeter::gui {

/// Why there is nothing to picture, for the one who asked; empty: a workspace is open.
QString whyNoPictures(ui::Backend& backend, const QString& wanted);

/// Writes a picture of every page, light and dark, as soon as each has its answers, then tells `done` the exit status.
class Pictures : public QObject {
public:
    Pictures(ui::MainWindow& window, const QString& folder, std::function<void(int)> done);

private:
    void next();
    void wait();
    bool save();

    ui::MainWindow& m_window;
    QString m_folder;
    std::function<void(int)> m_done;
    /// A picture of a place of the window in a theme, and what its file is called before the theme.
    struct Job {
        QString theme, place, file;
    };
    QList<Job> m_jobs;
    int m_quietTurns = 0;
    int m_turns = 0;
};

} // namespace altimeter::gui
