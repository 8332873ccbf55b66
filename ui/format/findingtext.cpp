#include "ui/format/findingtext.h"

#include <QObject>
#include <QStringList>

#include "ui/format/format.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace altimeter::ui::findingtext {

namespace {

/// What can be done; kinds share it.
enum class Todo : std::uint8_t { None, Check, Provider, Rejected, Again, Twice, Sync, Rights, Stopped };

struct Words {
    std::string_view check;
    const char* title;
    const char* meaning;
    Todo todo;
};

constexpr std::array kWords{
    Words{"file-not-read", QT_TRANSLATE_NOOP("QObject", "File not read"),
          QT_TRANSLATE_NOOP(
              "QObject",
              "The folder held a file that looks like costs and was not read: whatever stands in it is in no figure."),
          Todo::Again},
    Words{"file-unusable", QT_TRANSLATE_NOOP("QObject", "File cannot be used"),
          QT_TRANSLATE_NOOP("QObject", "The file could not be read as costs: nothing of it is in any figure."),
          Todo::Again},
    Words{"no-rows", QT_TRANSLATE_NOOP("QObject", "File without rows"),
          QT_TRANSLATE_NOOP("QObject", "The file has a header and nothing below it."), Todo::Again},
    Words{"unknown-column", QT_TRANSLATE_NOOP("QObject", "Columns beside the standard"),
          QT_TRANSLATE_NOOP("QObject", "Columns that FOCUS does not know are kept and can be grouped and filtered by."),
          Todo::None},
    Words{"missing-column", QT_TRANSLATE_NOOP("QObject", "Columns missing"),
          QT_TRANSLATE_NOOP(
              "QObject",
              "The file lacks columns that FOCUS asks for: figures by them are incomplete for every line of it."),
          Todo::Provider},
    Words{"renamed-column", QT_TRANSLATE_NOOP("QObject", "Columns under other names"),
          QT_TRANSLATE_NOOP("QObject", "Columns are read under the names FOCUS has for them."), Todo::None},
    Words{"old-version", QT_TRANSLATE_NOOP("QObject", "Older version of FOCUS"),
          QT_TRANSLATE_NOOP("QObject", "The names are those of an earlier version and are read as their later ones."),
          Todo::None},
    Words{"duplicate-column", QT_TRANSLATE_NOOP("QObject", "Column stands twice"),
          QT_TRANSLATE_NOOP("QObject", "Two columns have one name; the first is used and the other is not read."),
          Todo::Provider},
    Words{"decimal-comma", QT_TRANSLATE_NOOP("QObject", "Amounts with a decimal comma"),
          QT_TRANSLATE_NOOP("QObject", "Amounts are written with a comma and were read that way."), Todo::Check},
    Words{"date-order-ambiguous", QT_TRANSLATE_NOOP("QObject", "Day or month first is not certain"),
          QT_TRANSLATE_NOOP("QObject", "No date of the file shows which comes first; one reading was assumed. If it is "
                                       "wrong, charges count on other days."),
          Todo::Check},
    Words{"text-form", QT_TRANSLATE_NOOP("QObject", "Text in another form"),
          QT_TRANSLATE_NOOP("QObject",
                            "The file was written in another encoding or with other line ends, and was read as such."),
          Todo::None},
    Words{"native-profile", QT_TRANSLATE_NOOP("QObject", "Not a FOCUS export"),
          QT_TRANSLATE_NOOP("QObject", "The file is another export of the provider and was mapped to FOCUS columns."),
          Todo::Check},
    Words{"missing-date-column", QT_TRANSLATE_NOOP("QObject", "No charge dates"),
          QT_TRANSLATE_NOOP(
              "QObject",
              "The file does not say on which day a charge fell: all count on the first day of their billing period."),
          Todo::Provider},
    Words{"missing-cost-column", QT_TRANSLATE_NOOP("QObject", "No column for a cost"),
          QT_TRANSLATE_NOOP("QObject", "The file does not state one of the costs: it is unknown, and not zero."),
          Todo::Provider},
    Words{"row-too-long", QT_TRANSLATE_NOOP("QObject", "Line too long"),
          QT_TRANSLATE_NOOP(
              "QObject", "Lines are longer than a line may be, or a closing quote is missing: they were not stored."),
          Todo::Rejected},
    Words{
        "field-too-long", QT_TRANSLATE_NOOP("QObject", "Field too long"),
        QT_TRANSLATE_NOOP(
            "QObject", "A field is longer than one may be, or its closing quote is missing: its line was not stored."),
        Todo::Rejected},
    Words{"nul-byte", QT_TRANSLATE_NOOP("QObject", "Damaged line"),
          QT_TRANSLATE_NOOP("QObject", "Lines hold a byte that no text has: they were not stored."), Todo::Rejected},
    Words{
        "stray-quote", QT_TRANSLATE_NOOP("QObject", "Quote inside a field"),
        QT_TRANSLATE_NOOP("QObject", "Lines cannot be taken apart for sure, because a quote stands inside of a field."),
        Todo::Rejected},
    Words{"unclosed-quote", QT_TRANSLATE_NOOP("QObject", "Quote never closed"),
          QT_TRANSLATE_NOOP("QObject", "The rest of the file cannot be taken apart, because a quote is never closed."),
          Todo::Again},
    Words{"field-count", QT_TRANSLATE_NOOP("QObject", "Wrong number of fields"),
          QT_TRANSLATE_NOOP("QObject", "Lines have more or fewer fields than the header: they were not stored."),
          Todo::Rejected},
    Words{"too-many-columns", QT_TRANSLATE_NOOP("QObject", "Too many columns"),
          QT_TRANSLATE_NOOP("QObject", "Lines have more columns than can be read: they were not stored."),
          Todo::Rejected},
    Words{"amount-range", QT_TRANSLATE_NOOP("QObject", "Amount too large"),
          QT_TRANSLATE_NOOP("QObject", "Amounts are beyond what can be counted exactly: these lines were not stored."),
          Todo::Rejected},
    Words{"duplicate-file", QT_TRANSLATE_NOOP("QObject", "Same charges in another file"),
          QT_TRANSLATE_NOOP(
              "QObject",
              "The file says what another one says to the last cell: it was left out, so that nothing counts twice."),
          Todo::None},
    Words{"duplicate-lines", QT_TRANSLATE_NOOP("QObject", "Equal lines in one file"),
          QT_TRANSLATE_NOOP("QObject", "Lines say the same as others of their file. All of them count."), Todo::Twice},
    Words{"earlier-state", QT_TRANSLATE_NOOP("QObject", "Earlier state of the same month"),
          QT_TRANSLATE_NOOP("QObject", "Another file holds a newer state of the same charges: this one was left out."),
          Todo::None},
    Words{"partition-replaced", QT_TRANSLATE_NOOP("QObject", "Stored charges were replaced"),
          QT_TRANSLATE_NOOP("QObject", "The delivery took the place of charges that were stored before."), Todo::Check},
    Words{"same-delivery", QT_TRANSLATE_NOOP("QObject", "Stored already"),
          QT_TRANSLATE_NOOP("QObject", "These charges are stored under another source and count once, there."),
          Todo::None},
    Words{
        "account-in-two-sources", QT_TRANSLATE_NOOP("QObject", "Account in two sources"),
        QT_TRANSLATE_NOOP("QObject", "Two sources hold charges of the same account: what stands in both counts twice."),
        Todo::Twice},
    Words{"charges-under-two-keys", QT_TRANSLATE_NOOP("QObject", "Charges under two names"),
          QT_TRANSLATE_NOOP("QObject", "The same charges seem to stand under two accounts, providers, months or "
                                       "currencies: they may count twice."),
          Todo::Twice},
    Words{"day-missing", QT_TRANSLATE_NOOP("QObject", "Days not delivered"),
          QT_TRANSLATE_NOOP("QObject", "The source left out days that it always sends: what they cost is not known."),
          Todo::Sync},
    Words{"day-not-answered", QT_TRANSLATE_NOOP("QObject", "Days not answered"),
          QT_TRANSLATE_NOOP("QObject",
                            "The source was asked and did not answer for these days: what was stored of them stays."),
          Todo::Sync},
    Words{"look-up-refused", QT_TRANSLATE_NOOP("QObject", "Names could not be looked up"),
          QT_TRANSLATE_NOOP(
              "QObject",
              "The key may not read the list that holds names: identifiers are shown instead. No amount is touched."),
          Todo::Rights},
    Words{"unknown-charge", QT_TRANSLATE_NOOP("QObject", "Charges of an unknown kind"),
          QT_TRANSLATE_NOOP("QObject",
                            "The source sent charges that could not be understood: their days were left as they were."),
          Todo::Sync},
    Words{
        "currency-unknown", QT_TRANSLATE_NOOP("QObject", "Currency that does not exist"),
        QT_TRANSLATE_NOOP(
            "QObject", "Amounts carry a code that is no currency; they stand for themselves and are added to nothing."),
        Todo::Provider},
    Words{"salvage-lost", QT_TRANSLATE_NOOP("QObject", "Lost in the salvage"),
          QT_TRANSLATE_NOOP("QObject", "What could not be read of a damaged workspace is not in this one."),
          Todo::Again},
    Words{"salvage-names-lost", QT_TRANSLATE_NOOP("QObject", "Names lost in the salvage"),
          QT_TRANSLATE_NOOP("QObject", "Amounts are whole; names of some lines could not be read."), Todo::Again},
    Words{"account-stopped", QT_TRANSLATE_NOOP("QObject", "Account delivers no more"),
          QT_TRANSLATE_NOOP("QObject", "An account that was delivered regularly has stopped, although others go on. "
                                       "Its later days count as nothing."),
          Todo::Stopped},
    Words{"charge-period-far", QT_TRANSLATE_NOOP("QObject", "Charges dated far away"),
          QT_TRANSLATE_NOOP("QObject", "Charges are dated far from all others: they count in totals over all time, and "
                                       "in no trend, forecast or report."),
          Todo::Check},
    Words{"charge-period-apart", QT_TRANSLATE_NOOP("QObject", "Charges dated years apart"),
          QT_TRANSLATE_NOOP("QObject", "Charges are dated years from the other lines of their file. Whether they "
                                       "belong to the data is decided by all charges together."),
          Todo::Check},
    Words{"number-format", QT_TRANSLATE_NOOP("QObject", "Numbers in another format"),
          QT_TRANSLATE_NOOP("QObject",
                            "Numbers are written with currency signs, grouping or a plus, and were read all the same."),
          Todo::None},
    Words{"number-invalid", QT_TRANSLATE_NOOP("QObject", "Amount is no number"),
          QT_TRANSLATE_NOOP("QObject",
                            "Amounts could not be read: these lines were not stored, and what they cost is unknown."),
          Todo::Rejected},
    Words{"number-overflow", QT_TRANSLATE_NOOP("QObject", "Number with too many digits"),
          QT_TRANSLATE_NOOP("QObject", "Amounts have more digits than can be kept: these lines were not stored."),
          Todo::Rejected},
    Words{"price-invalid", QT_TRANSLATE_NOOP("QObject", "Price is no number"),
          QT_TRANSLATE_NOOP("QObject", "Unit prices could not be read and are kept as text. No cost is touched."),
          Todo::Provider},
    Words{"cost-null", QT_TRANSLATE_NOOP("QObject", "Cost is not stated"),
          QT_TRANSLATE_NOOP(
              "QObject",
              "Lines state no amount: what they cost is unknown, and not zero. They are in no total of that cost."),
          Todo::Provider},
    Words{"date-format", QT_TRANSLATE_NOOP("QObject", "Dates in another format"),
          QT_TRANSLATE_NOOP("QObject", "Dates are not written as FOCUS asks and were read all the same."), Todo::Check},
    Words{"date-invalid", QT_TRANSLATE_NOOP("QObject", "Date cannot be read"),
          QT_TRANSLATE_NOOP("QObject",
                            "Dates could not be read; where nothing else says the day, the lines were not stored."),
          Todo::Rejected},
    Words{"date-missing", QT_TRANSLATE_NOOP("QObject", "Date is missing"),
          QT_TRANSLATE_NOOP("QObject", "Nothing says the day of these lines: they were not stored."), Todo::Rejected},
    Words{"period-order", QT_TRANSLATE_NOOP("QObject", "Period ends before it begins"),
          QT_TRANSLATE_NOOP("QObject",
                            "The end of a period is not after its start: lines count on the day of their start."),
          Todo::Provider},
    Words{"billing-period-bounds", QT_TRANSLATE_NOOP("QObject", "Billing period is no month"),
          QT_TRANSLATE_NOOP("QObject", "Billing periods do not begin and end on the first of a month."),
          Todo::Provider},
    Words{"last-second-end", QT_TRANSLATE_NOOP("QObject", "Ends name the last second"),
          QT_TRANSLATE_NOOP("QObject", "Ends of periods name their last second or day; FOCUS ends are outside."),
          Todo::None},
    Words{"charge-outside-billing-period", QT_TRANSLATE_NOOP("QObject", "Charge outside its billing period"),
          QT_TRANSLATE_NOOP(
              "QObject",
              "Charges lie outside the month they are billed in: totals by day and by billing month differ by them."),
          Todo::None},
    Words{"currency-missing", QT_TRANSLATE_NOOP("QObject", "Currency is missing"),
          QT_TRANSLATE_NOOP("QObject",
                            "Lines name no currency: they are kept under the code XXX and are added to no other."),
          Todo::Provider},
    Words{"currency-code", QT_TRANSLATE_NOOP("QObject", "Currency that does not exist"),
          QT_TRANSLATE_NOOP("QObject", "Currencies are not of ISO 4217; their amounts stand for themselves."),
          Todo::Provider},
    Words{"mixed-currencies", QT_TRANSLATE_NOOP("QObject", "Several currencies in one file"),
          QT_TRANSLATE_NOOP("QObject", "The file names more than one currency; they are never added."), Todo::None},
    Words{"value-not-listed", QT_TRANSLATE_NOOP("QObject", "Value FOCUS does not list"),
          QT_TRANSLATE_NOOP("QObject", "Cells hold other words than FOCUS lists: they form groups of their own."),
          Todo::Provider},
    Words{"value-case", QT_TRANSLATE_NOOP("QObject", "Listed value in another spelling"),
          QT_TRANSLATE_NOOP(
              "QObject",
              "Cells hold a listed value in other letters: it may stand beside its twin as a group of its own."),
          Todo::Provider},
    Words{"value-missing", QT_TRANSLATE_NOOP("QObject", "Value missing"),
          QT_TRANSLATE_NOOP("QObject", "Cells are empty where FOCUS wants a value: the lines count, and stand under "
                                       "\"no value\" when grouped by that column."),
          Todo::Provider},
    Words{"purchase-usage-based", QT_TRANSLATE_NOOP("QObject", "Purchase called usage-based"),
          QT_TRANSLATE_NOOP("QObject",
                            "Purchases are marked as usage: averages and forecasts may take them for daily cost."),
          Todo::Provider},
    Words{"priced-tax", QT_TRANSLATE_NOOP("QObject", "Tax with a price"),
          QT_TRANSLATE_NOOP("QObject", "Tax lines carry unit prices or quantities, which mean nothing for tax."),
          Todo::Provider},
    Words{"pricing-category-missing", QT_TRANSLATE_NOOP("QObject", "Pricing category missing"),
          QT_TRANSLATE_NOOP(
              "QObject",
              "It is not said whether lines were priced on demand or by commitment: coverage cannot count them."),
          Todo::Provider},
    Words{"commitment-incomplete", QT_TRANSLATE_NOOP("QObject", "Commitment not described"),
          QT_TRANSLATE_NOOP("QObject", "Lines name a commitment without saying what kind it is."), Todo::Provider},
    Words{"commitment-without-id", QT_TRANSLATE_NOOP("QObject", "Commitment without a name"),
          QT_TRANSLATE_NOOP("QObject", "Lines describe a commitment they do not name: it cannot be told whose it is."),
          Todo::Provider},
    Words{"commitment-status-missing", QT_TRANSLATE_NOOP("QObject", "Used or unused is not said"),
          QT_TRANSLATE_NOOP("QObject",
                            "Usage of a commitment does not say whether it was used: utilisation cannot count it."),
          Todo::Provider},
    Words{"commitment-unit-changes", QT_TRANSLATE_NOOP("QObject", "Commitment in several units"),
          QT_TRANSLATE_NOOP("QObject", "Lines of one commitment count it in different units: they cannot be added."),
          Todo::Provider},
    Words{"commitment-pricing", QT_TRANSLATE_NOOP("QObject", "Commitment not priced as one"),
          QT_TRANSLATE_NOOP("QObject", "Used commitment is not marked as committed pricing."), Todo::Provider},
    Words{"used-commitment-cost", QT_TRANSLATE_NOOP("QObject", "Used commitment costs oddly"),
          QT_TRANSLATE_NOOP("QObject",
                            "Used commitment should be billed 0 and cost something effectively; these lines do not."),
          Todo::Provider},
    Words{"unused-commitment-row", QT_TRANSLATE_NOOP("QObject", "Unused commitment is odd"),
          QT_TRANSLATE_NOOP("QObject",
                            "Unused commitment should consume nothing and cost something; these lines do not."),
          Todo::Provider},
    Words{"commitment-purchase-effective", QT_TRANSLATE_NOOP("QObject", "Purchase counts twice"),
          QT_TRANSLATE_NOOP("QObject", "The purchase of a commitment has an effective cost, which its use has as well: "
                                       "effective totals may hold it twice."),
          Todo::Twice},
    Words{"consumed-on-non-usage", QT_TRANSLATE_NOOP("QObject", "Consumption on no usage"),
          QT_TRANSLATE_NOOP("QObject", "Quantities stand on lines that are no usage."), Todo::Provider},
    Words{"quantity-unit-pair", QT_TRANSLATE_NOOP("QObject", "Quantity without its unit"),
          QT_TRANSLATE_NOOP(
              "QObject", "A quantity stands without its unit, or a unit without its quantity: it cannot be counted."),
          Todo::Provider},
    Words{"negative-price", QT_TRANSLATE_NOOP("QObject", "Negative price"),
          QT_TRANSLATE_NOOP(
              "QObject", "Unit prices are below zero. Credits should have a negative cost and not a negative price."),
          Todo::Provider},
    Words{"price-times-quantity", QT_TRANSLATE_NOOP("QObject", "Price times quantity is another"),
          QT_TRANSLATE_NOOP("QObject",
                            "Price times quantity is not the cost: prices in blocks, or rounding. The cost counts."),
          Todo::None},
    Words{"price-unknown", QT_TRANSLATE_NOOP("QObject", "Price is unknown"),
          QT_TRANSLATE_NOOP("QObject", "Lines cost something and name no price: savings cannot count them."),
          Todo::Provider},
    Words{"service-two-categories", QT_TRANSLATE_NOOP("QObject", "Service in two categories"),
          QT_TRANSLATE_NOOP("QObject", "A service stands under more than one category: groups by category split it."),
          Todo::None},
    Words{"service-category", QT_TRANSLATE_NOOP("QObject", "Category FOCUS does not list"),
          QT_TRANSLATE_NOOP("QObject", "Service categories are other words than FOCUS lists."), Todo::Provider},
    Words{"service-subcategory", QT_TRANSLATE_NOOP("QObject", "Subcategory of another category"),
          QT_TRANSLATE_NOOP("QObject", "Subcategories do not belong to their category."), Todo::Provider},
    Words{"sku-price-two-skus", QT_TRANSLATE_NOOP("QObject", "Price id under two SKUs"),
          QT_TRANSLATE_NOOP("QObject", "A price id stands under more than one SKU."), Todo::None},
    Words{"sku-missing", QT_TRANSLATE_NOOP("QObject", "SKU missing"),
          QT_TRANSLATE_NOOP("QObject", "Lines do not say which SKU was priced: unit prices cannot be compared."),
          Todo::Provider},
    Words{"json-not-object", QT_TRANSLATE_NOOP("QObject", "Tags cannot be read"),
          QT_TRANSLATE_NOOP("QObject", "Cells that should be JSON are not: as tags they count as none."),
          Todo::Provider},
    Words{"json-nested", QT_TRANSLATE_NOOP("QObject", "Nested tags"),
          QT_TRANSLATE_NOOP("QObject", "Tags have values inside values: those are shown as text."), Todo::Provider},
    Words{"json-repeated-key", QT_TRANSLATE_NOOP("QObject", "Tag key stands twice"),
          QT_TRANSLATE_NOOP("QObject", "A key stands twice in one cell: the first one with a value counts."),
          Todo::Provider},
    Words{"json-padded-key", QT_TRANSLATE_NOOP("QObject", "Tag key with blanks"),
          QT_TRANSLATE_NOOP("QObject", "Keys begin or end with a blank and are read without it."), Todo::Provider},
    Words{"json-key-case", QT_TRANSLATE_NOOP("QObject", "Tag keys in several spellings"),
          QT_TRANSLATE_NOOP("QObject", "Keys differ only in capitals or blanks: as a tag they are one."),
          Todo::Provider},
    Words{"tags-too-long", QT_TRANSLATE_NOOP("QObject", "Tags too long"),
          QT_TRANSLATE_NOOP("QObject", "Tags are longer than can be read and count as none."), Todo::Provider},
    Words{"type-missing", QT_TRANSLATE_NOOP("QObject", "Type missing"),
          QT_TRANSLATE_NOOP("QObject", "Lines name something without saying what type it is."), Todo::Provider},
    Words{"name-without-id", QT_TRANSLATE_NOOP("QObject", "Name without its id"),
          QT_TRANSLATE_NOOP("QObject", "Names stand without the id that would tell two of the same name apart."),
          Todo::None},
    Words{"damaged-id", QT_TRANSLATE_NOOP("QObject", "Id damaged by a spreadsheet"),
          QT_TRANSLATE_NOOP("QObject", "Ids were turned into rounded numbers: different ones may have become one. "
                                       "Accounts and resources may be mixed."),
          Todo::Again},
    Words{"issuer-differs", QT_TRANSLATE_NOOP("QObject", "Billed by somebody else"),
          QT_TRANSLATE_NOOP("QObject", "The one who bills is another than the provider, perhaps a marketplace."),
          Todo::None},
    Words{"contract-shape", QT_TRANSLATE_NOOP("QObject", "Contract cannot be read"),
          QT_TRANSLATE_NOOP("QObject", "Contract cells are not in the shape FOCUS asks for."), Todo::Provider},
    Words{"text-encoding", QT_TRANSLATE_NOOP("QObject", "Letters that cannot be read"),
          QT_TRANSLATE_NOOP("QObject", "Lines hold bytes that are no UTF-8: such letters are shown as a mark."),
          Todo::Again},
    Words{"backslash-quotes", QT_TRANSLATE_NOOP("QObject", "Quotes escaped by backslash"),
          QT_TRANSLATE_NOOP("QObject", "Quotes are escaped by a backslash and are read that way."), Todo::None},
    Words{"bare-quotes", QT_TRANSLATE_NOOP("QObject", "Quotes in plain fields"),
          QT_TRANSLATE_NOOP("QObject", "Quotes in fields without quotes are read as they stand."), Todo::None},
    Words{"blank-row", QT_TRANSLATE_NOOP("QObject", "Blank lines"),
          QT_TRANSLATE_NOOP("QObject", "Lines without any value are skipped."), Todo::None},
};

const Words* wordsOf(const std::string& check)
{
    const auto found =
        std::find_if(kWords.begin(), kWords.end(), [&check](const Words& one) { return one.check == check; });
    return found == kWords.end() ? nullptr : &*found;
}

QString todoOf(Todo todo)
{
    switch (todo) {
    case Todo::None:
        return QObject::tr("Nothing needs to be done.");
    case Todo::Check:
        return QObject::tr(
            "Look at the lines. If they are right, acknowledge this; else correct the file and import it "
            "again.");
    case Todo::Provider:
        return QObject::tr(
            "Ask whoever writes the export to fill it as FOCUS says, and import the file again. Where that "
            "cannot be had, acknowledge it.");
    case Todo::Rejected:
        return QObject::tr(
            "Look at the rejected lines, correct the file or ask for it again, and import it: it takes the "
            "place of this one.");
    case Todo::Again:
        return QObject::tr("Get the file whole, as its provider wrote it, and import it again.");
    case Todo::Twice:
        return QObject::tr("Look at the lines of both. If they are the same charges, import again without one of them; "
                           "else acknowledge this.");
    case Todo::Sync:
        return QObject::tr(
            "Sync the connection again, for these days; where its provider has nothing, acknowledge this.");
    case Todo::Rights:
        return QObject::tr("Give the key the right that its guide names, or acknowledge this.");
    case Todo::Stopped:
        break;
    }
    return QObject::tr("Ask whether it is still delivered. If it was closed, acknowledge this.");
}

} // namespace

QString title(const std::string& check)
{
    const Words* words = wordsOf(check);
    return words ? QObject::tr(words->title) : format::shown(check);
}

QString meaning(const std::string& check)
{
    const Words* words = wordsOf(check);
    return words ? QObject::tr(words->meaning) : QString();
}

QString todo(const std::string& check)
{
    const Words* words = wordsOf(check);
    return todoOf(words ? words->todo : Todo::Check);
}

QString touched(const Touched& touched)
{
    constexpr std::size_t kMost = 3; // currencies in sight
    QStringList amounts;
    for (const TouchedMoney& one : std::span(touched.money).first(std::min(kMost, touched.money.size()))) {
        const auto amount = Amount::parse(one.amount.toString(2));
        amounts << (amount ? format::money(*amount, one.currency, format::locale())
                           : QString::fromStdString(one.amount.toString(2)) + u' ' +
                                 format::text(std::string(one.currency.code())));
    }
    if (touched.money.size() > kMost)
        amounts << QObject::tr("%1 more", "number of currencies")
                       .arg(format::count(touched.money.size() - kMost, format::locale()));
    const QString known = amounts.join(QStringLiteral(" · "));
    if (touched.isWhole)
        return known.isEmpty() ? QObject::tr("nothing", "money") : known;
    return known.isEmpty() ? QObject::tr("unknown", "money") : QObject::tr("%1 and more, unknown", "money").arg(known);
}

QString touchedExactly(const Touched& touched)
{
    QStringList amounts;
    for (const TouchedMoney& one : touched.money)
        amounts << QString::fromStdString(one.amount.toString(2)) + u' ' +
                       format::text(std::string(one.currency.code()));
    return amounts.join(QStringLiteral("; "));
}

QString acknowledged(const Acknowledgement& by)
{
    const QString at = format::instant(by.at, format::locale());
    const QString who = by.by.empty() ? at : QObject::tr("%1 by %2", "time, user").arg(at, format::shown(by.by));
    return by.note.empty() ? who : format::labelled(who, format::shown(by.note));
}

} // namespace altimeter::ui::findingtext
