#pragma once

#include <QWidget>

#include "models/domain/result.h"

class QLabel;
class QPushButton;

namespace altimeter::ui {

/// What stands in the place of figures while there are none: that they are being read, that they could not be read and
/// why, or that there is nothing and what to do about it. Never a number.
class StateMessage : public QWidget {
    Q_OBJECT
public:
    /// `name` says in the place of what it stands.
    explicit StateMessage(const QString& name, QWidget* parent = nullptr);
    void sayReading();
    /// Reading failed; offers to try again.
    void sayFailed(const QString& title, const Error& error);
    /// There is nothing to show; `offersImport`: the way to some is an import.
    void sayEmpty(const QString& title, const QString& text, bool offersImport = false);
    QString title() const;
    bool saysFailed() const;
    /// The button that is offered, else null.
    QWidget* focusTarget() const;

signals:
    void retryRequested();
    void importRequested();

private:
    void say(const QString& title, const QString& text);

    QLabel* m_title;
    QLabel* m_text;
    QPushButton* m_retry;
    QPushButton* m_import;
};

} // namespace altimeter::ui
