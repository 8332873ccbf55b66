#include "ui/pages/data/findingdetail.h"

#include "ui/format/codetext.h"
#include "ui/format/counted.h"
#include "ui/format/findingtext.h"
#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

const FindingLines* linesOf(const FindingGroup& group, const FindingCase* one)
{
    const auto has = [](const FindingCase& each) { return each.lines.where != FindingLines::Where::None; };
    if (one)
        return has(*one) ? &one->lines : nullptr;
    const auto found = std::find_if(group.cases.begin(), group.cases.end(), has);
    return found == group.cases.end() ? nullptr : &found->lines;
}

FindingDetail::FindingDetail(QWidget* parent) : QFrame(parent)
{
    parts::makeCard(this, tr("The chosen finding"));
    m_badge = parts::label({}, "badgeNeutral", this);
    m_title = parts::label({}, "heading", this);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_lines = parts::button(tr("Show lines"), tr("The lines it speaks of (Enter)"), nullptr, this);
    auto* head = new QHBoxLayout;
    head->setSpacing(10);
    head->addWidget(m_badge, 0, Qt::AlignVCenter);
    head->addWidget(m_title, 1);
    head->addWidget(m_lines);
    m_meaning = parts::paragraph({}, "plain", this);
    m_meaning->setAccessibleName(tr("What the finding means"));
    m_todo = parts::paragraph({}, "plain", this);
    m_todo->setAccessibleName(tr("What to do about the finding"));
    m_facts = parts::paragraph({}, "secondary", this);
    m_facts->setAccessibleName(tr("What the finding touches"));
    m_known = parts::paragraph({}, "secondary", this);
    m_known->setAccessibleName(tr("Who knows about the finding"));
    m_note = new QLineEdit(this);
    m_note->setAccessibleName(tr("Note on the finding"));
    m_note->setPlaceholderText(tr("Why it may stay, for those who look next"));
    m_note->setToolTip(tr("Kept in the workspace with your name and the time"));
    m_note->setMaxLength(500);
    m_acknowledge = parts::button(tr("Acknowledge"),
                                  tr("You know about it: it counts as open no more, until it grows or comes again"),
                                  "primary", this);
    m_reopen = parts::button(tr("Open again"), tr("It counts as open"), nullptr, this);
    auto* foot = new QHBoxLayout;
    foot->setSpacing(8);
    foot->addWidget(m_known, 1);
    foot->addWidget(m_note, 1);
    foot->addWidget(m_reopen);
    foot->addWidget(m_acknowledge);
    auto* column = parts::cardLayout(this);
    column->addLayout(head);
    for (QLabel* each : {m_facts, m_meaning, m_todo})
        column->addWidget(each);
    column->addStretch();
    column->addLayout(foot);
    connect(m_lines, &QPushButton::clicked, this, &FindingDetail::linesRequested);
    connect(m_acknowledge, &QPushButton::clicked, this, &FindingDetail::acknowledgeRequested);
    connect(m_note, &QLineEdit::returnPressed, this, &FindingDetail::acknowledgeRequested);
    connect(m_reopen, &QPushButton::clicked, this, &FindingDetail::reopenRequested);
    clear();
}

void FindingDetail::clear()
{
    m_title->setText(tr("Choose a finding to see what it means and what to do."));
    for (QLabel* each : {m_meaning, m_todo, m_facts, m_known})
        each->clear();
    for (QWidget* each : std::initializer_list<QWidget*>{m_badge, m_lines, m_note, m_acknowledge, m_reopen, m_known})
        each->hide();
}

void FindingDetail::show(const FindingGroup& group, const FindingCase* one, const QString& whyNot)
{
    const Severity severity = one ? one->finding.severity : group.severity;
    m_badge->setText(codetext::findingSeverity(severity));
    parts::setRole(m_badge, severity == Severity::Error     ? "badgeBad"
                            : severity == Severity::Warning ? "badgeWarning"
                                                            : "badgeNeutral");
    const QString title = findingtext::title(group.check);
    m_title->setText(title);
    m_title->setToolTip(tr("Check %1", "an identifier").arg(format::shown(group.check)));
    m_meaning->setText(findingtext::meaning(group.check));
    m_todo->setText(findingtext::todo(group.check));
    const std::uint64_t rows = one ? one->finding.rows : group.rows;
    const Touched touched = one ? one->touched.value_or(Touched()) : group.touched;
    m_facts->setText(format::joined(
        {one ? format::shown(one->finding.message)
             : tr("%1 case(s)", nullptr, format::forms(group.cases.size())).arg(format::count(group.cases.size())),
         rows > 0 ? counted::lines(rows) : QString(), tr("money touched: %1").arg(findingtext::touched(touched))}));
    const bool isOpen = one ? !one->acknowledged : group.open() > 0;
    const bool isAnyKnown = one ? one->acknowledged.has_value() : group.open() < group.cases.size();
    const auto known = std::find_if(group.cases.begin(), group.cases.end(),
                                    [](const FindingCase& each) { return each.acknowledged.has_value(); });
    const FindingCase* teller = one ? one : known == group.cases.end() ? nullptr : &*known;
    m_known->setText(teller && teller->acknowledged
                         ? tr("Acknowledged %1").arg(findingtext::acknowledged(*teller->acknowledged))
                         : QString());
    m_known->setVisible(isAnyKnown);
    m_note->setVisible(isOpen && whyNot.isEmpty());
    m_acknowledge->setVisible(isOpen);
    m_acknowledge->setEnabled(whyNot.isEmpty());
    m_acknowledge->setToolTip(
        whyNot.isEmpty() ? tr("You know about it: it counts as open no more, until it grows or comes again") : whyNot);
    m_reopen->setVisible(isAnyKnown && whyNot.isEmpty());
    m_badge->show();
    const FindingLines* lines = linesOf(group, one);
    m_lines->setVisible(lines != nullptr);
    if (!lines)
        return;
    const bool isRejected = lines->where == FindingLines::Where::Rejected;
    m_lines->setText(isRejected ? tr("Show rejected lines") : tr("Show charges"));
    m_lines->setToolTip(isRejected       ? tr("The lines that could not be stored (Enter)")
                        : lines->isExact ? tr("The charges it speaks of (Enter)")
                                         : tr("The charges among which those are that it speaks of (Enter)"));
}

QString FindingDetail::note() const
{
    return m_note->text().trimmed();
}

void FindingDetail::clearNote()
{
    m_note->clear();
}

void FindingDetail::focusNote()
{
    m_note->setFocus(Qt::ShortcutFocusReason);
}

} // namespace altimeter::ui
