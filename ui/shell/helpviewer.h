#pragma once

#include <QDialog>
#include <QList>

class QLabel;
class QLineEdit;
class QListWidget;
class QListWidgetItem;
class QTextBrowser;

namespace altimeter::ui {

struct HelpTopic {
    QString file;  ///< resource path
    QString title; ///< its first heading
};

/// The user guide: topics at the left, text at the right, and a search over all of them. Stays open beside the work.
class HelpViewer : public QDialog {
    Q_OBJECT
public:
    explicit HelpViewer(QWidget* parent);
    /// Topics shipped with the program, in reading order; the guides to the kinds of connections come last.
    static QList<HelpTopic> topics();
    void showTopic(const QString& title);
    /// False: there is no such topic, and nothing is shown.
    bool showFile(const QString& file);

private:
    void buildLayout();
    void read(const QListWidgetItem* topic);
    /// Shows the topics that hold what is searched for, and marks it in the open one.
    void search();
    void mark();
    /// The next place of the text in this topic, or the first of the next topic.
    void findNext();

    QLineEdit* m_search;
    QLabel* m_found;
    QListWidget* m_topics;
    QTextBrowser* m_text;
};

} // namespace altimeter::ui
