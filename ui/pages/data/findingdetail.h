#pragma once

#include <QFrame>

#include "models/domain/findings.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace altimeter::ui {

/// Below the list of findings: what the chosen kind or case means, what it touches, what to do, and who knows about it.
class FindingDetail : public QFrame {
    Q_OBJECT
public:
    explicit FindingDetail(QWidget* parent = nullptr);
    /// `one` is null for the kind as a whole. `whyNot`: why nothing can be acknowledged; empty: it can be.
    void show(const FindingGroup& group, const FindingCase* one, const QString& whyNot);
    void clear();
    QString note() const;
    void clearNote();
    void focusNote();

signals:
    void linesRequested();
    void acknowledgeRequested();
    void reopenRequested();

private:
    QLabel *m_title = nullptr, *m_badge = nullptr, *m_meaning = nullptr, *m_todo = nullptr, *m_facts = nullptr,
           *m_known = nullptr;
    QLineEdit* m_note = nullptr;
    QPushButton *m_lines = nullptr, *m_acknowledge = nullptr, *m_reopen = nullptr;
};

/// What can be looked at of a finding, or of the first case of a kind that has lines; none: nothing.
const FindingLines* linesOf(const FindingGroup& group, const FindingCase* one);

} // namespace altimeter::ui
