#include "ui/pages/connections/reachconfirm.h"

#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/connections/connectiontext.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace altimeter::ui {

ReachConfirm::ReachConfirm(const ConnectionInfo& connection, const ConnectorInfo& kind, QWidget* parent)
    : QDialog(parent)
{
    const QString name = parts::text(connection.settings.name);
    setWindowTitle(tr("Confirm connection"));
    setAccessibleName(tr("Confirm connection"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(22, 20, 22, 16);
    layout->setSpacing(12);
    layout->addWidget(parts::label(tr("Use the connection “%1” on this computer?").arg(connectiontext::shortened(name)),
                                   "heading", this));
    auto* note =
        parts::paragraph(tr("The workspace brings it along, and somebody else may have written it. You are asked "
                            "because %1. Nothing of it is used before you agree to all of this:")
                             .arg(parts::text(connection.unconfirmed)),
                         "secondary", this);
    note->setMinimumWidth(520);
    layout->addWidget(note);
    const QString title = parts::text(kind.title);
    layout->addWidget(parts::label(tr("Kind: %1").arg(title.isEmpty() ? parts::text(connection.settings.kind) : title),
                                   "plain", this));
    addFacts(layout, connection.reach);
    if (!connection.reach.plain.empty()) {
        auto* warning =
            parts::paragraph(tr("The way to %1 is not encrypted: whoever is in between can read the key and the costs.")
                                 .arg(connectiontext::listed(connection.reach.plain)),
                             "problem", this);
        layout->addWidget(warning);
        m_plain = new QCheckBox(tr("Send the key unencrypted all the same"), this);
        m_plain->setAccessibleName(m_plain->text());
        m_plain->setToolTip(tr("Only where you know every computer in between, as inside of your own network"));
        layout->addWidget(m_plain);
    }
    auto* cancel = parts::button(tr("Do not use it"), tr("Leave it unused; nothing is sent (Esc)"), nullptr, this);
    m_confirm =
        parts::button(tr("Use it"), tr("Agree for this computer; it is synced by its schedule then"), "primary", this);
    cancel->setDefault(true); // keys are not sent by a hasty Enter
    if (m_plain) {
        m_confirm->setEnabled(false);
        connect(m_plain, &QCheckBox::toggled, m_confirm, &QWidget::setEnabled);
    }
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_confirm, &QPushButton::clicked, this, [this] {
        accept();
        emit confirmed(m_plain && m_plain->isChecked());
    });
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_confirm);
    layout->addSpacing(6);
    layout->addLayout(buttons);
    cancel->setFocus();
}

void ReachConfirm::addFacts(QVBoxLayout* layout, const ConnectionReach& reach)
{
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(20);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(1, 1);
    for (const auto& [what, value] : connectiontext::facts(reach)) {
        const int row = grid->rowCount();
        auto* title = parts::label(what, "secondary", this);
        auto* text = parts::paragraph(value, "plain", this);
        text->setAccessibleName(format::labelled(what, value));
        grid->addWidget(title, row, 0, Qt::AlignTop);
        grid->addWidget(text, row, 1);
    }
    layout->addLayout(grid);
}

} // namespace altimeter::ui
