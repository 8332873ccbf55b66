#pragma once

#include "models/domain/rulesdocument.h"
#include "ui/pages/allocation/keptdraft.h"
#include "ui/pages/allocation/ruledraft.h"
#include "ui/pages/common/page.h"

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;
class QTimer;
class QUndoStack;
class QVBoxLayout;

namespace altimeter::ui {

class Banner;
class PublishPanel;
class RuleEffect;
class RuleForm;
class RuleList;

/// The rules that give every charge its team. Edits make a draft; while typing, the page shows what money the draft
/// would move. Nothing counts until Publish.
class AllocationPage : public Page {
    Q_OBJECT
public:
    explicit AllocationPage(Backend& backend, QWidget* parent = nullptr);
    ~AllocationPage() override;
    void workspaceChanged(const WorkspaceInfo& info) override;
    void setReading() override;
    void setOpening(bool opening) override { setEnabled(!opening); }
    bool canUndo() const override;
    bool canRedo() const override;
    void undo() override;
    void redo() override;
    bool copySelection(bool withHeaders) override;
    void takeFocus() override;
    bool isSettled() const override;
    bool stepsOnTyping() const override { return true; }
    /// The draft as JSON text, the truth of the page.
    QString draftText() const { return m_draft.text(); }
    bool isDraft() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    friend class DraftCommand;
    void buildHeader(QVBoxLayout* layout);
    QWidget* buildList();
    QWidget* buildEditor();
    QWidget* buildEffect();
    void askRules();
    void adoptPublished(const RulesDocument& document);
    /// Brings back what was not published when the workspace was closed; one step, so that undo is without it.
    void takeKept(const std::optional<KeptDraft::Draft>& kept);
    void keepDraft();
    /// One undoable step; steps with the same non-empty key one after the other are one.
    void edit(const QString& json, const QString& what, const QString& key = {});
    void showDraft(const QString& json);
    void showList();
    void showRule();
    void showState();
    void check();
    void askDiff();
    void showDiff(const RuleDiff& diff);
    void showCheck(const QString& fault);
    void addRule();
    void duplicateRule();
    void removeRule(int row);
    void moveRule(int from, int to);
    /// The first month that is proposed: the open one, so that no month before is restated unasked.
    void resetFrom();
    /// Asks for a note first.
    void beginPublishing();
    void closePanel();
    bool isEffectKnown() const;
    bool isPublishable() const;
    void publish();
    void revert();
    void askVersions();
    void showVersions(const std::vector<RulesDocument>& versions);
    QWidget* buildConflict();
    void showConflict();
    /// The draft counts as made from the version in force.
    void rebase();
    int currentRule() const;

    Backend& m_backend;
    RuleDraft m_draft;
    KeptDraft m_kept;
    QString m_published;
    std::uint32_t m_version = 0;  ///< in force
    std::uint32_t m_base = 0;     ///< that the draft was made from
    QString m_readOnly;           ///< why nothing can be published
    bool m_isMonthChosen = false; ///< by the user, since the rules in force were taken
    bool m_loaded = false;
    bool m_failed = false;
    bool m_showing = false;
    bool m_checking = false;
    bool m_diffing = false;
    bool m_publishing = false;
    QString m_fault;
    RulesPublication m_publication; ///< of the version in force
    bool m_isOwn = false;           ///< it was published, and not made with the workspace
    QUndoStack* m_undo = nullptr;
    QTimer* m_debounce = nullptr;

    QLabel *m_state = nullptr, *m_stateText = nullptr, *m_check = nullptr;
    QPushButton *m_publish = nullptr, *m_revert = nullptr, *m_versions = nullptr;
    QWidget* m_conflict = nullptr;
    Banner* m_conflictText = nullptr;
    QPushButton *m_goOn = nullptr, *m_takeTheirs = nullptr, *m_publishOver = nullptr;
    RuleList* m_list = nullptr;
    QTabWidget* m_tabs = nullptr;
    RuleForm* m_form = nullptr;
    QPlainTextEdit* m_json = nullptr;
    RuleEffect* m_effect = nullptr;
    PublishPanel* m_panel = nullptr;
};

} // namespace altimeter::ui
