#include "ui/shell/importtext.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"

#include <algorithm>
#include <map>
#include <set>

namespace altimeter::ui::importtext {

namespace {

QString amount(const DeliveredMoney& one)
{
    const auto amount = Amount::parse(one.billed.toString());
    return amount ? format::money(*amount, one.currency, format::locale())
                  : format::moneyOfDigits(parts::text(one.billed.toString(2)), one.currency, format::locale());
}

/// What is to be done about what a check found; empty for one that moves no figure.
QString todoOf(const std::string& check)
{
    if (check == "file-unusable" || check == "file-not-read")
        return QObject::tr("Not in the figures. Fetch it again, or leave it where it is no cost file.");
    if (check == "duplicate-file" || check == "earlier-state")
        return QObject::tr("It counts once. Nothing to do where that is right.");
    if (check == "duplicate-lines" || check == "charges-under-two-keys" || check == "account-in-two-sources")
        return QObject::tr("Both count. Take the import back if they are the same charges.");
    if (check == "partition-replaced")
        return QObject::tr("Compare both totals; the import can be taken back.");
    if (check == "currency-missing" || check == "currency-code" || check == "mixed-currencies")
        return QObject::tr("Amounts of different currencies are never added; XXX names none.");
    if (check == "native-profile" || check == "old-version" || check == "renamed-column")
        return QObject::tr("It is no FOCUS export of today. Compare some charge lines with the file.");
    if (check == "cost-null" || check == "missing-cost-column")
        return QObject::tr("These amounts are unknown, not zero; another cost may be there.");
    if (check == "charge-period-far" || check == "charge-period-apart" || check == "missing-date-column" ||
        check == "date-order-ambiguous")
        return QObject::tr("Check the days: they decide in which month these charges count.");
    return {};
}

/// All of one check as one line.
Oddity oddityOf(const std::vector<const Finding*>& found, const QString& todo)
{
    Oddity one;
    const Finding& first = *found.front();
    const QString message = format::shown(first.message);
    one.text = first.file.empty() ? message : format::labelled(format::shown(first.file), message);
    if (found.size() > 1)
        one.text = QObject::tr("%1 (and %2 more of this kind)", "finding, number")
                       .arg(one.text, format::count(static_cast<std::uint64_t>(found.size() - 1)));
    one.todo = todo;
    one.page =
        first.check == "partition-replaced" ? QStringLiteral("data:partitions") : QStringLiteral("data:findings");
    one.isGrave = std::any_of(found.begin(), found.end(),
                              [](const Finding* finding) { return finding->severity == Severity::Error; });
    return one;
}

} // namespace

QString kind(const SurveyedFile& file)
{
    if (file.profile == "aws-cur-legacy")
        return QObject::tr("AWS usage report, not FOCUS");
    if (file.profile == "azure-ea")
        return QObject::tr("Azure usage details, not FOCUS");
    if (file.profile.empty() && file.version.empty())
        return QObject::tr("No cost file");
    const QString version = parts::text(file.version);
    if (version.startsWith("0."))
        return QObject::tr("FOCUS %1, an old draft").arg(version);
    return file.isFocus() ? QObject::tr("FOCUS %1").arg(version) : QObject::tr("Like FOCUS %1").arg(version);
}

QString state(const SurveyedFile& file)
{
    const QString why = format::shown(file.why);
    switch (file.state) {
    case SurveyedFile::State::Charges:
        return file.isFocus() ? QString() : format::shown(file.readAs.front());
    case SurveyedFile::State::Copy:
        return QObject::tr("Counts once, and is left out: %1").arg(why);
    case SurveyedFile::State::Foreign:
        return QObject::tr("Not read: %1").arg(why);
    case SurveyedFile::State::Damaged:
        return QObject::tr("Damaged, and left out: %1").arg(why);
    case SurveyedFile::State::LeftOut:
        break;
    }
    return QObject::tr("Left out");
}

QString money(const std::vector<DeliveredMoney>& money, std::size_t most)
{
    QStringList words;
    const std::size_t shown = money.size() <= most + 1 ? money.size() : most;
    for (std::size_t i = 0; i < shown; ++i)
        words << amount(money[i]);
    const QString list = words.join(QStringLiteral(" · "));
    return shown == money.size() ? list
                                 : QObject::tr("%1 and %2 more currencies", "amounts, number")
                                       .arg(list, format::count(static_cast<std::uint64_t>(money.size() - shown)));
}

QString months(const std::vector<DeliveredMoney>& money)
{
    if (money.empty())
        return {};
    Day from = money.front().from, to = money.front().to;
    for (const DeliveredMoney& one : money) {
        from = std::min(from, one.from);
        to = std::max(to, one.to);
    }
    if (!from.isValid() || !to.isValid())
        return {};
    const Day last = to.addMonths(-1);
    return from == last
               ? format::monthShort(from, format::locale())
               : QObject::tr("%1 – %2", "first and last month")
                     .arg(format::monthShort(from, format::locale()), format::monthShort(last, format::locale()));
}

std::vector<Oddity> oddities(const ImportReport& report)
{
    std::vector<Oddity> all;
    if (report.rowsRejected > 0)
        all.push_back({QObject::tr("%1 could not be stored").arg(counted::lines(report.rowsRejected)),
                       QObject::tr("They are kept apart and counted in the proof. Look at what is wrong with them."),
                       QStringLiteral("data:rejected"), true});
    std::map<std::string, std::vector<const Finding*>> kinds;
    for (const Finding& finding : report.findings) {
        if (finding.severity != Severity::Note)
            kinds[finding.check].push_back(&finding);
    }
    std::set<std::string> straying;
    std::uint64_t strays = 0;
    for (const auto& [check, found] : kinds) {
        const QString todo = todoOf(check);
        if (!todo.isEmpty()) {
            all.push_back(oddityOf(found, todo));
            continue;
        }
        strays += found.size();
        for (const Finding* finding : found)
            straying.insert(finding->file);
    }
    std::stable_sort(all.begin(), all.end(), [](const Oddity& a, const Oddity& b) { return a.isGrave > b.isGrave; });
    if (strays > 0)
        all.push_back(
            {QObject::tr("Where else they stray from the standard, no figure moves: %1, %2", "files, findings")
                 .arg(counted::files(straying.size()), counted::findings(strays)),
             QObject::tr("Tell whoever makes the export; Data, Findings names the lines."),
             QStringLiteral("data:findings"), false});
    return all;
}

bool isWorthALook(const ImportSurvey& survey)
{
    if (!survey.questions.empty() || survey.report.rowsRejected > 0)
        return true;
    for (const SurveyedFile& file : survey.files) {
        if (file.state != SurveyedFile::State::Charges || !file.isFocus())
            return true;
    }
    return std::any_of(
        survey.report.partitions.begin(), survey.report.partitions.end(), [](const PartitionReport& one) {
            return one.action == PartitionReport::Action::Replaced || one.action == PartitionReport::Action::Removed;
        });
}

} // namespace altimeter::ui::importtext
