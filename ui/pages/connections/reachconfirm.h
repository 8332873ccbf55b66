#pragma once

#include <QDialog>

#include "models/domain/connection.h"
#include "models/domain/connectorinfo.h"

class QCheckBox;
class QPushButton;
class QVBoxLayout;

namespace altimeter::ui {

/// Asks the user of this computer whether a connection of the open workspace may be used: whom it asks, what it reads
/// and which keys it sends, in plain words. Somebody else may have written all of that.
class ReachConfirm : public QDialog {
    Q_OBJECT
public:
    ReachConfirm(const ConnectionInfo& connection, const ConnectorInfo& kind, QWidget* parent = nullptr);

signals:
    void confirmed(bool allowsPlainHttp);

private:
    void addFacts(QVBoxLayout* layout, const ConnectionReach& reach);

    QCheckBox* m_plain = nullptr; ///< null where nothing goes unencrypted
    QPushButton* m_confirm = nullptr;
};

} // namespace altimeter::ui
