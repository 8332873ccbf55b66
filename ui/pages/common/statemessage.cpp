#include "ui/pages/common/statemessage.h"

#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/common/wholetext.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace altimeter::ui {

namespace {

constexpr int kTextWidth = 520;

} // namespace

StateMessage::StateMessage(const QString& name, QWidget* parent)
    : QWidget(parent), m_title(parts::label({}, "heading", this)), m_text(parts::paragraph({}, "secondary", this)),
      m_retry(parts::button(tr("Try again"), tr("Ask once more"), "primary", this)),
      m_import(parts::button(tr("Import files…"), tr("Choose cost exports to import (Ctrl+I)"), "primary", this))
{
    setAccessibleName(name);
    m_text->setAlignment(Qt::AlignCenter);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(8);
    column->addStretch();
    for (QWidget* each : std::initializer_list<QWidget*>{m_title, m_text, m_retry, m_import})
        column->addWidget(each, 0, Qt::AlignHCenter);
    column->addStretch();
    connect(m_retry, &QPushButton::clicked, this, &StateMessage::retryRequested);
    connect(m_import, &QPushButton::clicked, this, &StateMessage::importRequested);
    sayReading();
}

void StateMessage::say(const QString& title, const QString& text)
{
    m_title->setText(title);
    m_text->setVisible(!text.isEmpty());
    if (!text.isEmpty())
        parts::setWhole(m_text, text, kTextWidth);
    m_retry->hide();
    m_import->hide();
}

void StateMessage::sayReading()
{
    say(tr("Reading…"), {});
}

void StateMessage::sayFailed(const QString& title, const Error& error)
{
    const QString todo = error.todo.empty() ? parts::advice(error.code) : format::shown(error.todo);
    say(title, format::shown(error.text()) + u'\n' + todo);
    m_retry->show();
}

void StateMessage::sayEmpty(const QString& title, const QString& text, bool offersImport)
{
    say(title, text);
    m_import->setVisible(offersImport);
}

QString StateMessage::title() const
{
    return m_title->text();
}

bool StateMessage::saysFailed() const
{
    return !m_retry->isHidden();
}

QWidget* StateMessage::focusTarget() const
{
    return !m_retry->isHidden() ? m_retry : !m_import->isHidden() ? m_import : nullptr;
}

} // namespace altimeter::ui
