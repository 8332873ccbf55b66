#pragma once

#include <QDialog>

#include "models/domain/importreport.h"
#include "ui/shell/importtext.h"

#include <vector>

class QListWidget;
class QListWidgetItem;

namespace altimeter::ui {

/// After an import: what was read, what looks odd, and what to do. Each line leads to the page that shows more; the
/// window stays usable beneath, so that one can be looked at after the other.
class ImportResult : public QDialog {
    Q_OBJECT
public:
    /// `hasRules`: charges are given to owners already.
    ImportResult(const ImportReport& report, bool hasRules, QWidget* parent = nullptr);

signals:
    void pageWanted(const QString& place);
    void takeBackWanted(qint64 delivery);

private:
    QListWidget* list(const QString& name);
    static void add(QListWidget* list, const QString& text, const QString& todo, const QString& place);
    void addRead(const ImportReport& report);
    void addOdd(const ImportReport& report);
    void addTodo(const ImportReport& report, bool hasRules);
    void follow(const QListWidgetItem* item);
};

} // namespace altimeter::ui
