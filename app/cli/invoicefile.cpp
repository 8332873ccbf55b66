#include "app/cli/invoicefile.h"

#include "app/cli/csvtext.h"
#include "app/cli/text.h"

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
class FlatJson {
public:
    explicit FlatJson(std::string_view text) : m_rest(text) {}

    Result<std::vector<Fields>> read()
    {
        std::vector<Fields> records;
        bool good = take('[');
        if (good && !take(']')) {
            do {
                good = readObject(records.emplace_back());
            } while (good && take(','));
            good = good && take(']');
        }
        skipBlanks();
        if (!good || !m_rest.empty())
            return wrong("this is no JSON list of objects with texts and numbers",
                         "record " + std::to_string(std::max<std::size_t>(records.size(), 1)));
        return records;
    }

private:
    void skipBlanks() { m_rest.remove_prefix(std::min(m_rest.find_first_not_of(" \t\r\n"), m_rest.size())); }
    bool take(char c)
    {
        skipBlanks();
        if (!m_rest.starts_with(c))
            return false;
        m_rest.remove_prefix(1);
        return true;
    }
    bool readObject(Fields& fields)
    {
        if (!take('{'))
            return false;
        if (take('}'))
            return true;
        do {
            auto& [key, value] = fields.emplace_back();
            if (!readString(key) || !take(':') || !(readString(value) || readNumber(value)))
                return false;
        } while (take(','));
        return take('}');
    }
    bool readNumber(std::string& value)
    {
        const std::size_t end = std::min(m_rest.find_first_not_of("+-.0123456789eE"), m_rest.size());
        value = m_rest.substr(0, end);
        m_rest.remove_prefix(end);
        return !value.empty();
    }
    bool readString(std::string& value)
    {
        if (!take('"'))
            return false;
        while (!m_rest.empty() && m_rest.front() != '"') {
            const char c = m_rest.front();
            m_rest.remove_prefix(1);
            if (c == '\\' ? !readEscape(value) : static_cast<unsigned char>(c) < ' ')
                return false;
            if (c != '\\')
                value += c;
        }
        if (m_rest.empty())
            return false;
        m_rest.remove_prefix(1);
        return true;
    }
    bool readEscape(std::string& value)
    {
        constexpr std::string_view kLetters = "\"\\/bfnrt";
        constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
        const std::size_t at = m_rest.empty() ? std::string_view::npos : kLetters.find(m_rest.front());
        if (at == std::string_view::npos)
            return false;
        value += kMeant[at];
        m_rest.remove_prefix(1);
        return true;
    }

    std::string_view m_rest;
};

Result<std::vector<Fields>> recordsOfCsv(std::string_view text)
{
    const auto rows = parseCsv(text);
    if (!rows)
        return rows.error();
    std::vector<Fields> records;
    for (std::size_t i = 1; i < rows->size(); ++i) {
        Fields fields;
        for (std::size_t column = 0; column < std::min(rows->front().size(), (*rows)[i].size()); ++column)
            fields.emplace_back(rows->front()[column], (*rows)[i][column]);
        records.push_back(std::move(fields));
    }
    return records;
}

Result<InvoiceLine> invoiceOf(const Fields& fields, const std::string& where)
{
    const auto find = [&fields](std::string_view name) -> std::optional<std::string> {
        for (const auto& [key, value] : fields) {
            if (trimmed(key) == name)
                return std::string(trimmed(value));
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
    const bool isJson = trimmed(text).starts_with('[') || trimmed(text).starts_with('{');
    const auto records = isJson ? FlatJson(text).read() : recordsOfCsv(text);
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
        for (const ProofLine& line : lines) {
            if (belongs(line, invoice))
                stored.add(line.storedTotal);
        }
        auto first = std::find_if(lines.begin(), lines.end(),
                                  [&invoice](const ProofLine& line) { return belongs(line, invoice); });
        if (first == lines.end())
            first = lines.insert(lines.end(), lineWithoutData(invoice));
        first->invoiceTotal = invoice.total;
        DecimalSum difference = invoice.total;
        difference.subtract(stored);
        const int places = std::min(std::max(invoice.decimals, coinDecimals(invoice.currency)), 18);
        if (difference.isZero())
            continue;
        if (stored.toRoundedString(places) == invoice.total.toRoundedString(places) && invoice.decimals <= places)
            first->parts.push_back({"rounding of the invoice", difference});
        else
            first->remainder.add(difference);
    }
}

} // namespace altimeter::cli
