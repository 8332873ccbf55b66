#include "models/store/ledger/monthhistory.h"

#include "models/store/sql/jsondepth.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

namespace altimeter::store {

namespace {

std::optional<MonthEvent::What> whatOf(std::string_view entry)
{
    if (entry == "partition new" || entry == "partition replaced")
        return MonthEvent::What::Stored;
    if (entry == "partition restored")
        return MonthEvent::What::Restored;
    if (entry == "partition removed")
        return MonthEvent::What::Removed;
    if (entry == "partition taken back" || entry == "partition set aside")
        return MonthEvent::What::Undone;
    return {};
}

std::string textOf(const nlohmann::json& detail, const char* name)
{
    const auto found = detail.find(name);
    return found != detail.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

Result<std::vector<MonthEvent>> historyOf(const sql::Connection& db, const MonthName& month)
{
    std::string name = jsonLine(nlohmann::ordered_json{{"provider", month.provider},
                                                       {"billing_account", month.account},
                                                       {"billing_period", month.month},
                                                       {"currency", month.currency}});
    name = name.substr(1, name.size() - 2); // as it stands in the entry, without the braces
    auto rows = db.prepare("SELECT what, detail FROM audit WHERE what LIKE 'partition %' AND instr(detail, ?1)>0 "
                           "ORDER BY id");
    if (!rows)
        return rows.error();
    std::vector<MonthEvent> all;
    const Status read = rows->bind(1, std::string_view(name)).each([&]() -> Status {
        const auto what = whatOf(rows->textView(0));
        if (!what)
            return {};
        const std::string text = rows->text(1);
        const auto detail = isShallowJson(text) ? nlohmann::json::parse(text, nullptr, false) : nlohmann::json();
        if (!detail.is_object())
            return Error{ErrorCode::Corrupt, "an entry of the audit trail cannot be read", {}};
        all.push_back({textOf(detail, "source"), textOf(detail, "day"), textOf(detail, "fingerprint"), *what,
                       detail.contains("beside")});
        return {};
    });
    return read ? Result<std::vector<MonthEvent>>(std::move(all)) : Result<std::vector<MonthEvent>>(read.error());
}

bool stoodTogether(const std::vector<MonthEvent>& history, const std::string& a, const MonthStates& ofA,
                   const std::string& b, const MonthStates& ofB)
{
    std::map<std::string, std::string> standingOfA, standingOfB; // fingerprint by day
    const auto stands = [](const std::map<std::string, std::string>& standing, const MonthStates& states) {
        return std::any_of(standing.begin(), standing.end(), [&states](const auto& one) {
            return states.contains({one.first, one.second});
        });
    };
    for (const MonthEvent& event : history) {
        if (event.source != a && event.source != b)
            continue;
        auto& standing = event.source == a ? standingOfA : standingOfB;
        if (event.what == MonthEvent::What::Stored || event.what == MonthEvent::What::Restored)
            standing[event.day] = event.fingerprint;
        else if (event.what == MonthEvent::What::Removed && event.day.empty())
            standing.clear(); // the entry does not say which day
        else
            standing.erase(event.day);
        if (stands(standingOfA, ofA) && stands(standingOfB, ofB))
            return true;
    }
    return false;
}

bool wasTaken(const std::vector<MonthEvent>& history, const std::string& source)
{
    const auto last = std::find_if(history.rbegin(), history.rend(),
                                   [&source](const MonthEvent& one) { return one.source == source; });
    return last != history.rend() && last->what == MonthEvent::What::Removed;
}

bool cameAgainUnasked(const std::vector<MonthEvent>& history, const std::string& source)
{
    bool isStored = false;
    for (auto event = history.rbegin(); event != history.rend(); ++event) {
        if (event->source != source)
            continue;
        if (event->what != MonthEvent::What::Stored)
            return isStored && event->what == MonthEvent::What::Removed;
        if (event->isBeside)
            return false;
        isStored = true;
    }
    return false;
}

} // namespace altimeter::store
