#pragma once

#include <QWidget>

#include "models/domain/money.h"

#include <vector>

class QButtonGroup;
class QComboBox;
class QHBoxLayout;

namespace altimeter::ui {

/// One of several currencies: the first four as buttons, the rest in a list beside them. With fewer than two currencies
/// there is nothing to choose, and it hides.
class CurrencyChoice : public QWidget {
    Q_OBJECT
public:
    static constexpr std::size_t kMostButtons = 4;

    explicit CurrencyChoice(QWidget* parent = nullptr);
    /// In this order (see currenciesInOrder()); `chosen` is one of them.
    void setCurrencies(const std::vector<Currency>& currencies, const Currency& chosen);

signals:
    void chosen(const altimeter::Currency& currency);

private:
    void addButtons(std::size_t count);
    void addList(std::size_t from);

    std::vector<Currency> m_currencies;
    Currency m_chosen;
    QHBoxLayout* m_row;
    QButtonGroup* m_group = nullptr;
    QComboBox* m_list = nullptr; ///< only with more than fit
};

} // namespace altimeter::ui
