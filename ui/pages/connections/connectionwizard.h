#pragma once

#include <QDialog>

#include "ui/backend/backend.h"

#include <functional>
#include <memory>

class QCheckBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QVBoxLayout;

namespace altimeter::ui {

class Banner;
class ConnectionForm;
class KindList;

/// Adds a connection, or changes one: choose a kind, fill in its form, for a feed also say what its fields mean. The
/// form is made from what the kind says of itself; nothing here knows a provider.
class ConnectionWizard : public QDialog {
    Q_OBJECT
public:
    /// `existing` are the connections there are: their names are taken. `backend` must outlive the dialog.
    ConnectionWizard(Backend& backend, const std::vector<ConnectionInfo>& existing, QWidget* parent = nullptr);
    /// Goes on with this kind, as if it was chosen in the list.
    void chooseKind(const std::string& kind);
    /// Changes a stored connection: kind and name are fixed.
    void edit(const ConnectionInfo& connection);

    void reject() override;

signals:
    /// Stored; `sync` where the user asked to sync at once.
    void saved(const QString& name, bool sync);
    void helpRequested(const QString& kind);

private:
    enum Step { Kinds, Settings, Mapping };

    /// A widget that makes a feed's mapping, whatever its class.
    struct MappingStep {
        QWidget* widget = nullptr;
        std::function<void(const QString& path)> setFile;
        std::function<FeedMapping()> mapping;
        std::function<void(const FeedMapping&)> setMapping;
        std::function<bool()> isComplete;
    };
    /// Takes a form with setFile(), mapping(), setMapping(), isComplete() and the signal changed().
    template <typename Form> QWidget* useMapping(Form* form)
    {
        m_mapping = {form, [form](const QString& path) { form->setFile(path); }, [form] { return form->mapping(); },
                     [form](const FeedMapping& mapping) { form->setMapping(mapping); },
                     [form] { return form->isComplete(); }};
        connect(form, &Form::changed, this, &ConnectionWizard::mappingChanged);
        return form;
    }
    /// The third step of a feed.
    QWidget* makeMappingStep();

    QWidget* makeKinds();
    void makeSettings();
    QWidget* makeSide();
    QWidget* makeButtons();
    const ConnectorInfo* infoOf(const std::string& kind) const;
    bool hasMapping() const { return m_kind.kind == "feed"; }
    /// Whether a value of a feed belongs to its mapping (see models/domain/feedmapping.h).
    static bool isMappingKey(const std::string& key);
    void setKind(const ConnectorInfo& kind);
    void go(Step step);
    void back();
    void next();
    void showStep();
    void formChanged();
    /// Says what saving confirms for this computer.
    void showReach();
    void mappingChanged();
    /// Whether everything that is needed was said; marks what is missing.
    bool check();
    ConnectionDraft draft() const;
    void test();
    void save(bool sync);
    void setBusy(bool busy);

    Backend& m_backend;
    std::vector<ConnectorInfo> m_kinds;
    QStringList m_taken;
    ConnectorInfo m_kind;
    bool m_isEditing = false;
    bool m_isBusy = false;
    bool m_mappingTouched = false;
    bool m_leaveAsked = false;
    int m_test = 0; ///< number of the newest test; an answer to an older one is dropped
    Step m_step = Kinds;
    MappingStep m_mapping;

    QLabel *m_title = nullptr, *m_trail = nullptr;
    QStackedWidget* m_stack = nullptr;
    KindList* m_list = nullptr;
    ConnectionForm* m_form = nullptr;
    QWidget* m_settings = nullptr; ///< form and what to know beside it
    Banner* m_verdict = nullptr;
    QLabel* m_reach = nullptr;
    QCheckBox* m_plain = nullptr; ///< shown where an address is not encrypted
    QPushButton *m_help = nullptr, *m_back = nullptr, *m_next = nullptr, *m_testButton = nullptr, *m_save = nullptr,
                *m_saveAndSync = nullptr, *m_cancel = nullptr;
};

} // namespace altimeter::ui
