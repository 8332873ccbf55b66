#pragma once

#include "ui/backend/questions.h"
#include "ui/pages/common/popcard.h"

#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace altimeter::ui {

/// Chooses a dimension and its values for one filter. Every tick takes effect at once.
class FilterPopup : public PopCard {
    Q_OBJECT
public:
    FilterPopup(Questions& questions, QWidget* parent);

    /// Opens below `anchor`. `dims` are offered; `filter` is the present state (empty values for a new one); `scope` is
    /// the question whose values are listed, without this filter.
    void open(QWidget* anchor, const std::vector<Dim>& dims, const Filter& filter, const CostQuery& scope);
    const Filter& filter() const { return m_filter; }

signals:
    void changed(const altimeter::Filter& filter);
    void removeRequested();
    void closed();

protected:
    void hideEvent(QHideEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void askValues();
    void showValues(const std::vector<std::string>& values);
    void addValue(const std::string& value, bool atTop);
    void search(const QString& text);
    void takeTyped();
    void readTicks();

    Questions& m_questions;
    Filter m_filter;
    CostQuery m_scope;
    std::vector<Dim> m_dims;
    bool m_filling = false;
    quint64 m_asked = 0;
    QComboBox* m_dim = nullptr;
    QLineEdit* m_search = nullptr;
    QListWidget* m_list = nullptr;
    QLabel* m_note = nullptr;
    QCheckBox* m_exclude = nullptr;
};

} // namespace altimeter::ui
