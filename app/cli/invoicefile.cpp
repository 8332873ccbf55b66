#include "app/cli/invoicefile.h"

#include "models/json/json.h"
#include "models/text/csvtext.h"
#include "models/text/words.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace altimeter::cli {

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

Error wrong(std::string what, std::string where)
{
    return {ErrorCode::Invalid, std::move(what), std::move(where)};
}

/// Reads `[{"key": "text" or number, …}, …]`; numbers keep their digits. Nested values are no invoice.
Result<std::vector<Fields>> recordsOfJson(std::string_view text)
{
    const auto json = Json::parse(text, {});
    std::vector<Fields> records;
    bool isGood = json && json->isArray();
    for (std::size_t i = 0; isGood && i < json->items().size(); ++i) {
        const Json& record = json->items()[i];
        auto& fields = records.emplace_back();
        isGood = record.isObject();
        for (const auto& [key, value] : record.members()) {
            isGood = isGood && (value.kind() == Json::Kind::Text || value.kind() == Json::Kind::Number);
            fields.emplace_back(key, value.text());
        }
    }
    if (!isGood)
        return wrong("this is no JSON list of objects with texts and numbers",
                     "record " + std::to_string(std::max<std::size_t>(records.size(), 1)));
    return records;
}

Result<std::vector<Fields>> recordsOfCsv(std::string_view text)
{
    const auto read = words::readCsv(text);
    if (read.openQuoteLine > 0)
        return Error{ErrorCode::Invalid, "a quote is never closed", "line " + std::to_string(read.openQuoteLine)};
    const auto& rows = read.records;
    std::vector<Fields> records;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        Fields fields;
        for (std::size_t column = 0; column < std::min(rows.front().size(), rows[i].size()); ++column)
            fields.emplace_back(rows.front()[column], rows[i][column]);
        records.push_back(std::move(fields));
    }
    return records;
}

Result<InvoiceLine> invoiceOf(const Fields& fields, const std::string& where)
{
    const auto find = [&fields](std::string_view name) -> std::optional<std::string> {
        for (const auto& [key, value] : fields) {
            if (words::trimmed(key) == name)
                return std::string(words::trimmed(value));
        }
        return std::nullopt;
    };
    for (const std::string_view name : {"billing_account", "billing_period", "currency", "total"}) {
        if (!find(name))
            return wrong(std::string(name) + " is missing", where);
    }
    InvoiceLine line;
    const auto period = parseDay(*find("billing_period"));
    if (!period)
        return wrong(period.error().what, where + ", billing_period");
    const auto total = parseDecimal(*find("total"));
    if (!total)
        return wrong(total.error().what, where + ", total");
    line.billingAccount = *find("billing_account");
    line.billingPeriod = period->firstOfMonth();
    line.currency = Currency(*find("currency"));
    line.total.add(total->value);
    line.decimals = total->value.scale;
    return line;
}

/// Digits after the point that the currency's coins have: an invoice of "12" rupiah is no rounded one.
int coinDecimals(const Currency& currency)
{
    constexpr std::array<std::string_view, 9> kNone{"JPY", "KRW", "VND", "IDR", "CLP", "ISK", "PYG", "UGX", "XAF"};
    return std::find(kNone.begin(), kNone.end(), currency.code()) == kNone.end() ? 2 : 0;
}

bool belongs(const ProofLine& line, const InvoiceLine& invoice)
{
    return line.lens == CostLens::Billed && line.billingAccount == invoice.billingAccount &&
           line.billingPeriod == invoice.billingPeriod && line.currency == invoice.currency;
}

ProofLine lineWithoutData(const InvoiceLine& invoice)
{
    ProofLine line;
    line.billingAccount = invoice.billingAccount;
    line.billingPeriod = invoice.billingPeriod;
    line.currency = invoice.currency;
    line.lens = CostLens::Billed;
    return line;
}

} // namespace

Result<std::vector<InvoiceLine>> parseInvoices(std::string_view text)
{
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    const bool isJson = words::trimmed(text).starts_with('[') || words::trimmed(text).starts_with('{');
    const auto records = isJson ? recordsOfJson(text) : recordsOfCsv(text);
    if (!records)
        return records.error();
    std::vector<InvoiceLine> invoices;
    for (std::size_t i = 0; i < records->size(); ++i) {
        const auto invoice = invoiceOf((*records)[i], "record " + std::to_string(i + 1));
        if (!invoice)
            return invoice.error();
        const auto same = std::find_if(invoices.begin(), invoices.end(), [&invoice](const InvoiceLine& other) {
            return other.billingAccount == invoice->billingAccount && other.billingPeriod == invoice->billingPeriod &&
                   other.currency == invoice->currency;
        });
        if (same == invoices.end()) {
            invoices.push_back(*invoice);
            continue;
        }
        same->total.add(invoice->total);
        same->decimals = std::max(same->decimals, invoice->decimals);
    }
    return invoices;
}

void compareInvoices(std::vector<ProofLine>& lines, const std::vector<InvoiceLine>& invoices)
{
    for (const InvoiceLine& invoice : invoices) {
        DecimalSum stored;
        DecimalSum missing;
        for (const ProofLine& line : lines) {
            if (!belongs(line, invoice))
                continue;
            stored.add(line.storedTotal);
            missing.add(line.missing());
        }
        auto first = std::find_if(lines.begin(), lines.end(),
                                  [&invoice](const ProofLine& line) { return belongs(line, invoice); });
        if (first == lines.end())
            first = lines.insert(lines.end(), lineWithoutData(invoice));
        first->invoiceTotal = invoice.total;
        DecimalSum difference = invoice.total;
        difference.subtract(stored);
        DecimalSum ofDelivered = difference; // what is missing is named already, and the line is not reconciled by it
        ofDelivered.subtract(missing);
        DecimalSum delivered = stored;
        delivered.add(missing);
        const int places = std::min(std::max(invoice.decimals, coinDecimals(invoice.currency)), 18);
        if (difference.isZero())
            continue;
        if (stored.toRoundedString(places) == invoice.total.toRoundedString(places) && invoice.decimals <= places)
            first->parts.push_back({"rounding of the invoice", difference});
        else if (delivered.toRoundedString(places) != invoice.total.toRoundedString(places) ||
                 invoice.decimals > places)
            first->remainder.add(ofDelivered);
    }
}

} // namespace altimeter::cli
