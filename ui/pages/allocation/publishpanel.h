#pragma once

#include <QFrame>

class QLabel;
class QLineEdit;
class QPushButton;

namespace altimeter::ui {

class RuleEffect;

/// The last step before a draft counts: what moves, which months change, and why, to be kept with the version. Enter
/// publishes, Escape goes back.
class PublishPanel : public QFrame {
    Q_OBJECT
public:
    explicit PublishPanel(QWidget* parent = nullptr);
    /// Opens for this version, with the keyboard in the note.
    void begin(const QString& version);
    /// Says what `effect` has; while it is being worked out nothing can be published.
    void showEffect(const RuleEffect& effect, bool isKnown);
    QString note() const;

signals:
    void accepted();
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QLabel* m_effect = nullptr;
    QLineEdit* m_note = nullptr;
    QPushButton *m_publish = nullptr, *m_cancel = nullptr;
};

} // namespace altimeter::ui
