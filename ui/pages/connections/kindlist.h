#pragma once

#include <QWidget>

#include "models/domain/connectorinfo.h"

#include <vector>

class QLabel;
class QLineEdit;
class QListWidget;

namespace altimeter::ui {

/// The kinds of connections there are, found by typing: title and one sentence each.
class KindList : public QWidget {
    Q_OBJECT
public:
    explicit KindList(std::vector<ConnectorInfo> kinds, QWidget* parent = nullptr);
    /// The kind under the cursor; null where nothing matches.
    const ConnectorInfo* current() const;
    void choose(const std::string& kind);
    int shownCount() const;
    /// The keyboard goes to the field that is typed into.
    void takeFocus();

signals:
    void currentChanged();
    /// Enter or a double click.
    void activated();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter(const QString& text);

    std::vector<ConnectorInfo> m_kinds;
    QLineEdit* m_search;
    QListWidget* m_list;
    QLabel* m_none;
};

} // namespace altimeter::ui
