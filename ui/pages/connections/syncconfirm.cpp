#include "ui/pages/connections/syncconfirm.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/connections/connectiontext.h"
#include "ui/theme/theme.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <map>

namespace altimeter::ui {

namespace {

constexpr int kShown = 12;

ConnectorInfo kindOf(const std::string& connection, const std::vector<ConnectorInfo>& kinds,
                     const std::vector<ConnectionInfo>& connections)
{
    for (const ConnectionInfo& info : connections) {
        if (info.settings.name != connection)
            continue;
        for (const ConnectorInfo& kind : kinds)
            if (kind.kind == info.settings.kind)
                return kind;
    }
    return {};
}

} // namespace

SyncConfirm::SyncConfirm(const std::vector<SyncPlan>& plans, const std::vector<ConnectorInfo>& kinds,
                         const std::vector<ConnectionInfo>& connections, QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Requests cost money"));
    setAccessibleName(tr("Requests cost money"));
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(28);
    grid->setVerticalSpacing(6);
    std::map<std::string, DecimalSum> totals;
    std::vector<std::string> all, free;
    int priced = 0;
    for (const SyncPlan& plan : plans) {
        all.push_back(plan.connection);
        if (!connectiontext::costsMoney(plan)) {
            free.push_back(plan.connection);
            continue;
        }
        totals[plan.currency].add(plan.cost);
        if (++priced > kShown)
            continue;
        auto* price =
            parts::label(connectiontext::price(plan, kindOf(plan.connection, kinds, connections)), "number", this);
        price->setAccessibleName(tr("Price of %1: %2").arg(format::shown(plan.connection), price->text()));
        grid->addWidget(parts::label(format::shown(plan.connection), "plain", this), priced, 0);
        grid->addWidget(price, priced, 1, Qt::AlignRight);
    }
    if (priced > kShown)
        grid->addWidget(parts::label(tr("and %1 more").arg(format::count(static_cast<std::uint64_t>(priced - kShown))),
                                     "secondary", this),
                        kShown + 1, 0);
    QStringList sums;
    for (const auto& [currency, sum] : totals)
        sums << connectiontext::amount(sum, currency);
    const QString total = sums.join(QStringLiteral(" + "));

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(22, 20, 22, 16);
    layout->setSpacing(12);
    layout->addWidget(parts::label(tr("This sync costs at least %1").arg(total), "heading", this));
    auto* note =
        parts::paragraph(tr("The provider charges for each request. Long answers come in several pages and may "
                            "need some requests more."),
                         "secondary", this);
    note->setMinimumWidth(460);
    layout->addWidget(note);
    layout->addLayout(grid);
    if (!free.empty())
        layout->addWidget(parts::label(
            tr("%1 [connection more costs|connections more cost] nothing.", nullptr, format::forms(free.size()))
                .arg(format::count(free.size())),
            "secondary", this));
    auto* cancel = parts::button(tr("Do not sync"), tr("Ask nothing (Esc)"), nullptr, this);
    auto* some =
        parts::button(tr("Sync only what costs nothing"), tr("Leave out the connections listed above"), nullptr, this);
    auto* go =
        parts::button(tr("Sync for %1").arg(total), tr("Ask the provider and pay for the requests"), "primary", this);
    some->setVisible(!free.empty());
    cancel->setDefault(true); // money is not spent by a hasty Enter
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(some, &QPushButton::clicked, this, [this, free] {
        accept();
        emit confirmed(free);
    });
    connect(go, &QPushButton::clicked, this, [this, all] {
        accept();
        emit confirmed(all);
    });
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(some);
    buttons->addWidget(go);
    layout->addSpacing(6);
    layout->addLayout(buttons);
    cancel->setFocus();
}

} // namespace altimeter::ui
