#pragma once

#include <QFrame>

#include "models/domain/result.h"

class QLabel;

namespace altimeter::ui {

/// A sentence that must be seen, with an icon and, beneath it, what to do. Hidden until it says something.
class Banner : public QFrame {
    Q_OBJECT
public:
    enum class Tone { Info, Good, Warning, Bad };
    explicit Banner(const QString& accessibleName, QWidget* parent = nullptr);
    void say(Tone tone, const QString& text, const QString& todo = {});
    /// A failure in plain words, with its own advice or that of its kind.
    void say(const QString& what, const Error& error);
    void clear();
    /// What it says, with what to do; empty while hidden.
    QString text() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_name;
    Tone m_tone = Tone::Info;
    QLabel* m_text;
    QLabel* m_todo;
};

} // namespace altimeter::ui
