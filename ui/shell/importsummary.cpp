#include "ui/shell/importsummary.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/shell/importtext.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTimer>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

enum Column { Name, Kind, Lines, Billed, Months, Remark };

/// Ticks are looked into once the user has paused.
constexpr int kPauseMs = 350;
constexpr std::size_t kMostQuestions = 2;

/// Two files of one folder often differ in their last letters alone.
class FileNames : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        option->textElideMode = Qt::ElideMiddle;
    }
};

bool canBeTicked(const SurveyedFile& file)
{
    return file.state == SurveyedFile::State::Charges || file.state == SurveyedFile::State::LeftOut;
}

bool offers(const std::vector<Error>& questions, std::string_view option)
{
    return std::any_of(questions.begin(), questions.end(),
                       [option](const Error& one) { return one.todo.find(option) != std::string::npos; });
}

QString withoutPath(const std::string& name)
{
    return format::shown(name);
}

} // namespace

ImportSummary::ImportSummary(QWidget* parent)
    : QDialog(parent), m_head(parts::label({}, "title", this)), m_sub(parts::paragraph({}, "secondary", this)),
      m_questions(parts::paragraph({}, "warning", this)), m_changes(parts::paragraph({}, "plain", this)),
      m_details(parts::paragraph({}, "secondary", this)), m_decision(new QComboBox(this)),
      m_files(new QTreeWidget(this)), m_later(new QTimer(this))
{
    setWindowTitle(tr("Before importing"));
    setAccessibleName(tr("Before importing"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(1160, 640);
    m_head->setAccessibleName(tr("What was found"));
    m_questions->setAccessibleName(tr("What has to be decided"));
    m_changes->setAccessibleName(tr("What would change"));
    m_details->setAccessibleName(tr("About the file"));
    m_decision->setAccessibleName(tr("What counts"));
    m_decision->setToolTip(tr("What happens to charges that are stored already or stand in two files"));
    buildTable();
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(10);
    layout->addWidget(m_head);
    layout->addWidget(m_sub);
    layout->addWidget(m_files, 1);
    layout->addWidget(m_details);
    layout->addWidget(m_changes);
    layout->addWidget(m_questions);
    layout->addWidget(m_decision, 0, Qt::AlignLeft);
    buildButtons();
    m_later->setSingleShot(true);
    m_later->setInterval(kPauseMs);
    connect(m_later, &QTimer::timeout, this, [this] { emit wishChanged(m_wish); });
    connect(m_decision, &QComboBox::activated, this, &ImportSummary::decide);
}

void ImportSummary::buildTable()
{
    m_files->setAccessibleName(tr("Files"));
    m_files->setRootIsDecorated(false);
    m_files->setUniformRowHeights(true);
    m_files->setAlternatingRowColors(false);
    m_files->setHeaderLabels({tr("File"), tr("What it is"), tr("Lines"), tr("Billed"), tr("Months"), tr("Remark")});
    m_files->setToolTip(tr("Space leaves a file out or takes it in"));
    m_files->setProperty("rows", true);
    m_files->setItemDelegateForColumn(Name, new FileNames(m_files));
    for (const int right : {Lines, Billed})
        m_files->headerItem()->setTextAlignment(right, Qt::AlignRight | Qt::AlignVCenter);
    QHeaderView* header = m_files->header();
    header->setStretchLastSection(true);
    const int widths[] = {290, 220, 70, 200, 160};
    for (int column = 0; column < 5; ++column)
        header->resizeSection(column, widths[column]);
    connect(m_files, &QTreeWidget::itemChanged, this, &ImportSummary::tickChanged);
    connect(m_files, &QTreeWidget::currentItemChanged, this, &ImportSummary::showCurrent);
}

void ImportSummary::buildButtons()
{
    m_import = parts::button(tr("Import"), tr("Store the charges of the ticked files"), "primary", this);
    m_foreign = parts::button(tr("Leave out what is not FOCUS"), tr("Untick every file that is no FOCUS export"),
                              nullptr, this);
    auto* cancel = parts::button(tr("Cancel"), tr("Store nothing; the workspace stays as it is"), nullptr, this);
    auto* row = new QHBoxLayout;
    row->addWidget(m_foreign);
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(m_import);
    static_cast<QVBoxLayout*>(layout())->addLayout(row);
    m_import->setDefault(true);
    connect(m_import, &QPushButton::clicked, this, [this] {
        if (!m_survey.questions.empty() && m_decision->count() > 1 && m_decision->currentIndex() == 0 &&
            !m_later->isActive()) { // decided here, rather than asked again without all this in sight
            m_decision->setFocus();
            m_decision->showPopup();
            return;
        }
        emit importWanted(m_wish);
        accept();
    });
    connect(m_foreign, &QPushButton::clicked, this, &ImportSummary::leaveOutForeign);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
}

void ImportSummary::setSurvey(const ImportSurvey& survey, const Imports::Wish& wish)
{
    m_survey = survey;
    m_wish = wish;
    fillFiles();
    showHead();
    showChanges();
    showQuestions();
    showCurrent();
    m_foreign->setVisible(std::any_of(m_survey.files.begin(), m_survey.files.end(), [](const SurveyedFile& file) {
        return file.state == SurveyedFile::State::Charges && !file.isFocus();
    }));
}

void ImportSummary::setLooking()
{
    m_sub->setText(tr("Looking at the files again…"));
}

void ImportSummary::setProblem(const QString& text)
{
    m_sub->setText(text);
    m_import->setEnabled(false);
}

/// The rows stay the same, so that the one with the focus keeps it.
void ImportSummary::fillFiles()
{
    m_isFilling = true;
    const bool isFirst = m_files->topLevelItemCount() == 0;
    while (m_files->topLevelItemCount() > static_cast<int>(m_survey.files.size()))
        delete m_files->takeTopLevelItem(m_files->topLevelItemCount() - 1);
    for (std::size_t i = 0; i < m_survey.files.size(); ++i) {
        QTreeWidgetItem* row = m_files->topLevelItem(static_cast<int>(i));
        if (!row)
            m_files->addTopLevelItem(row = new QTreeWidgetItem);
        fillFile(row, m_survey.files[i]);
    }
    if (isFirst && m_files->topLevelItemCount() > 0) {
        m_files->setCurrentItem(m_files->topLevelItem(0));
        m_files->setFocus();
    }
    m_isFilling = false;
}

void ImportSummary::fillFile(QTreeWidgetItem* row, const SurveyedFile& file)
{
    const QString remark = importtext::state(file);
    const auto count = static_cast<std::uint64_t>(file.rows + file.rejected);
    row->setText(Name, withoutPath(file.name));
    row->setText(Kind, file.state == SurveyedFile::State::LeftOut && file.profile.empty() ? QString()
                                                                                          : importtext::kind(file));
    row->setText(Lines, file.profile.empty() ? QString() : format::count(count, format::locale()));
    row->setText(Billed, importtext::money(file.money, 1));
    row->setText(Months, importtext::months(file.money));
    row->setText(Remark, remark);
    for (const int right : {Lines, Billed})
        row->setTextAlignment(right, Qt::AlignRight | Qt::AlignVCenter);
    for (int column = 0; column <= Remark; ++column)
        row->setToolTip(column, row->text(column));
    row->setFlags(canBeTicked(file) ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable
                                    : Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    if (canBeTicked(file))
        row->setCheckState(Name, m_wish.leftOut.contains(file.name) ? Qt::Unchecked : Qt::Checked);
    else
        row->setData(Name, Qt::CheckStateRole, QVariant());
}

void ImportSummary::showHead()
{
    std::uint64_t lines = 0;
    std::size_t files = 0;
    std::vector<DeliveredMoney> held;
    for (const SurveyedFile& file : m_survey.files) {
        if (file.state != SurveyedFile::State::Charges)
            continue;
        ++files;
        lines += file.rows;
        held.insert(held.end(), file.money.begin(), file.money.end());
    }
    const auto money = together(held);
    m_head->setText(tr("%1 with charges, %2", "files, lines").arg(counted::files(files), counted::lines(lines)));
    QStringList facts{tr("Nothing is stored yet"), importtext::money(money)};
    const std::size_t left = m_survey.files.size() - files;
    if (left > 0)
        facts << tr("%1 left out", "files").arg(counted::files(left));
    if (m_survey.report.rowsRejected > 0)
        facts << tr("%1 cannot be stored").arg(counted::lines(m_survey.report.rowsRejected));
    facts.removeAll(QString());
    m_sub->setText(format::joined(facts));
    m_import->setEnabled(files > 0);
}

void ImportSummary::showChanges()
{
    QStringList facts;
    const auto fresh = movedBy(m_survey.report, PartitionReport::Action::New);
    const auto replaced = movedBy(m_survey.report, PartitionReport::Action::Replaced);
    const auto removed = movedBy(m_survey.report, PartitionReport::Action::Removed);
    const auto same = movedBy(m_survey.report, PartitionReport::Action::Unchanged);
    if (fresh.partitions > 0)
        facts << tr("New: %1, %2", "partitions, amounts")
                     .arg(counted::partitions(fresh.partitions), importtext::money(fresh.after));
    if (replaced.partitions > 0)
        facts << tr("Replaced: %1, %2 before, %3 after", "partitions, amounts")
                     .arg(counted::partitions(replaced.partitions), importtext::money(replaced.before),
                          importtext::money(replaced.after));
    if (removed.partitions > 0)
        facts << tr("Taken from other sources: %1, %2", "partitions, amounts")
                     .arg(counted::partitions(removed.partitions), importtext::money(removed.before));
    if (same.partitions > 0)
        facts << tr("Stored already: %1, %2", "partitions, amounts")
                     .arg(counted::partitions(same.partitions), importtext::money(same.after));
    m_changes->setText(facts.join('\n'));
    m_changes->setVisible(!facts.isEmpty());
}

void ImportSummary::showQuestions()
{
    QStringList texts;
    for (const Error& one : m_survey.questions) {
        if (texts.size() == static_cast<qsizetype>(kMostQuestions))
            break;
        texts << parts::text(one.text());
    }
    if (m_survey.questions.size() > kMostQuestions)
        texts << tr("… and %1 more", "questions")
                     .arg(format::count(static_cast<std::uint64_t>(m_survey.questions.size() - kMostQuestions)));
    m_questions->setText(texts.join('\n'));
    m_questions->setVisible(!texts.isEmpty());
    const bool isDecided = m_wish.replace || m_wish.keepBoth;
    m_decision->setVisible(isDecided || !texts.isEmpty());
    m_decision->clear();
    m_decision->addItem(tr("Untick a file above, or decide here what counts"), 0);
    if (m_wish.replace || offers(m_survey.questions, "--replace"))
        m_decision->addItem(tr("What is imported takes the place of what is stored"), 1);
    if (m_wish.keepBoth || offers(m_survey.questions, "--keep-both"))
        m_decision->addItem(tr("Both count: they are different charges"), 2);
    m_decision->setCurrentIndex(m_decision->findData(m_wish.replace ? 1 : m_wish.keepBoth ? 2 : 0));
    const bool isOpen = !m_survey.questions.empty();
    m_import->setToolTip(isOpen ? tr("Import, once it is decided what counts")
                                : tr("Store the charges of the ticked files"));
}

/// All of what the row has no room for.
void ImportSummary::showCurrent()
{
    const int at = m_files->indexOfTopLevelItem(m_files->currentItem());
    if (at < 0 || at >= static_cast<int>(m_survey.files.size())) {
        m_details->hide();
        return;
    }
    const SurveyedFile& file = m_survey.files[static_cast<std::size_t>(at)];
    QStringList lines;
    for (const std::string& how : file.readAs)
        lines << format::shown(how);
    if (lines.isEmpty())
        lines << (file.why.empty() ? importtext::money(file.money, 8) : importtext::state(file));
    constexpr qsizetype kMost = 4;
    if (lines.size() > kMost)
        lines =
            lines.mid(0, kMost - 1) << tr("… and %1 more", "sentences")
                                           .arg(format::count(static_cast<std::uint64_t>(lines.size() - kMost + 1)));
    m_details->setText(format::labelled(withoutPath(file.name), lines.join('\n')));
    m_details->show();
}

void ImportSummary::tickChanged(QTreeWidgetItem* row)
{
    const int at = m_files->indexOfTopLevelItem(row);
    if (m_isFilling || at < 0)
        return;
    const std::string& name = m_survey.files[static_cast<std::size_t>(at)].name;
    if (row->checkState(Name) == Qt::Checked)
        m_wish.leftOut.erase(name);
    else
        m_wish.leftOut.insert(name);
    m_later->start();
}

void ImportSummary::leaveOutForeign()
{
    for (std::size_t i = 0; i < m_survey.files.size(); ++i) {
        const SurveyedFile& file = m_survey.files[i];
        if (file.state == SurveyedFile::State::Charges && !file.isFocus())
            m_files->topLevelItem(static_cast<int>(i))->setCheckState(Name, Qt::Unchecked);
    }
}

void ImportSummary::decide(int index)
{
    const int what = m_decision->itemData(index).toInt();
    m_wish.replace = what == 1;
    m_wish.keepBoth = what == 2;
    m_later->start();
}

} // namespace altimeter::ui
