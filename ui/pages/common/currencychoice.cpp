#include "ui/pages/common/currencychoice.h"

#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>

#include <algorithm>
#include <utility>

namespace altimeter::ui {

namespace {

QString code(const Currency& currency)
{
    return format::shown(std::string(currency.code()));
}

} // namespace

CurrencyChoice::CurrencyChoice(QWidget* parent) : QWidget(parent), m_row(new QHBoxLayout(this))
{
    setAccessibleName(tr("Currencies"));
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(0);
    hide();
}

void CurrencyChoice::setCurrencies(const std::vector<Currency>& currencies, const Currency& chosen)
{
    if (m_currencies == currencies && m_chosen == chosen)
        return;
    m_currencies = currencies;
    m_chosen = chosen;
    parts::clear(m_row);
    delete std::exchange(m_group, nullptr);
    m_list = nullptr;
    setVisible(currencies.size() > 1);
    if (currencies.size() < 2)
        return;
    const std::size_t buttons = std::min(currencies.size(), kMostButtons);
    addButtons(buttons);
    if (buttons < currencies.size())
        addList(buttons);
}

void CurrencyChoice::addButtons(std::size_t count)
{
    m_group = new QButtonGroup(m_row);
    for (std::size_t i = 0; i < count; ++i) {
        const Currency currency = m_currencies[i];
        auto* segment = parts::button(
            code(currency), tr("Show the figures in %1; currencies are never added").arg(code(currency)), "segment");
        segment->setCheckable(true);
        segment->setChecked(currency == m_chosen);
        segment->setAccessibleName(tr("Currency %1").arg(code(currency)));
        m_group->addButton(segment);
        connect(segment, &QPushButton::clicked, this, [this, currency] {
            m_chosen = currency;
            if (m_list)
                m_list->setCurrentIndex(-1);
            emit this->chosen(currency);
        });
        m_row->addWidget(segment);
    }
}

/// By code: among so many nobody looks for the largest, and a typed letter leads to the next one.
void CurrencyChoice::addList(std::size_t from)
{
    std::vector<Currency> rest(m_currencies.begin() + static_cast<std::ptrdiff_t>(from), m_currencies.end());
    std::sort(rest.begin(), rest.end());
    auto* list = new QComboBox;
    list->setAccessibleName(tr("Other currencies"));
    list->setToolTip(tr("The currencies with fewer charge lines; currencies are never added"));
    list->setPlaceholderText(
        tr("%1 more", "number of currencies").arg(format::count(static_cast<std::uint64_t>(rest.size()))));
    for (const Currency& currency : rest)
        list->addItem(code(currency));
    const auto at = std::find(rest.begin(), rest.end(), m_chosen);
    list->setCurrentIndex(at == rest.end() ? -1 : static_cast<int>(at - rest.begin()));
    connect(list, &QComboBox::activated, this, [this, rest](int index) {
        m_chosen = rest[static_cast<std::size_t>(index)];
        m_group->setExclusive(false); // or one of them would have to stay pressed
        for (QAbstractButton* segment : m_group->buttons())
            segment->setChecked(false);
        m_group->setExclusive(true);
        emit chosen(m_chosen);
    });
    m_list = list;
    m_row->addSpacing(6);
    m_row->addWidget(list);
}

} // namespace altimeter::ui
