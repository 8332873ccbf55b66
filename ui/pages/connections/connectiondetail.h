#pragma once

#include <QWidget>

#include "models/domain/connection.h"
#include "models/domain/connectorinfo.h"
#include "models/domain/result.h"
#include "models/domain/sync.h"

#include <optional>

class QFrame;
class QLabel;
class QProgressBar;
class QPushButton;

namespace altimeter::ui {

class Banner;

/// Everything about one connection: how it stands and what to do, what the next sync asks and costs, which rights it
/// needs, and its buttons. It shows values; the page acts.
class ConnectionDetail : public QWidget {
    Q_OBJECT
public:
    explicit ConnectionDetail(QWidget* parent = nullptr);
    /// `progress` is set while it syncs.
    void showConnection(const ConnectionInfo& connection, const ConnectorInfo& kind,
                        const std::optional<SyncProgress>& progress, Instant now);
    /// Buttons for several selected connections speak of their number.
    void setSelectedCount(std::size_t count);
    void showPlan(const SyncPlan& plan);
    void showPlanFailure(const Error& error);
    void showTesting(const QString& title);
    void showTest(const Result<std::string>& answer);
    void clearTest();

signals:
    void syncRequested();
    void confirmRequested();
    void cancelRequested();
    void testRequested();
    void editRequested();
    void removeRequested();
    void chargesRequested();
    void helpRequested();

private:
    QWidget* makeHead();
    QWidget* makeColumns();
    void showStanding(const ConnectionInfo& connection, const std::optional<SyncProgress>& progress, Instant now);

    ConnectionInfo m_connection;
    ConnectorInfo m_kind;
    QLabel *m_state = nullptr, *m_name = nullptr, *m_title = nullptr;
    QLabel *m_standing = nullptr, *m_todo = nullptr, *m_progress = nullptr;
    QProgressBar* m_bar = nullptr;
    QLabel *m_schedule = nullptr, *m_plan = nullptr, *m_price = nullptr, *m_freshness = nullptr, *m_rights = nullptr;
    QPushButton *m_confirm = nullptr, *m_sync = nullptr, *m_cancel = nullptr, *m_test = nullptr, *m_edit = nullptr,
                *m_charges = nullptr, *m_help = nullptr, *m_remove = nullptr;
    Banner* m_verdict = nullptr;
};

} // namespace altimeter::ui
