#pragma once

#include <QDialog>

#include "models/domain/note.h"

#include <optional>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace altimeter::ui {

/// Where a note is written: what it is about, and its text. Ctrl+Enter keeps it, Esc leaves.
class NoteDialog : public QDialog {
    Q_OBJECT
public:
    /// `amount`: what the figure comes to as the note is written.
    NoteDialog(const Figure& figure, const std::optional<Amount>& amount, const QString& text, QWidget* parent);

signals:
    void written(const QString& text);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void keep();
    void showRoom();

    QPlainTextEdit* m_text;
    QLabel* m_room;
    QPushButton* m_keep;
};

} // namespace altimeter::ui
