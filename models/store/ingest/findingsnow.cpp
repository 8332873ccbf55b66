#include "models/store/ingest/findingsnow.h"

#include "models/store/ingest/meetingtexts.h"
#include "models/store/sql/ranges.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace altimeter::store {

namespace {

constexpr std::string_view kBeside = "account-in-two-sources";
constexpr std::string_view kTwoKeys = "charges-under-two-keys";
constexpr std::string_view kKnown = "same-delivery";
constexpr std::string_view kReplaced = "partition-replaced";

bool holds(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

std::string quoted(const std::string& name)
{
    return '"' + name + '"';
}

} // namespace

std::string besideBeginning(const PartitionKey& key)
{
    return monthName(key) + " is stored under the source ";
}

Result<FindingsNow> FindingsNow::of(const sql::Connection& db, std::span<const Finding> findings)
{
    FindingsNow all;
    if (std::none_of(findings.begin(), findings.end(), [](const Finding& one) {
            return one.check == kBeside || one.check == kTwoKeys || one.check == kKnown || one.check == kReplaced;
        }))
        return all;
    auto rows = db.prepare("SELECT s.name, p.provider, p.billing_account, p.billing_period, p.currency, p.rows, "
                           "p.billed_cost, p.import_id FROM partition p JOIN source s ON s.id=p.source_id");
    if (!rows)
        return rows.error();
    const Status read = rows->each([&]() -> Status {
        const auto month = parseDay(rows->textView(3));
        const auto lines = storedCount(rows->integer(5));
        const auto billed = DecimalSum::parse(rows->textView(6));
        if (!month || !lines || !billed)
            return Error{ErrorCode::Corrupt, "a stored month cannot be read", rows->text(0)};
        Held& held = all.m_held[{rows->text(0),
                                 {rows->text(1), rows->text(2), *month, Currency(rows->textView(4)), Day::none()}}];
        held.rows += *lines;
        held.billed.add(*billed);
        held.import = std::max(held.import, rows->integer(7));
        return {};
    });
    if (!read)
        return read.error();
    return all;
}

const FindingsNow::Holders::value_type* FindingsNow::find(const std::string& source, const PartitionKey& key) const
{
    const auto found = m_held.find({source, key});
    return found == m_held.end() ? nullptr : &*found;
}

std::optional<Finding> FindingsNow::now(const Finding& kept) const
{
    if (kept.check == kBeside)
        return kept.message.starts_with("the charges were stored under ") ? keptTogetherNow(kept) : besideNow(kept);
    if (kept.check == kTwoKeys)
        return twoKeysNow(kept);
    if (kept.check == kReplaced)
        return takenNow(kept);
    return kept.check == kKnown ? storedAlreadyNow(kept) : std::optional(kept);
}

/// "… is stored under the source "june" too (BilledCost 27.00 USD, 3 lines); …": both figures as they are now. What was
/// compared then says nothing of charges that came later.
std::optional<Finding> FindingsNow::besideNow(const Finding& kept) const
{
    for (const auto& [name, held] : m_held) {
        const std::string beginning = besideBeginning(name.key) + quoted(name.source) + " too (";
        const auto* const own = find(kept.source, name.key);
        if (name.source == kept.source || !own || !kept.message.starts_with(beginning))
            continue;
        const std::size_t end = kept.message.find(')', beginning.size());
        const std::string figures = kept.message.substr(beginning.size(), end - beginning.size());
        const bool namesMoney = figures.starts_with("BilledCost ");
        if (end == std::string::npos ||
            (namesMoney && !holds(figures, ' ' + std::string(name.key.currency.code()) + ',')))
            continue;
        Finding now = kept;
        now.rows = namesMoney ? own->second.rows : held.rows;
        const bool isLater = namesMoney && held.import > own->second.import;
        now.message = besideText(name.key, name.source, held.billed, held.rows) +
                      (isLater ? std::string("; both count") : kept.message.substr(end + 1));
        return now;
    }
    return {};
}

/// "the charges were stored under "june 2", beside those of "june"".
std::optional<Finding> FindingsNow::keptTogetherNow(const Finding& kept) const
{
    const std::string end = "\", beside those of \"";
    for (const auto& [name, held] : m_held) {
        if (name.source != kept.source && kept.message.ends_with(end + name.source + '"') &&
            find(kept.source, name.key))
            return kept;
    }
    return {};
}

/// Two months that are stored, under one source or two; of the files of one delivery both are its own. Once the other
/// month has other figures, what was compared is there no more, and nobody compared what is.
std::optional<Finding> FindingsNow::twoKeysNow(const Finding& kept) const
{
    bool isOwnThere = false;
    std::set<PartitionKey> ownKeys;
    std::optional<Finding> withOther;
    for (const auto& [name, held] : m_held) {
        const std::string key = keyText(name.key);
        const std::string beginning = key + ", source " + quoted(name.source) + " (";
        const std::size_t at = kept.message.find(beginning);
        const std::string figures = moneyText(held.billed, name.key.currency) + ", " + linesText(held.rows) + ')';
        if (at != std::string::npos) {
            withOther = kept;
            if (kept.message.compare(at + beginning.size(), figures.size(), figures) != 0) {
                withOther->message.insert(kept.message.rfind("; "), ", when they were compared; it has " +
                                                                        figures.substr(0, figures.size() - 1) +
                                                                        " now, and was not compared again");
            }
        }
        if (name.source != kept.source)
            continue;
        isOwnThere = isOwnThere || holds(kept.message, " of " + key + " charge the same as ");
        if (holds(kept.message, " (" + key + ", "))
            ownKeys.insert(name.key);
    }
    if (ownKeys.size() > 1)
        return kept;
    if (!isOwnThere || !withOther)
        return {};
    const std::string are = " charge the same as ";
    if (withOther->message != kept.message)
        withOther->message.replace(withOther->message.find(are), are.size(), " charged the same as ");
    return withOther;
}

/// "the stored charges of … under the source "june" were removed, as this delivery takes their place: BilledCost 27.00
/// USD before, none now": that source may hold some again.
std::optional<Finding> FindingsNow::takenNow(const Finding& kept) const
{
    const std::string end = ", none now";
    if (!kept.message.ends_with(end))
        return kept;
    for (const auto& [name, held] : m_held) {
        if (!kept.message.starts_with("the stored charges of " + keyText(name.key) + " under the source " +
                                      quoted(name.source) + " were removed"))
            continue;
        Finding now = kept;
        now.message.replace(now.message.size() - end.size(), end.size(),
                            "; it holds " + moneyText(held.billed, name.key.currency) + " again");
        return now;
    }
    return kept;
}

/// "the charges of … are stored already, under the source "june"; they count once, there". Once they are gone there,
/// they count nowhere, and nobody else would say so.
std::optional<Finding> FindingsNow::storedAlreadyNow(const Finding& kept) const
{
    const std::string beginning = "the charges of ";
    const std::string are = " are stored already, under the source";
    const std::size_t at = kept.message.find(are);
    if (!kept.message.starts_with(beginning) || at == std::string::npos)
        return kept; // told of something that happened
    const std::string key = kept.message.substr(beginning.size(), at - beginning.size());
    const std::string rest = kept.message.substr(at);
    for (const auto& [name, held] : m_held) {
        if (keyText(name.key) != key)
            continue;
        if (name.source == kept.source)
            return {};
        if (holds(rest, quoted(name.source)))
            return kept;
    }
    Finding gone = kept;
    gone.severity = Severity::Warning;
    gone.message = beginning + key + " were left to the source" +
                   rest.substr(are.size(), rest.rfind("; they count") - are.size()) +
                   ", where they are no more: they count nowhere. Import the files again";
    return gone;
}

} // namespace altimeter::store
