#pragma once

#include <QDialog>

#include "ui/backend/imports.h"

class QComboBox;
class QLabel;
class QPushButton;
class QTimer;
class QTreeWidget;
class QTreeWidgetItem;

namespace altimeter::ui {

/// What an import would do, before it does: the files with what they are and what they hold, what is no FOCUS export
/// and how it would be read, what stands in two of them, what would replace what, and the money by currency. Files can
/// be left out; whoever closes it stores nothing.
class ImportSummary : public QDialog {
    Q_OBJECT
public:
    explicit ImportSummary(QWidget* parent = nullptr);
    /// What was found under the wish it was asked with. Ticks of the user stay.
    void setSurvey(const ImportSurvey& survey, const Imports::Wish& wish);
    /// While files are looked at again.
    void setLooking();
    /// They cannot be looked at with what is ticked now.
    void setProblem(const QString& text);
    const Imports::Wish& wish() const { return m_wish; }

signals:
    /// The user left files out, took them in, or decided what counts.
    void wishChanged(const altimeter::ui::Imports::Wish& wish);
    void importWanted(const altimeter::ui::Imports::Wish& wish);

private:
    void buildTable();
    void buildButtons();
    void fillFiles();
    void fillFile(QTreeWidgetItem* row, const SurveyedFile& file);
    void showHead();
    void showQuestions();
    void showChanges();
    void showCurrent();
    void tickChanged(QTreeWidgetItem* row);
    void leaveOutForeign();
    void decide(int index);

    ImportSurvey m_survey;
    Imports::Wish m_wish;
    QLabel *m_head, *m_sub, *m_questions, *m_changes, *m_details;
    QComboBox* m_decision;
    QTreeWidget* m_files;
    QPushButton *m_import = nullptr, *m_foreign = nullptr;
    QTimer* m_later;
    bool m_isFilling = false;
};

} // namespace altimeter::ui
