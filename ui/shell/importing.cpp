#include "ui/shell/importing.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/shell/deliverieslist.h"
#include "ui/shell/filenames.h"
#include "ui/shell/importsummary.h"
#include "ui/shell/importtext.h"
#include "ui/shell/opening.h"

#include <QDate>
#include <QFileDialog>
#include <QMessageBox>
#include <QPushButton>
#include <QRegularExpression>

#include <algorithm>

namespace altimeter::ui {

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
    whenOpen([this, paths] { look(paths, {}); });
}

void Importing::importAtOnce(const QStringList& paths)
{
    whenOpen([this, paths] { start(paths, {}); });
}

void Importing::whenOpen(const std::function<void()>& act)
{
    if (m_running)
        emit problem(tr("An import is running."), tr("Wait until it is done or cancel it, then drop the files again."));
    else if (m_opening.isOpening())
        emit problem(tr("The workspace is being opened."), tr("Drop the files again when its figures are there."));
    else if (m_backend.workspaces().info().path.empty())
        m_opening.openOwn(act);
    else
        act();
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

void Importing::answer(QMessageBox* box, const QString& text, const QString& tip, const std::function<void()>& act)
{
    auto* button = box->addButton(text, QMessageBox::AcceptRole);
    button->setToolTip(tip);
    connect(button, &QAbstractButton::clicked, this, [this, act] {
        if (!m_running)
            act();
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
        answer(box, tr("Replace"), tr("Take the place of the stored charges"),
               [this, paths, replacing] { start(paths, replacing); });
    }
    if (offers("--keep-both")) {
        what << tr("Keep both counts what you import beside what is stored: right where both are real charges.");
        Imports::Wish both = wish;
        both.keepBoth = true;
        answer(box, tr("Keep both"), tr("Count both"), [this, paths, both] { start(paths, both); });
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
        answer(box, value.isEmpty() ? tip : value, tip, [this, paths, answered] { look(paths, answered); });
    }
    auto* none = box->addButton(tr("Import nothing"), QMessageBox::RejectRole);
    none->setToolTip(tr("Leave the workspace as it is"));
    box->setDefaultButton(none);
    box->setEscapeButton(none);
    box->open();
}

void Importing::begin()
{
    m_running = true;
    emit changed();
    emit progressed({tr("Reading").toStdString(), 0, 0, 0, -1});
}

void Importing::end()
{
    m_running = false;
    emit ended();
    emit changed();
}

/// Before anything is stored. The files are read twice so: nothing of them waits in memory, and no other program waits,
/// while somebody thinks.
void Importing::look(const QStringList& paths, const Imports::Wish& wish)
{
    if (m_summary)
        m_summary->reject();
    begin();
    QPointer<Importing> alive = this;
    m_backend.imports().survey(
        toStrings(paths), wish,
        [alive](const Progress& progress) {
            if (alive && alive->m_running)
                emit alive->progressed(progress);
        },
        guarded<ImportSurvey>(this,
                              [this, paths, wish](const Result<ImportSurvey>& found) { looked(found, paths, wish); }));
}

void Importing::looked(const Result<ImportSurvey>& found, const QStringList& paths, const Imports::Wish& wish)
{
    end();
    if (!found)
        fail(found.error(), paths, wish);
    else if (m_backend.workspaces().info().rows == 0 || importtext::isWorthALook(*found))
        showSummary(*found, paths, wish);
    else
        start(paths, wish);
}

void Importing::showSummary(const ImportSurvey& found, const QStringList& paths, const Imports::Wish& wish)
{
    m_summary = new ImportSummary(m_window);
    m_summary->setSurvey(found, wish);
    connect(m_summary, &ImportSummary::importWanted, this,
            [this, paths](const Imports::Wish& wanted) { start(paths, wanted); });
    connect(m_summary, &ImportSummary::wishChanged, this,
            [this, paths](const Imports::Wish& changed) { lookAgain(paths, changed); });
    connect(m_summary, &QDialog::rejected, this, [this] {
        m_backend.imports().cancel();
        emit notice(tr("Nothing was imported."));
    });
    m_summary->open();
}

void Importing::lookAgain(const QStringList& paths, const Imports::Wish& wish)
{
    m_summary->setLooking();
    m_backend.imports().survey(toStrings(paths), wish, {},
                               guarded<ImportSurvey>(this, [this, wish](const Result<ImportSurvey>& found) {
                                   if (!m_summary || m_summary->wish() != wish)
                                       return; // another look is on its way
                                   if (found)
                                       m_summary->setSurvey(*found, wish);
                                   else if (found.error().code != ErrorCode::Cancelled)
                                       m_summary->setProblem(parts::text(found.error().text()));
                               }));
}

void Importing::start(const QStringList& paths, const Imports::Wish& wish)
{
    begin();
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
    end();
    if (!result)
        return fail(result.error(), paths, wish);
    m_last = result->delivery;
    m_lastPath = m_backend.workspaces().info().path;
    emit changed();
    emit done(*result);
}

void Importing::fail(const Error& error, const QStringList& paths, const Imports::Wish& wish)
{
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

// ---- the way back ----

bool Importing::canUndo() const
{
    return m_last != 0 && !m_running && m_lastPath == m_backend.workspaces().info().path;
}

void Importing::takeBack(std::int64_t delivery)
{
    m_backend.ask("shell.deliveries", DeliveriesQuestion{},
                  guarded<Deliveries>(this, [this, delivery](const Result<Deliveries>& found) {
                      if (found)
                          askToTakeBack(*found, delivery);
                      else if (found.error().code != ErrorCode::Cancelled)
                          emit problem(parts::text(found.error().text()), parts::advice(found.error().code));
                  }));
}

void Importing::askToTakeBack(const Deliveries& deliveries, std::int64_t delivery)
{
    const auto one = std::find_if(deliveries.deliveries.begin(), deliveries.deliveries.end(),
                                  [delivery](const DeliveryInfo& each) { return each.number == delivery; });
    if (one == deliveries.deliveries.end() || !one->stays.empty()) {
        emit problem(tr("The import cannot be taken back."),
                     one == deliveries.deliveries.end() ? QString() : format::sentence(format::shown(one->stays)));
        return;
    }
    confirm(tr("Take this import back?"),
            one->replaced.empty()
                ? tr("%1 goes: %2. It replaced nothing.", "source, amounts")
                      .arg(format::shown(one->source), goingText(one->money))
                : tr("%1 goes: %2. %3 comes back.", "source, amounts, amounts")
                      .arg(format::shown(one->source), goingText(one->money), goingText(one->replaced)),
            tr("Take back"), tr("Everything becomes as it was before this import"), [this, delivery] {
                m_backend.imports().takeBack(
                    delivery, guarded<SetAsideReport>(this, [this, delivery](const Result<SetAsideReport>& report) {
                        if (report && delivery == m_last)
                            m_last = 0;
                        told(report, tr("The import was taken back."));
                    }));
            });
}

void Importing::askToRemove(const Deliveries& deliveries, const QString& source)
{
    const std::string name = source.toStdString();
    confirm(tr("Remove the source %1?").arg(format::shown(source)),
            tr("It no longer counts: %1. It can be put back, and the audit trail says that it was removed.", "amounts")
                .arg(goingText(deliveries.standingOf(name))),
            tr("Remove"), tr("Everything under this name goes"), [this, name] {
                m_backend.imports().removeSource(
                    name, guarded<SetAsideReport>(this, [this](const Result<SetAsideReport>& report) {
                        told(report, tr("The source was removed; File, Deliveries puts it back."));
                    }));
            });
}

void Importing::confirm(const QString& text, const QString& more, const QString& yes, const QString& tip,
                        const std::function<void()>& act)
{
    auto* box = question(text, text);
    box->setIcon(QMessageBox::Warning);
    box->setInformativeText(more);
    auto* button = box->addButton(yes, QMessageBox::AcceptRole);
    button->setToolTip(tip);
    auto* keep = box->addButton(tr("Keep"), QMessageBox::RejectRole);
    keep->setToolTip(tr("Leave everything as it is"));
    box->setDefaultButton(keep);
    box->setEscapeButton(keep);
    connect(button, &QAbstractButton::clicked, this, act);
    box->open();
}

void Importing::told(const Result<SetAsideReport>& report, const QString& text)
{
    emit changed();
    if (report)
        emit notice(text);
    else
        emit problem(parts::text(report.error().text()), report.error().todo.empty()
                                                             ? parts::advice(report.error().code)
                                                             : parts::text(report.error().todo));
}

void Importing::showDeliveries()
{
    m_backend.ask(
        "shell.deliveries", DeliveriesQuestion{}, guarded<Deliveries>(this, [this](const Result<Deliveries>& found) {
            if (!found) {
                if (found.error().code != ErrorCode::Cancelled)
                    emit problem(parts::text(found.error().text()), parts::advice(found.error().code));
                return;
            }
            auto* list = new DeliveriesList(*found, m_window);
            connect(list, &DeliveriesList::takeBackWanted, this, [this](qint64 delivery) { takeBack(delivery); });
            connect(list, &DeliveriesList::removeWanted, this,
                    [this, all = *found](const QString& source) { askToRemove(all, source); });
            connect(list, &DeliveriesList::restoreWanted, this, [this](const QString& source) {
                m_backend.imports().restoreSource(
                    source.toStdString(), guarded<SetAsideReport>(this, [this](const Result<SetAsideReport>& report) {
                        told(report, tr("The source was put back."));
                    }));
            });
            list->open();
        }));
}

} // namespace altimeter::ui
