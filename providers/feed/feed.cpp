#include "providers/feed/feed.h"

#include "models/text/utf8.h"
#include "models/text/words.h"
#include "providers/core/fields.h"
#include "providers/feed/feedfile.h"
#include "providers/feed/feedmapper.h"

#include <algorithm>
#include <set>

namespace altimeter::providers {

namespace {

constexpr int kAskedMonths = 13; ///< of an address that is asked month by month, where no first day is given

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "feed";
    info.title = "Any priced feed";
    info.summary =
        "Charges of any CSV or JSON file or address whose columns you assign: software subscriptions, vector "
        "databases, gateways, tool price lists.";
    info.rights =
        "For a file: read access on this computer. For an address: whatever key its provider gives for reading "
        "costs; a read-only one is enough.";
    info.fields = {
        needed(
            FieldKind::Path, "location", "File or address",
            "A file on this computer, or an http(s) address. {from}, {to} (first day, and the day after the last) and "
            "{month} (2026-11) in an address are filled in."),
        offered(FieldKind::Choice, "format", "Format", "Leave it at auto unless the feed is taken for something else.",
                "auto", {"auto", "csv", "json", "json-lines"}),
        offered(FieldKind::Text, "auth_header", "Header for the key",
                "The name of the header, for example Authorization or x-api-key.", "Authorization"),
        offered(FieldKind::Secret, "auth_value", "Value of that header",
                "All of it, for example \"Bearer …\". Leave it empty where no key is asked for."),
        offered(FieldKind::Lines, "headers", "Further headers",
                "One on each line, as \"Name: value\". Nothing secret: they are not hidden."),
        offered(FieldKind::Lines, "body", "Request body",
                "Where the address is asked by POST: its JSON. {from}, {to}, {month}, {from_ms} and {to_ms} are filled "
                "in."),
        offered(FieldKind::Text, "next_link_member", "Next page: link",
                "Where a JSON answer names the next page's address, as links.next."),
        offered(FieldKind::Text, "cursor_member", "Next page: cursor",
                "Where a JSON answer names the next page's cursor, as meta.next_cursor."),
        offered(FieldKind::Text, "cursor_parameter", "Next page: parameter",
                "The query parameter that takes the cursor.", "cursor"),
        offered(
            FieldKind::Text, "first_day", "First day",
            "As 2026-01-01: earlier records are left out. Empty: all of a file; 13 months of an address with {from} or "
            "{month}."),
    };
    // A file says everything it knows each time, and may have changed anywhere.
    info.backfillDays = 3650;
    info.refetchDays = 3650;
    info.chunkDays = 3660;
    info.finalAfterDays = 30;
    info.freshness =
        "As fresh as the file or the address. Each sync reads all of it; days it does not hold stay as they "
        "are stored.";
    return info;
}

bool isHttp(const std::string& location)
{
    const std::string lower = words::toLower(location.substr(0, 8));
    return lower.starts_with("http://") || lower.starts_with("https://");
}

/// Headers by which a gateway in between finds the server: with one of these a key would reach another than the
/// address names.
bool leadsElsewhere(const std::string& header)
{
    const std::string lower = words::toLower(header);
    return lower == "host" || lower == "x-forwarded-host" || lower == "forwarded" || lower.starts_with("proxy-");
}

void replaceAll(std::string& text, std::string_view what, const std::string& with)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

/// What is asked of an address in one go, all its pages taken together.
struct Piece {
    DateRange days;
    std::string origin; ///< as charges and messages name it

    std::string filled(std::string text) const
    {
        replaceAll(text, "{from}", toString(days.from));
        replaceAll(text, "{to}", toString(days.to));
        replaceAll(text, "{month}", monthText(days.from));
        replaceAll(text, "{from_ms}", std::to_string(startOf(days.from).seconds * 1000));
        replaceAll(text, "{to_ms}", std::to_string(startOf(days.to).seconds * 1000));
        return text;
    }
};

/// Hands the records of one piece to the delivery and keeps count.
class Taker {
public:
    Taker(const FeedMapper& mapper, Delivery& delivery, DateRange days)
        : m_mapper(mapper), m_delivery(delivery), m_days(days)
    {
    }

    FeedVisitor visitor()
    {
        return {[this](const FeedRecord& record) { return take(record); },
                [this](std::uint64_t line, std::string_view raw, const std::string& why) {
                    ++m_malformed;
                    return reject(line, why, std::string(raw), Day::none());
                }};
    }
    /// Error Invalid where a field the mapping needs was nowhere in the feed.
    Status checkFields(const FeedColumns& columns, bool hasHeader, const std::string& where) const
    {
        if (m_records == 0 && !hasHeader)
            return {};
        for (const std::string& field : m_mapper.neededFields()) {
            if (!columns.find(field))
                return Error{ErrorCode::Invalid, "the feed has no field \"" + field + "\"; nothing was stored", where,
                             "The provider may have renamed it. Open the connection and assign its columns anew."};
        }
        return {};
    }
    Status tell()
    {
        if (m_outside > 0)
            if (auto done =
                    m_delivery.finding(Severity::Note, "feed-outside-window", m_outside,
                                       "records lie outside of the days that were asked for (" + toString(m_days.from) +
                                           " to " + toString(m_days.to - 1) + ") and were left out");
                !done)
                return done;
        if (m_rejected > 0)
            if (auto done = m_delivery.finding(Severity::Warning, "feed-unreadable", m_rejected,
                                               ofAll(m_rejected) + " cannot be read and take no part in any total");
                !done)
                return done;
        if (m_unknown > 0)
            if (auto done = m_delivery.finding(Severity::Warning, "feed-no-amount", m_unknown,
                                               ofAll(m_unknown) + " name no amount: their cost is unknown, not zero");
                !done)
                return done;
        if (m_words > 0)
            if (auto done = m_delivery.finding(Severity::Warning, "feed-word-for-amount", m_words,
                                               ofAll(m_words) + " say a word in place of an amount (" + wordsSaid() +
                                                   "): their cost is unknown, not zero");
                !done)
                return done;
        if (m_workedOut > 0)
            return m_delivery.finding(Severity::Note, "feed-worked-out", m_workedOut,
                                      "costs were worked out as quantity × unit price: the feed does not say them");
        return {};
    }
    /// The days of the charges, from the first to the last; none where there are none.
    std::vector<DateRange> found() const
    {
        return m_first.isValid() ? std::vector<DateRange>{{m_first, m_last + 1}} : std::vector<DateRange>{};
    }
    std::uint64_t line() const { return m_line; }

private:
    Status take(const FeedRecord& record)
    {
        ++m_records;
        m_line = record.line;
        const auto charge = m_mapper.charge(record);
        if (!charge)
            return reject(record.line, charge.error().what, record.raw(), m_mapper.dayOf(record));
        const Day day = charge->start.day();
        if (!m_days.contains(day)) {
            ++m_outside;
            return {};
        }
        m_first = m_first.isValid() ? std::min(m_first, day) : day;
        m_last = m_last.isValid() ? std::max(m_last, day) : day;
        if (!charge->cost[static_cast<std::size_t>(CostLens::Billed)])
            countUnknown(m_mapper.wordForAmount(record));
        m_workedOut += charge->extra.contains(std::string(kCostBasis));
        m_delivery.setLine(record.line);
        return m_delivery.add(*charge);
    }
    /// "2 of 4 records".
    std::string ofAll(std::uint64_t count) const
    {
        return std::to_string(count) + " of " + std::to_string(m_records + m_malformed) + " records";
    }
    void countUnknown(const std::string& word)
    {
        constexpr std::size_t kMostWords = 5;
        ++(word.empty() ? m_unknown : m_words);
        if (!word.empty() && m_said.size() < kMostWords)
            m_said.insert(word);
    }
    std::string wordsSaid() const
    {
        std::string all;
        for (const std::string& word : m_said)
            all += (all.empty() ? "\"" : ", \"") + words::excerpt(word, 40) + '"';
        return all;
    }
    Status reject(std::uint64_t line, const std::string& why, const std::string& raw, Day day)
    {
        ++m_rejected;
        m_line = line;
        m_delivery.setLine(line);
        return m_delivery.reject("feed-unreadable", why, raw, day);
    }

    const FeedMapper& m_mapper;
    Delivery& m_delivery;
    const DateRange m_days;
    Day m_first, m_last;
    std::uint64_t m_records = 0, m_outside = 0, m_rejected = 0, m_unknown = 0, m_workedOut = 0;
    std::uint64_t m_malformed = 0, m_words = 0;
    std::set<std::string> m_said; ///< some of the words in place of amounts
    std::uint64_t m_line = 0;
};

class Feed final : public Connector {
public:
    Feed(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_values(setup.settings.values), m_name(setup.settings.name),
          m_location(words::trimmed(setup.value(info, "location"))), m_format(setup.value(info, "format")),
          m_body(setup.value(info, "body")), m_nextLink(setup.value(info, "next_link_member")),
          m_cursor(setup.value(info, "cursor_member")), m_cursorParameter(setup.value(info, "cursor_parameter")),
          m_firstDay(setup.value(info, "first_day")), m_now(setup.now),
          m_api(setup.http, {m_name.empty() ? info.title : m_name,
                             originOf(m_location),
                             {},
                             {},
                             "Check the header for the key and its value.",
                             "The key may not read this address. Ask for one that may."})
    {
        const std::string header(words::trimmed(setup.value(info, "auth_header")));
        const std::string value(words::trimmed(setup.secret("auth_value").reveal()));
        if (!header.empty() && !value.empty())
            setHeader(header, value);
        std::string_view lines = m_values.contains("headers") ? m_values.at("headers") : std::string_view();
        while (!lines.empty()) {
            const std::string_view line = lines.substr(0, lines.find('\n'));
            lines.remove_prefix(std::min(line.size() + 1, lines.size()));
            const auto colon = line.find(':');
            const std::string name(words::trimmed(line.substr(0, std::min(colon, line.size()))));
            if (colon != std::string_view::npos)
                setHeader(name, std::string(words::trimmed(line.substr(colon + 1))));
        }
    }

    Result<std::string> test(std::stop_token stop) override
    {
        auto preview = isAddress() ? previewAddress(stop) : previewFeed(m_location, m_values, stop);
        if (!preview)
            return preview.error();
        if (const auto mapper = FeedMapper::of(m_values, m_name); !mapper)
            return mapper.error();
        else if (const auto missing = mapper->missing(); !missing.empty())
            return incomplete(missing);
        if (preview->records > 0 && preview->unreadable == preview->records)
            return Error{ErrorCode::Invalid, "none of the records can be read. " + preview->problems.front(),
                         m_location, "Assign the columns of the feed anew."};
        std::string said = "The feed answers " + preview->format + " with " + std::to_string(preview->records) +
                           (isAddress() ? " records on its first page" : " records");
        if (preview->unreadable > 0)
            said += ", " + std::to_string(preview->unreadable) + " of them unreadable";
        for (const auto& [currency, sum] : preview->totals)
            said += "; " + sum.toString(2) + ' ' + std::string(currency.code());
        return said + '.';
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        auto mapper = FeedMapper::of(m_values, m_name);
        if (!mapper)
            return mapper.error();
        if (const auto missing = mapper->missing(); !missing.empty())
            return incomplete(missing);
        DateRange window = request.window;
        if (!m_firstDay.empty()) {
            const auto first = parseDay(m_firstDay);
            if (!first)
                return Error{ErrorCode::Invalid, '"' + m_firstDay + "\" is no day such as 2026-01-31", "first day"};
            window.from = std::max(window.from, *first);
        }
        delivery.addExtraColumns(mapper->extraColumns());
        if (window.from >= window.to) {
            delivery.setCovered({});
            return delivery.begin(m_location.substr(0, m_location.find('?')));
        }
        return isAddress() ? fetchAddress(*mapper, window, delivery, stop) : fetchFile(*mapper, window, delivery, stop);
    }

private:
    bool isAddress() const { return isHttp(m_location); }
    void setHeader(const std::string& name, const std::string& value)
    {
        if (leadsElsewhere(name))
            m_leading = name;
        else
            m_api.setHeader(name, value);
    }
    bool asksByDays() const
    {
        for (const char* mark : {"{from}", "{to}", "{month}", "{from_ms}", "{to_ms}"}) {
            if ((m_location + m_body).find(mark) != std::string::npos)
                return true;
        }
        return false;
    }
    static Error incomplete(const std::vector<std::string>& missing)
    {
        std::string todo;
        for (const std::string& sentence : missing)
            todo += (todo.empty() ? "" : " ") + sentence;
        return {ErrorCode::Invalid,
                "the columns of the feed are not assigned yet",
                {},
                todo + " On the command line: 'connections add feed' once more, with --set column:BilledCost=FIELD "
                       "--set column:ChargePeriodStart=FIELD --set constant:BillingCurrency=USD."};
    }
    FeedOptions options() const
    {
        FeedOptions read;
        read.format = m_format;
        if (const auto rows = m_values.find("rows"); rows != m_values.end())
            read.rows = rows->second;
        return read;
    }

    Status fetchFile(const FeedMapper& mapper, const DateRange& window, Delivery& delivery, const std::stop_token& stop)
    {
        const std::string name = std::filesystem::path(m_location).filename().string();
        const auto source = openByteSource(m_location, name);
        if (!source)
            return source.error();
        if (auto done = delivery.begin(name); !done)
            return done;
        Taker taker(mapper, delivery, window);
        FeedColumns columns;
        const auto read = readFeed(**source, options(), columns, taker.visitor(), stop);
        if (!read)
            return read.error();
        if (auto done = taker.checkFields(columns, read->format == "csv", name); !done)
            return done;
        delivery.setCovered(taker.found());
        return taker.tell();
    }

    std::vector<Piece> piecesOf(DateRange window) const
    {
        const std::string origin = m_location.substr(m_location.find("://") + 3);
        const std::string shown = origin.substr(0, origin.find('?'));
        if (!asksByDays())
            return {{window, shown}};
        // A first sync goes back ten years, which few providers answer.
        const Day earliest = m_now.day().addMonths(-kAskedMonths);
        constexpr int kFirstSyncDays = 1000;
        if (m_firstDay.empty() && window.days() > kFirstSyncDays)
            window.from = std::max(window.from, earliest);
        std::vector<Piece> pieces;
        for (Day day = window.from; day < window.to; day = day.addMonths(1)) {
            const DateRange days{day, std::min(day.addMonths(1), window.to)};
            pieces.push_back({days, shown + ' ' + monthText(days.from)});
        }
        return pieces;
    }

    Status fetchAddress(const FeedMapper& mapper, const DateRange& window, Delivery& delivery,
                        const std::stop_token& stop)
    {
        if (auto usable = checkAddress(); !usable)
            return usable;
        std::vector<DateRange> covered;
        for (const Piece& piece : piecesOf(window)) {
            if (auto done = delivery.begin(piece.origin); !done)
                return done;
            Taker taker(mapper, delivery, piece.days);
            FeedColumns columns;
            bool hasHeader = false;
            if (auto done = readPages(piece, taker, columns, delivery.options().folder, hasHeader, stop); !done)
                return done;
            if (auto done = taker.checkFields(columns, hasHeader, piece.origin); !done)
                return done;
            if (auto done = taker.tell(); !done)
                return done;
            // Whoever is asked for days answers for them; whoever answers what it has answers for that.
            const auto found = asksByDays() ? std::vector<DateRange>{piece.days} : taker.found();
            covered.insert(covered.end(), found.begin(), found.end());
        }
        delivery.setCovered(std::move(covered));
        return {};
    }
    Status checkAddress() const
    {
        const auto host = m_location.find("://") + 3;
        const std::string authority = m_location.substr(host, m_location.find_first_of("/?", host) - host);
        if (authority.empty() || originOf(m_location).empty())
            return Error{ErrorCode::Invalid, "the address is no http(s) address", words::excerpt(m_location, 100)};
        if (authority.find('@') != std::string::npos)
            return Error{ErrorCode::Invalid, "the address holds a credential", "address",
                         "Put it into the header for the key, where it is kept secret."};
        if (!m_leading.empty())
            return Error{ErrorCode::Invalid, "the header " + m_leading + " could lead the key to another server",
                         "headers", "Leave it out: the address alone says who is asked."};
        return {};
    }

    /// The part of the address behind the server's name.
    std::string pathOf(const Piece& piece) const
    {
        const std::string filled = piece.filled(m_location);
        const auto slash = filled.find_first_of("/?", filled.find("://") + 3);
        if (slash == std::string::npos)
            return "/";
        return filled[slash] == '?' ? '/' + filled.substr(slash) : filled.substr(slash);
    }
    Result<HttpResponse> ask(const Piece& piece, const std::string& path, const std::filesystem::path& saveTo,
                             const std::stop_token& stop)
    {
        HttpRequest request;
        if (!m_body.empty())
            request = postOf("application/json", piece.filled(m_body));
        request.saveTo = saveTo;
        if (!saveTo.empty())
            request.maxBytes = std::uint64_t{8} << 30U;
        auto answer = m_api.send(std::move(request), path, stop);
        if (answer && answer->header("content-type").find("html") != std::string_view::npos)
            return Error{ErrorCode::Invalid, "the server answered a web page", piece.origin,
                         "Check the address: a sign-in page or a proxy may be in between."};
        return answer;
    }

    Status readPages(const Piece& piece, Taker& taker, FeedColumns& columns, const std::filesystem::path& folder,
                     bool& hasHeader, const std::stop_token& stop)
    {
        CursorGuard guard(piece.origin);
        FeedOptions reading = options();
        std::string path = pathOf(piece);
        for (int page = 1;; ++page) {
            const auto file = folder / ("feed-page-" + std::to_string(page));
            const auto answer = ask(piece, path, file, stop);
            if (!answer)
                return answer.error();
            if (answer->status == 204) // no content
                return {};
            auto read = readPage(file, piece.origin, reading, columns, taker, stop);
            std::error_code ignored;
            std::filesystem::remove(file, ignored);
            if (!read)
                return read.error();
            hasHeader = read->format == "csv";
            reading.lineBefore = taker.line();
            auto next = nextPath(read->document, pathOf(piece), path, guard);
            if (!next)
                return next.error();
            if (next->empty())
                return {};
            path = *next;
        }
    }
    static Result<FeedRead> readPage(const std::filesystem::path& file, const std::string& origin,
                                     const FeedOptions& options, FeedColumns& columns, Taker& taker,
                                     const std::stop_token& stop)
    {
        const auto source = openByteSource(file, origin);
        if (!source)
            return source.error();
        return readFeed(**source, options, columns, taker.visitor(), stop);
    }

    static const Json& memberAt(const Json& document, std::string_view path)
    {
        const Json* at = &document;
        while (!path.empty()) {
            const std::string_view name = path.substr(0, path.find('.'));
            path.remove_prefix(std::min(name.size() + 1, path.size()));
            at = &(*at)[name];
        }
        return *at;
    }
    /// Path or address of the next page; empty behind the last one.
    Result<std::string> nextPath(const Json& document, const std::string& first, const std::string& current,
                                 CursorGuard& guard) const
    {
        if (m_nextLink.empty() && m_cursor.empty())
            return std::string();
        const std::string& next = memberAt(document, m_nextLink.empty() ? m_cursor : m_nextLink).text();
        const Json& more = document["has_more"];
        const bool isEnd = more.kind() == Json::Kind::Bool ? !more.isTrue() : next.empty() || next == "false";
        if (isEnd)
            return std::string();
        if (auto fresh = guard.next(next); !fresh)
            return fresh.error();
        if (m_nextLink.empty())
            return first + (first.find('?') == std::string::npos ? '?' : '&') + percentEncoded(m_cursorParameter) +
                   '=' + percentEncoded(next);
        if (next.starts_with('/') || next.find("://") != std::string::npos)
            return next;
        const std::string plain = current.substr(0, current.find('?'));
        return next.starts_with('?') ? plain + next : plain.substr(0, plain.rfind('/') + 1) + next;
    }

    /// Asks for the newest days only, and reads the first page.
    Result<FeedPreview> previewAddress(const std::stop_token& stop)
    {
        if (auto usable = checkAddress(); !usable)
            return usable.error();
        const Day today = m_now.day();
        const Piece piece = piecesOf({today.firstOfMonth(), today + 1}).front();
        const auto answer = ask(piece, pathOf(piece), {}, stop);
        if (!answer)
            return answer.error();
        if (answer->body.starts_with("\x1f\x8b"))
            return Error{ErrorCode::Unsupported, "the address answers a gzip file, which is read only in a sync",
                         piece.origin};
        MemorySource source(piece.origin, answer->body);
        return previewFeed(source, m_values, stop);
    }

    const std::map<std::string, std::string>& m_values;
    const std::string m_name;
    std::string m_location;
    const std::string m_format, m_body, m_nextLink, m_cursor, m_cursorParameter, m_firstDay;
    const Instant m_now;
    Api m_api;
    std::string m_leading; ///< a header that is refused
};

} // namespace

std::vector<ConnectorField> feedMappingFields()
{
    return {
        offered(FieldKind::Text, "column:BilledCost", "Amount",
                "The field of the feed that holds the amount. column:COLUMN=FIELD assigns any other FOCUS column, x_ "
                "column "
                "or tag:KEY alike. Instead of it a quantity (column:PricingQuantity) and a unit price "
                "(column:ListUnitPrice)."),
        offered(FieldKind::Text, "column:ChargePeriodStart", "Date", "The field that holds the date."),
        offered(
            FieldKind::Text, "constant:BillingCurrency", "Currency",
            "USD where no field (column:BillingCurrency) names it. constant:COLUMN=TEXT says the same text of every "
            "charge."),
        offered(FieldKind::Text, "rows", "List of records", "Where it lies in a JSON document, as data.items."),
        offered(FieldKind::Choice, "amount_unit", "Unit of the amount", "What one is.", "unit",
                {"unit", "cents", "thousandths", "millionths", "nano"}),
        offered(FieldKind::Choice, "sign", "Sign", "Whether credits are written without a minus.", "as-is",
                {"as-is", "inverted"}),
        offered(FieldKind::Choice, "dates", "Dates", "How 03/04/2026 is read.", "month-first",
                {"month-first", "day-first"}),
        offered(FieldKind::Choice, "decimal", "Decimal sign", "Of amounts and quantities.", "point",
                {"point", "comma"}),
        offered(FieldKind::Choice, "period", "Length", "How long a charge without an end lasts.", "day",
                {"day", "month"}),
    };
}

ConnectorKind feedKind()
{
    ConnectorKind kind;
    kind.info = describe();
    kind.extraColumns = {std::string(kCostBasis)};
    kind.make = [info = kind.info](const ConnectorSetup& setup) { return std::make_unique<Feed>(setup, info); };
    kind.places = [info = kind.info](const ConnectionSettings& settings) {
        std::string location(words::trimmed(valueOf(settings, info, "location")));
        Places places;
        (isHttp(location) ? places.addresses : places.files).push_back(std::move(location));
        return places;
    };
    kind.furtherSettings = {"column:", "constant:", "rows",     "amount_unit", "sign",
                            "dates",   "decimal",   "currency", "period"};
    return kind;
}

} // namespace altimeter::providers
