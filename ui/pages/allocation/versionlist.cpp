#include "ui/pages/allocation/versionlist.h"

#include "ui/format/format.h"
#include "ui/items/gridview.h"
#include "ui/items/recordmodel.h"
#include "ui/pages/common/pageparts.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

/// What counts for which months: each month has the newest version that applies to it.
std::vector<DateRange> monthsOf(const std::vector<RulesDocument>& versions)
{
    std::vector<DateRange> months;
    Day until;
    bool isAllTaken = false;
    for (const RulesDocument& version : versions) {
        const Day from = version.publication.from;
        const bool isHidden = isAllTaken || (until.isValid() && from.isValid() && from >= until);
        months.push_back(isHidden ? DateRange{Day{0}, Day{0}} : DateRange{from, until});
        isAllTaken = isAllTaken || !from.isValid();
        if (from.isValid())
            until = until.isValid() ? std::min(until, from) : from;
    }
    return months;
}

QString amountsText(const RulesDocument& version, Amount MovedCost::*part)
{
    if (!version.publication.moved)
        return {};
    QStringList amounts;
    for (const MovedCost& moved : *version.publication.moved) {
        if (!(moved.*part).isZero())
            amounts << format::money(moved.*part, moved.currency, format::locale());
    }
    return amounts.isEmpty() ? VersionList::tr("none", "of the money") : format::joined(amounts);
}

} // namespace

VersionList::VersionList(std::vector<RulesDocument> versions, QWidget* parent)
    : QDialog(parent), m_versions(std::move(versions)), m_months(monthsOf(m_versions))
{
    setWindowTitle(tr("Versions of the rules"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(1'040, 460);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(10);
    layout->addWidget(
        parts::paragraph(tr("Each month has the rules of the newest version that applies to it. One that is "
                            "brought back becomes the draft, and counts once that is published."),
                         "secondary", this));
    m_model = new RecordModel(this);
    m_grid = new GridView(tr("Versions of the rules"), this);
    m_grid->setGridModel(m_model);
    m_grid->setSelectionBehavior(QAbstractItemView::SelectRows);
    fillColumns();
    layout->addWidget(m_grid, 1);
    m_bringBack = parts::button(tr("Bring back"),
                                tr("Makes these rules the draft; what they would move is shown before "
                                   "anything counts (Enter)"),
                                "primary", this);
    auto* close = parts::button(tr("Close"), tr("Leave the draft as it is (Esc)"), nullptr, this);
    m_bringBack->setAutoDefault(false);
    close->setAutoDefault(false);
    connect(m_bringBack, &QPushButton::clicked, this, [this] { bringBack(m_grid->currentIndex().row()); });
    connect(m_grid, &GridView::drillRequested, this, [this](const QModelIndex& at) { bringBack(at.row()); });
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addStretch(1);
    row->addWidget(close);
    row->addWidget(m_bringBack);
    layout->addLayout(row);
    m_model->setCount(m_versions.size());
    if (!m_versions.empty())
        m_grid->setCurrentIndex(m_model->index(0, 0));
    m_bringBack->setEnabled(!m_versions.empty());
    m_grid->setFocus();
}

void VersionList::fillColumns()
{
    using Text = std::function<QString(std::size_t)>;
    const auto column = [](const QString& title, const char* raw, int width, Text text, Text rawText = nullptr) {
        RecordModel::Column made;
        made.title = title;
        made.rawTitle = QString::fromLatin1(raw);
        made.width = width;
        made.text = std::move(text);
        made.raw = std::move(rawText);
        made.tip = made.text;
        return made;
    };
    const auto said = [this](std::size_t i) -> const RulesPublication& { return m_versions[i].publication; };
    RecordModel::Column number =
        column(tr("Version"), "version", 74, [this](std::size_t i) { return format::count(m_versions[i].version); });
    number.isNumber = true;
    number.key = [this](std::size_t i) { return m_versions[i].version; };
    RecordModel::Column at = column(
        tr("Published"), "published_at", 200,
        [this](std::size_t i) {
            return m_versions[i].publishedAt.isValid() ? format::instant(m_versions[i].publishedAt, format::locale())
                                                       : tr("made with the workspace");
        },
        [this](std::size_t i) { return format::text(toString(m_versions[i].publishedAt)); });
    at.key = [this](std::size_t i) { return static_cast<qlonglong>(m_versions[i].publishedAt.seconds); };
    RecordModel::Column note =
        column(tr("Note"), "note", 200, [said](std::size_t i) { return format::shown(said(i).note); });
    note.stretch = 1;
    m_model->setColumns({number, at,
                         column(tr("By"), "by", 80, [said](std::size_t i) { return format::shown(said(i).by); }),
                         column(
                             tr("Counts for"), "from", 150, [this](std::size_t i) { return monthsText(i); },
                             [said](std::size_t i) { return format::text(toString(said(i).from).substr(0, 7)); }),
                         column(tr("Moved"), "moved", 130,
                                [this](std::size_t i) { return amountsText(m_versions[i], &MovedCost::moved); }),
                         column(tr("Of it in earlier months"), "moved_earlier", 150,
                                [this](std::size_t i) { return amountsText(m_versions[i], &MovedCost::earlier); }),
                         note});
}

QString VersionList::monthsText(std::size_t at) const
{
    const DateRange& months = m_months[at];
    const auto month = [](Day day) { return format::monthShort(day, format::locale()); };
    if (months.from.isValid() && months.from == months.to)
        return tr("no month any more");
    if (!months.from.isValid() && !months.to.isValid())
        return tr("all of history");
    if (!months.to.isValid())
        return tr("%1 and later", "a month").arg(month(months.from));
    if (!months.from.isValid())
        return tr("up to %1", "a month").arg(month(months.to.addMonths(-1)));
    return months.from.addMonths(1) == months.to
               ? month(months.from)
               : tr("%1 to %2", "months").arg(month(months.from), month(months.to.addMonths(-1)));
}

void VersionList::bringBack(int row)
{
    if (row < 0)
        return;
    emit broughtBack(m_versions[m_model->record(row)]);
    accept();
}

} // namespace altimeter::ui
