#pragma once

#include <QPointer>

#include "ui/pages/common/page.h"

#include <functional>
#include <map>
#include <optional>

class QLabel;
class QMenu;
class QPushButton;
class QStackedWidget;
class QTabWidget;
class QTimer;

namespace altimeter::ui {

class Banner;
class CompletenessPage;
class ConnectionDetail;
class ConnectionWizard;
class GridView;
class KindList;
class RecordModel;

/// The connections to provider APIs: how each stands, syncing them, adding and changing them; and, on a second tab,
/// which days of which source are there.
class ConnectionsPage : public Page {
    Q_OBJECT
public:
    /// `clock` answers the present; by default that of this computer.
    explicit ConnectionsPage(Backend& backend, QWidget* parent = nullptr, std::function<Instant()> clock = nullptr);
    void workspaceChanged(const WorkspaceInfo& info) override;
    void setReading() override;
    void setImporting(bool importing) override;
    void setOpening(bool opening) override { setEnabled(!opening); }
    void sourcesChanged(const std::vector<SourceHealth>& sources) override;
    void setLens(CostLens lens) override;
    bool copySelection(bool withHeaders) override;
    bool exportTable() override;
    void takeFocus() override;
    /// "connections" or "completeness".
    void showTab(const QString& name) override;
    QString currentTabName() const override;
    static QStringList tabNames();
    bool isSettled() const override;

    /// Opens the wizard; with a kind, at its form.
    void addConnection(const std::string& kind = {});
    void syncAll();
    void syncProgressed(const SyncProgress& progress) override;

private:
    struct Running {
        SyncProgress progress;
        int call = 0; ///< 0: asked for by somebody else
    };
    QWidget* makeConnections();
    QWidget* makeHead();
    QWidget* makeList();
    QWidget* makeEmpty();
    QWidget* makeFailure();
    void makeActions();
    void ask();
    void adopt(std::vector<ConnectionInfo> connections);
    void setListReading();
    void showSummary();
    void showDetail();
    void askPlan();
    /// Brings the open wizard to the front; false: none is open.
    bool raiseWizard();
    void openWizard(ConnectionWizard* wizard);
    void editCurrent();
    void removeCurrent();
    void testCurrent();
    /// Shows what the chosen connection reaches out to and asks whether it may be used here.
    void confirmCurrent();
    void showCharges();
    void openMenu(const QPoint& at);
    /// Syncs after asking what it costs, where a request costs money.
    void sync(const std::vector<std::string>& names);
    void confirm(const std::vector<SyncPlan>& plans);
    void start(const std::vector<std::string>& names);
    void finish(int call, Result<std::vector<SyncResult>> answer);
    void cancel(const std::vector<std::string>& names);
    void cancelAll();
    void progressChanged();
    const ConnectorInfo& kindOf(const ConnectionInfo& connection) const;
    std::optional<SyncProgress> progressOf(const ConnectionInfo& connection) const;
    std::size_t runningCount() const;
    std::optional<std::size_t> current() const;
    std::vector<std::string> selectedNames() const;
    void select(const std::string& name);

    Backend& m_backend;
    std::function<Instant()> m_clock;
    CostLens m_lens = CostLens::Effective;
    std::vector<ConnectorInfo> m_kinds;
    std::vector<ConnectionInfo> m_connections;
    std::map<std::string, Running> m_running;
    std::string m_wanted;  ///< to be chosen once it is listed
    std::string m_planned; ///< connection whose plan is shown
    int m_calls = 0;
    int m_test = 0;
    bool m_asking = false;

    QTabWidget* m_tabs = nullptr;
    CompletenessPage* m_completeness = nullptr;
    QStackedWidget* m_stack = nullptr;
    QLabel *m_badge = nullptr, *m_summary = nullptr, *m_failure = nullptr;
    QPushButton *m_add = nullptr, *m_syncAll = nullptr, *m_cancelAll = nullptr, *m_retry = nullptr, *m_bigAdd = nullptr;
    Banner* m_banner = nullptr;
    KindList* m_kindList = nullptr;
    RecordModel* m_model = nullptr;
    GridView* m_grid = nullptr;
    ConnectionDetail* m_detail = nullptr;
    QMenu* m_menu = nullptr;
    QPointer<ConnectionWizard> m_wizard;
    QTimer* m_poll = nullptr;   ///< while a sync runs whose end nobody tells
    QTimer* m_minute = nullptr; ///< "5 min ago" grows older
};

} // namespace altimeter::ui
