#pragma once

#include <QDialog>

#include "models/domain/connection.h"
#include "models/domain/connectorinfo.h"
#include "models/domain/sync.h"

#include <string>
#include <vector>

namespace altimeter::ui {

/// Asks before a sync whose requests cost money: per connection requests × price = amount, and the sum per currency.
class SyncConfirm : public QDialog {
    Q_OBJECT
public:
    /// `plans` are of everything that would be synced; those that cost nothing are not listed but counted.
    SyncConfirm(const std::vector<SyncPlan>& plans, const std::vector<ConnectorInfo>& kinds,
                const std::vector<ConnectionInfo>& connections, QWidget* parent = nullptr);

signals:
    /// The user agreed to sync these.
    void confirmed(const std::vector<std::string>& names);
};

} // namespace altimeter::ui
