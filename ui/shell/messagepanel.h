#pragma once

#include <QElapsedTimer>
#include <QFrame>
#include <QString>

class QLabel;
class QListWidget;
class QPushButton;

namespace altimeter::ui {

/// The list of what went wrong (and of what a finished import did), newest first, each with what to do. Never in the
/// way: it lies under the page, can be copied, and closes with Esc.
class MessagePanel : public QFrame {
    Q_OBJECT
public:
    enum class Tone { Good, Info, Bad };
    explicit MessagePanel(QWidget* parent = nullptr);
    void add(Tone tone, const QString& what, const QString& todo);
    /// As add() for what is wrong with a workspace file, with the two ways out of it.
    void addDamage(const QString& what, const QString& todo);
    /// Another page is shown: what went well and was there to read goes out of sight (Ctrl+M shows it again); what
    /// did not work stays.
    void leavePage();
    int count() const;
    QString newestText() const;

signals:
    /// The user asked to see what an import found.
    void detailsRequested();
    void restoreRequested();
    void salvageRequested();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void copyAll();

    QLabel* m_title;
    QListWidget* m_list;
    QPushButton *m_details, *m_restore, *m_salvage;
    bool m_isBad = false;
    QElapsedTimer m_sinceAdded;
};

} // namespace altimeter::ui
