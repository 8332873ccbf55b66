#include "ui/pages/allocation/publishpanel.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/pages/allocation/ruleeffect.h"
#include "ui/pages/common/pageparts.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace altimeter::ui {

namespace {

constexpr int kMostNote = 1'000; ///< characters, as the workspace keeps them

} // namespace

PublishPanel::PublishPanel(QWidget* parent) : QFrame(parent)
{
    parts::makeCard(this, tr("Publish the draft"));
    m_effect = parts::paragraph({}, "secondary", this);
    m_effect->setAccessibleName(tr("What publishing changes"));
    m_note = new QLineEdit(this);
    m_note->setAccessibleName(tr("Note"));
    m_note->setPlaceholderText(tr("Why? Kept with the version"));
    m_note->setToolTip(tr("Shown in Versions and by the command line; Enter publishes"));
    m_note->setMaxLength(kMostNote);
    m_publish = parts::button({}, tr("The draft counts from now on (Enter)"), "primary", this);
    m_cancel = parts::button(tr("Keep editing"), tr("Nothing is published (Esc)"), nullptr, this);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(m_note, 1);
    row->addWidget(m_cancel);
    row->addWidget(m_publish);
    parts::cardLayout(this)->addWidget(m_effect);
    parts::cardLayout(this)->addLayout(row);
    const auto accept = [this] {
        if (m_publish->isEnabled())
            emit accepted();
    };
    connect(m_publish, &QPushButton::clicked, this, accept);
    connect(m_note, &QLineEdit::returnPressed, this, accept);
    connect(m_cancel, &QPushButton::clicked, this, &PublishPanel::closed);
    setTabOrder(m_note, m_publish);
    setTabOrder(m_publish, m_cancel);
    hide();
}

void PublishPanel::begin(const QString& version)
{
    m_publish->setText(tr("Publish as version %1").arg(version));
    m_publish->setAccessibleName(m_publish->text());
    if (isHidden())
        m_note->clear();
    show();
    m_note->setFocus();
}

QString PublishPanel::note() const
{
    return m_note->text().trimmed();
}

void PublishPanel::showEffect(const RuleEffect& effect, bool isKnown)
{
    m_publish->setEnabled(isKnown);
    if (!isKnown) {
        m_effect->setText(tr("Working out what moves…"));
        parts::setRole(m_effect, "secondary");
        return;
    }
    const Day from = effect.from(), open = effect.openMonth();
    const QString since =
        from.isValid() ? tr("From %1 on.").arg(format::month(from, format::locale())) : tr("For all of history.");
    const QString moved = effect.movedText();
    QStringList sentences{since,
                          moved.isEmpty() ? tr("No money moves.") : tr("%1 changes owner.", "amounts").arg(moved)};
    const std::size_t earlier = effect.monthsBefore(open);
    if (earlier > 0)
        sentences << tr("Of this %1 in %2 before %3: what was reported of them changes.", "amounts, months, a month")
                         .arg(effect.movedText(open), counted::months(earlier), format::month(open, format::locale()));
    else if (from.isValid())
        sentences << tr("Every month before stays as it is.");
    m_effect->setText(sentences.join(' '));
    parts::setRole(m_effect, earlier > 0 ? "warning" : "secondary");
}

void PublishPanel::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        emit closed();
    else
        QFrame::keyPressEvent(event);
}

} // namespace altimeter::ui
