#include "ui/shell/importing.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/shell/filenames.h"
#include "ui/shell/opening.h"

#include <QDate>
#include <QFileDialog>
#include <QMessageBox>
#include <QPushButton>
#include <QRegularExpression>

namespace altimeter::ui {

QString importSummary(const ImportReport& report)
{
    QStringList words;
    words << QObject::tr("%1 read, %2 stored").arg(counted::files(report.filesRead), counted::lines(report.rowsStored));
    words << QObject::tr("%1 rejected").arg(format::count(report.rowsRejected, format::locale()));
    std::size_t fresh = 0, replaced = 0, unchanged = 0;
    for (const auto& partition : report.partitions) {
        fresh += partition.action == PartitionReport::Action::New ? 1 : 0;
        replaced += partition.action == PartitionReport::Action::Replaced ? 1 : 0;
        unchanged += partition.action == PartitionReport::Action::Unchanged ? 1 : 0;
    }
    words << QObject::tr("partitions: %1 new, %2 replaced, %3 unchanged")
                 .arg(format::count(fresh), format::count(replaced), format::count(unchanged));
    words << counted::findings(report.findings.size());
    return words.join("; ");
}

namespace {

/// Whether the user has not answered that yet.
bool isOpen(const ReadingChoice& choice, const Imports::Wish& wish)
{
    return !(choice.what == ReadingChoice::What::Decimal ? wish.decimalComma : wish.dayFirst).has_value();
}

/// Whether the user can say what counts.
bool isQuestion(const Error& error)
{
    return error.code == ErrorCode::Conflict || error.todo.find("--keep-both") != std::string::npos;
}

/// "1,234" with a decimal comma is 1.234, and else 1234: as the window writes numbers.
QString numberRead(QString sample, bool isComma)
{
    sample = sample.trimmed();
    if (isComma)
        sample.remove('.').replace(',', '.');
    else
        sample.remove(',');
    static const QRegularExpression plain(QStringLiteral("^-?[0-9]+(\\.[0-9]+)?$"));
    return plain.match(sample).hasMatch() ? format::plainNumber(sample, format::locale()) : QString();
}

/// "4/1/2025" with the day first is 4 January 2025, and else 1 April.
QString dayRead(const QString& sample, bool isDayFirst)
{
    static const QRegularExpression parts(QStringLiteral("^([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{2,4})"));
    const auto found = parts.match(sample.trimmed());
    if (!found.hasMatch())
        return {};
    const int year = found.captured(3).toInt();
    const QDate date(year < 100 ? 2000 + year : year, found.captured(isDayFirst ? 2 : 1).toInt(),
                     found.captured(isDayFirst ? 1 : 2).toInt());
    return date.isValid() ? format::date(Day::fromYmd(date.year(), date.month(), date.day()), format::locale())
                          : QString();
}

} // namespace

Importing::Importing(Backend& backend, Opening& opening, QWidget* window)
    : QObject(window), m_backend(backend), m_opening(opening), m_window(window)
{
}

void Importing::chooseFiles()
{
    auto* dialog = new QFileDialog(m_window, tr("Import files"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setNameFilters({tr("Cost exports (*.csv *.tsv *.csv.gz *.gz)"), tr("All files (*)")});
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &Importing::importPaths);
    dialog->open();
}

void Importing::chooseFolder()
{
    auto* dialog = new QFileDialog(m_window, tr("Import folder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::filesSelected, this, &Importing::importPaths);
    dialog->open();
}

void Importing::importPaths(const QStringList& paths)
{
    if (m_running) {
        emit problem(tr("An import is running."), tr("Wait until it is done or cancel it, then drop the files again."));
    } else if (m_opening.isOpening()) {
        emit problem(tr("The workspace is being opened."), tr("Drop the files again when its figures are there."));
    } else if (m_backend.workspaces().info().path.empty()) {
        m_opening.openOwn([this, paths] { start(paths); });
    } else {
        start(paths);
    }
}

void Importing::offer(const QStringList& paths)
{
    const std::string open = m_backend.workspaces().info().name;
    const QString place = open.empty() ? tr("your own workspace") : tr("the workspace %1").arg(format::shown(open));
    auto* box = new QMessageBox(m_window);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("Import"));
    box->setAccessibleName(tr("Import"));
    box->setIcon(QMessageBox::Question);
    box->setText(
        paths.size() == 1
            ? tr("Import this into %1?").arg(place)
            : tr("Import these %1 into %2?").arg(format::count(static_cast<std::uint64_t>(paths.size())), place));
    box->setInformativeText(fewNames(paths).join('\n'));
    auto* import = box->addButton(tr("Import"), QMessageBox::AcceptRole);
    import->setToolTip(tr("Read the charges of these files into the workspace"));
    box->addButton(tr("Not now"), QMessageBox::RejectRole)->setToolTip(tr("Read nothing"));
    box->setDefaultButton(import);
    connect(import, &QAbstractButton::clicked, this, [this, paths] { importPaths(paths); });
    box->open();
}

QMessageBox* Importing::question(const QString& title, const QString& text)
{
    auto* box = new QMessageBox(m_window);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(title);
    box->setAccessibleName(title);
    box->setTextFormat(Qt::PlainText);
    box->setText(text);
    return box;
}

void Importing::answer(QMessageBox* box, const QString& text, const QString& tip, const QStringList& paths,
                       const Imports::Wish& wish)
{
    auto* button = box->addButton(text, QMessageBox::AcceptRole);
    button->setToolTip(tip);
    connect(button, &QAbstractButton::clicked, this, [this, paths, wish] {
        if (!m_running)
            start(paths, wish);
    });
}

/// Money is about to disappear, or to count twice: what is stored and what came stand side by side, and nothing happens
/// without a yes.
void Importing::askWhatCounts(const Error& conflict, const QStringList& paths, const Imports::Wish& wish)
{
    const auto offers = [&conflict](std::string_view option) {
        return conflict.todo.empty() || conflict.todo.find(option) != std::string::npos;
    };
    auto* box = question(tr("Replace stored charges?"), parts::text(conflict.text()));
    box->setIcon(QMessageBox::Warning);
    QStringList what;
    if (offers("--replace")) {
        what << tr("Replace lets what you import take the place of what is stored.");
        Imports::Wish replacing = wish;
        replacing.replace = true;
        answer(box, tr("Replace"), tr("Take the place of the stored charges"), paths, replacing);
    }
    if (offers("--keep-both")) {
        what << tr("Keep both counts what you import beside what is stored: right where both are real charges.");
        Imports::Wish both = wish;
        both.keepBoth = true;
        answer(box, tr("Keep both"), tr("Count both"), paths, both);
    }
    box->setInformativeText(what.isEmpty() ? parts::text(conflict.todo) : what.join(' '));
    auto* keep = box->addButton(tr("Keep what is stored"), QMessageBox::RejectRole);
    keep->setToolTip(tr("Import nothing"));
    box->setDefaultButton(keep);
    box->setEscapeButton(keep);
    box->open();
}

/// Both ways to read one cell stand on the buttons: whoever knows the file sees which one is right.
void Importing::askHowWritten(const ReadingChoice& choice, const std::string& file, const QStringList& paths,
                              const Imports::Wish& wish)
{
    const bool isDecimal = choice.what == ReadingChoice::What::Decimal;
    const QString sample = format::shown(choice.sample);
    auto* box =
        question(isDecimal ? tr("How are the numbers written?") : tr("How are the days written?"),
                 tr("%1, line %2: %3 is “%4”, which can be read in two ways, and nothing in the file decides.")
                     .arg(format::shown(file), format::count(choice.line), format::shown(choice.column), sample));
    box->setIcon(QMessageBox::Question);
    box->setInformativeText(tr("What you choose holds for all files of this import."));
    for (const bool isFirst : {true, false}) {
        Imports::Wish answered = wish;
        (isDecimal ? answered.decimalComma : answered.dayFirst) = isFirst;
        const QString value = isDecimal ? numberRead(sample, isFirst) : dayRead(sample, isFirst);
        const QString tip =
            isDecimal ? (isFirst ? tr("Numbers have a decimal comma") : tr("Numbers have a decimal point"))
                      : (isFirst ? tr("The day stands before the month") : tr("The month stands before the day"));
        answer(box, value.isEmpty() ? tip : value, tip, paths, answered);
    }
    auto* none = box->addButton(tr("Import nothing"), QMessageBox::RejectRole);
    none->setToolTip(tr("Leave the workspace as it is"));
    box->setDefaultButton(none);
    box->setEscapeButton(none);
    box->open();
}

void Importing::start(const QStringList& paths, const Imports::Wish& wish)
{
    m_running = true;
    emit changed();
    emit progressed({tr("Reading").toStdString(), 0, 0, 0, -1});
    QPointer<Importing> alive = this;
    m_backend.imports().start(
        toStrings(paths), wish,
        [alive](const Progress& progress) {
            if (alive && alive->m_running)
                emit alive->progressed(progress);
        },
        guarded<ImportReport>(
            this, [this, paths, wish](const Result<ImportReport>& report) { finish(report, paths, wish); }));
}

void Importing::finish(const Result<ImportReport>& result, const QStringList& paths, const Imports::Wish& wish)
{
    m_running = false;
    emit ended();
    emit changed();
    if (result) {
        emit done(*result);
        for (const Finding& finding : result->findings) { // of a folder the others were read
            const auto choice = choiceIn(finding.message);
            if (choice && isOpen(*choice, wish))
                return askHowWritten(*choice, finding.file, paths, wish);
        }
        return;
    }
    const Error& error = result.error();
    const auto choice = choiceIn(error.what);
    if (error.code == ErrorCode::Cancelled)
        emit notice(tr("Import cancelled; the workspace is as it was."));
    else if (choice && isOpen(*choice, wish))
        askHowWritten(*choice, error.where, paths, wish);
    else if (isQuestion(error) && !wish.replace && !wish.keepBoth)
        askWhatCounts(error, paths, wish);
    else
        emit problem(tr("The import did not finish: %1").arg(parts::text(error.text())), parts::advice(error.code));
}

} // namespace altimeter::ui
