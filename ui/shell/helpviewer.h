#pragma once

#include <QDialog>
#include <QList>

class QListWidget;
class QTextBrowser;

namespace altimeter::ui {

struct HelpTopic {
    QString file;  ///< resource path
    QString title; ///< its first heading
};

/// The user guide: topics at the left, text at the right. Stays open beside the work.
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
    QListWidget* m_topics;
    QTextBrowser* m_text;
};

} // namespace altimeter::ui
