#pragma once

#include <QDialog>

#include "models/domain/delivery.h"

#include <vector>

class QLabel;
class QPushButton;
class QTreeWidget;

namespace altimeter::ui {

/// Every delivery of files, newest first, and the sources that were removed: what was imported can be taken back, a
/// source removed and put back.
class DeliveriesList : public QDialog {
    Q_OBJECT
public:
    explicit DeliveriesList(const Deliveries& deliveries, QWidget* parent = nullptr);

signals:
    void takeBackWanted(qint64 delivery);
    void removeWanted(const QString& source);
    void restoreWanted(const QString& source);

private:
    void fill();
    void showCurrent();
    const DeliveryInfo* delivery() const;
    const RemovedSource* removed() const;

    const Deliveries m_deliveries;
    QTreeWidget* m_rows;
    QLabel* m_about;
    QPushButton *m_takeBack, *m_remove, *m_restore;
};

/// "USD 13.75 of Jun 2026 (2 lines)", for a question before it goes.
QString goingText(const std::vector<DeliveredMoney>& money);

} // namespace altimeter::ui
