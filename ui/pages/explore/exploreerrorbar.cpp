#include "ui/pages/explore/exploreerrorbar.h"

#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace altimeter::ui {

ExploreErrorBar::ExploreErrorBar(QWidget* parent) : QFrame(parent), m_text(parts::paragraph({}, "body", this))
{
    setObjectName(QStringLiteral("messagePanel"));
    setAccessibleName(tr("Error"));
    m_text->setAccessibleDescription(tr("Error text"));
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* copy = parts::button(tr("Copy error"), tr("Copy the text"), nullptr, this);
    auto* retry = parts::button(tr("Try again"), tr("Ask once more (F5)"), "primary", this);
    connect(copy, &QPushButton::clicked, this, [this] {
        QApplication::clipboard()->setText(m_text->text());
        emit copied();
    });
    connect(retry, &QPushButton::clicked, this, &ExploreErrorBar::retryRequested);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 8, 10, 8);
    row->addWidget(m_text, 1);
    row->addWidget(copy);
    row->addWidget(retry);
    hide();
}

bool ExploreErrorBar::showError(const Error& error)
{
    if (m_error && m_error->text() == error.text())
        return false;
    m_error = error;
    m_text->setText(
        tr("%1 — %2", "what failed, what to do").arg(format::text(error.text()), parts::advice(error.code)));
    show();
    return true;
}

void ExploreErrorBar::clear()
{
    m_error.reset();
    hide();
}

} // namespace altimeter::ui
