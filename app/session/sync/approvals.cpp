#include "app/session/sync/approvals.h"

#include "app/session/files/atomicfile.h"
#include "app/session/sync/reach.h"
#include "models/json/json.h"
#include "models/text/jsontext.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <set>

namespace altimeter::session {

namespace {

constexpr std::size_t kLargestFile = std::size_t{8} << 20U;
constexpr std::size_t kMostApprovals = 2000; ///< the oldest go first

/// A descriptor that is closed at the end.
class Descriptor {
public:
    explicit Descriptor(int fd) : m_fd(fd) {}
    ~Descriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_fd; }

private:
    int m_fd;
};

Error damaged(const std::filesystem::path& file, const std::string& why)
{
    return {ErrorCode::Corrupt, "the confirmations of connections cannot be read (" + why + "): none of them holds",
            file.string(), "Confirm the connections again; the file is set aside then."};
}

bool isOpenToOthers(const struct stat& about)
{
    return (about.st_uid != ::geteuid() && about.st_uid != 0) || (about.st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

/// The whole file; none where there is none.
Result<std::string> textOf(const std::filesystem::path& file)
{
    struct stat about = {};
    // Whoever may write the folder can put any file in the place of this one.
    const Descriptor folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.get() < 0 && errno == ENOENT)
        return std::string();
    if (folder.get() < 0 || ::fstat(folder.get(), &about) != 0)
        return damaged(file, std::strerror(errno));
    if (isOpenToOthers(about))
        return Error{ErrorCode::Denied,
                     "the folder of the confirmations of connections can be written by others: none of them holds",
                     file.parent_path().string(), "Make the folder yours alone (chmod 700)."};
    const Descriptor open(::openat(folder.get(), file.filename().c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (open.get() < 0 && errno == ENOENT)
        return std::string();
    if (open.get() < 0 || ::fstat(open.get(), &about) != 0)
        return damaged(file, std::strerror(errno));
    if (!S_ISREG(about.st_mode) || about.st_size > static_cast<off_t>(kLargestFile))
        return damaged(file, "it is no ordinary file of a few kilobytes");
    if (isOpenToOthers(about))
        return Error{ErrorCode::Denied, "the confirmations of connections can be written by others: none of them holds",
                     file.string(), "Make the file yours alone (chmod 600)."};
    std::string text(static_cast<std::size_t>(about.st_size), '\0');
    std::size_t got = 0;
    while (got < text.size()) {
        const auto part = ::read(open.get(), text.data() + got, text.size() - got);
        if (part < 0 && errno == EINTR)
            continue;
        if (part <= 0)
            return damaged(file, "it ends too early");
        got += static_cast<std::size_t>(part);
    }
    return text;
}

std::string listText(const std::vector<std::string>& words)
{
    std::string text = "[";
    for (const std::string& word : words)
        text += (text.size() > 1 ? "," : "") + words::jsonQuoted(word);
    return text + ']';
}

std::string jsonOf(const Approval& one)
{
    std::string settings;
    for (const auto& [key, print] : one.reach.settings)
        settings += (settings.empty() ? "" : ",") + words::jsonQuoted(key) + ':' + words::jsonQuoted(print);
    return "{\"workspace\":" + words::jsonQuoted(one.workspace) +
           ",\"connection\":" + words::jsonQuoted(one.connection) + ",\"kind\":" + words::jsonQuoted(one.kind) +
           ",\"origins\":" + listText(one.reach.origins) + ",\"redirects\":" + listText(one.reach.redirects) +
           ",\"proxy\":" + words::jsonQuoted(one.reach.proxy) + ",\"ca_file\":" + words::jsonQuoted(one.reach.caFile) +
           ",\"files\":" + listText(one.reach.files) + ",\"environment\":" + listText(one.reach.environment) +
           ",\"plain_http\":" + (one.allowsPlainHttp ? "true" : "false") + ",\"at\":" + std::to_string(one.at.seconds) +
           ",\"settings\":{" + settings + "}}";
}

bool readList(const Json& json, std::vector<std::string>& words)
{
    for (const Json& item : json.items())
        words.push_back(item.text());
    return json.isArray() && std::all_of(json.items().begin(), json.items().end(),
                                         [](const Json& item) { return item.kind() == Json::Kind::Text; });
}

bool readOne(const Json& json, Approval& one)
{
    for (const char* key : {"workspace", "connection", "kind", "proxy", "ca_file"}) {
        if (json[key].kind() != Json::Kind::Text)
            return false;
    }
    one.workspace = json["workspace"].text();
    one.connection = json["connection"].text();
    one.kind = json["kind"].text();
    one.reach.proxy = json["proxy"].text();
    one.reach.caFile = json["ca_file"].text();
    one.allowsPlainHttp = json["plain_http"].isTrue();
    one.at = {json["at"].integer().value_or(0)};
    for (const auto& [key, print] : json["settings"].members())
        one.reach.settings[key] = print.text();
    return !one.workspace.empty() && json["settings"].isObject() && readList(json["origins"], one.reach.origins) &&
           readList(json["redirects"], one.reach.redirects) && readList(json["files"], one.reach.files) &&
           readList(json["environment"], one.reach.environment);
}

Status makeFolder(const std::filesystem::path& folder)
{
    std::error_code failed;
    std::filesystem::create_directories(folder.parent_path(), failed);
    if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST)
        return Error{ErrorCode::Io, std::string("the folder cannot be made: ") + std::strerror(errno), folder.string()};
    struct stat about = {};
    if (::stat(folder.c_str(), &about) == 0 && about.st_uid == ::geteuid() &&
        (about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        ::chmod(folder.c_str(), S_IRWXU);
    return {};
}

Status write(const std::filesystem::path& file, std::vector<Approval> all)
{
    if (all.size() > kMostApprovals)
        all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(kMostApprovals));
    std::string text = "{\"version\":1,\"approvals\":[";
    for (std::size_t i = 0; i < all.size(); ++i)
        text += (i == 0 ? "\n" : ",\n") + jsonOf(all[i]);
    return writeFileAtomically(file, text + "\n]}\n");
}

/// Changes the file while no other program does.
template <typename Change> Status change(const Change& how)
{
    const auto file = approvals::file();
    if (!file)
        return file.error();
    const std::filesystem::path folder = file->parent_path();
    if (auto made = makeFolder(folder); !made)
        return made;
    const Descriptor lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (lock.get() < 0 || ::flock(lock.get(), LOCK_EX) != 0)
        return Error{ErrorCode::Io, std::string("the folder cannot be locked: ") + std::strerror(errno),
                     folder.string()};
    auto known = approvals::read();
    if (!known) {
        std::error_code ignored;
        std::filesystem::rename(*file, file->string() + ".damaged", ignored);
        known = std::vector<Approval>();
    }
    std::vector<Approval> all = known.take();
    return how(all) ? write(*file, std::move(all)) : Status();
}

/// "https://b in place of https://a", "https://b as well", "https://a no longer"; empty where nothing changed.
std::string difference(const std::vector<std::string>& before, const std::vector<std::string>& now)
{
    const auto without = [](const std::vector<std::string>& all, const std::vector<std::string>& some) {
        std::vector<std::string> rest;
        for (const std::string& one : all) {
            if (std::find(some.begin(), some.end(), one) == some.end())
                rest.push_back(one);
        }
        return rest;
    };
    const std::string added = enumerated(without(now, before)), gone = enumerated(without(before, now));
    return added.empty() && gone.empty() ? std::string()
           : gone.empty()                ? added + " as well"
           : added.empty()               ? gone + " no longer"
                                         : added + " in place of " + gone;
}

std::vector<std::string> listOfOne(const std::string& word)
{
    return word.empty() ? std::vector<std::string>() : std::vector<std::string>{word};
}

std::vector<std::string> changedSettings(const ConnectionReach& before, const ConnectionReach& now)
{
    std::set<std::string> changed;
    for (const auto& [one, other] : {std::pair{&before, &now}, std::pair{&now, &before}}) {
        for (const auto& [key, print] : one->settings) {
            const auto found = other->settings.find(key);
            if (found == other->settings.end() || found->second != print)
                changed.insert(key);
        }
    }
    return {changed.begin(), changed.end()};
}

} // namespace

namespace approvals {

Result<std::filesystem::path> file()
{
    const char* config = std::getenv("XDG_CONFIG_HOME");
    if (config && config[0] == '/') // a relative one is to be ignored
        return std::filesystem::path(config) / "altimeter" / "approvals.json";
    const char* home = std::getenv("HOME");
    const passwd* user = home && *home ? nullptr : ::getpwuid(::geteuid());
    const std::string folder = home && *home ? home : user && user->pw_dir ? user->pw_dir : "";
    if (folder.empty())
        return Error{ErrorCode::NotFound,
                     "there is no place for the confirmations of connections",
                     {},
                     "Set XDG_CONFIG_HOME or HOME."};
    return std::filesystem::path(folder) / ".config" / "altimeter" / "approvals.json";
}

Result<std::vector<Approval>> read()
{
    const auto place = file();
    if (!place)
        return place.error();
    const auto text = textOf(*place);
    if (!text)
        return text.error();
    std::vector<Approval> all;
    if (text->empty())
        return all;
    const auto json = Json::parse(*text, {});
    if (!json || !(*json)["approvals"].isArray())
        return damaged(*place, "it is no list of confirmations");
    if ((*json)["version"].text() != "1")
        return damaged(*place, "another version of the program wrote it");
    for (const Json& item : (*json)["approvals"].items()) {
        if (!readOne(item, all.emplace_back()))
            return damaged(*place, "confirmation " + std::to_string(all.size()) + " is not whole");
    }
    return all;
}

Status keep(const Approval& approval)
{
    return change([&approval](std::vector<Approval>& all) {
        std::erase_if(all, [&approval](const Approval& one) {
            return one.workspace == approval.workspace && one.connection == approval.connection;
        });
        all.push_back(approval);
        return true;
    });
}

Status forget(const std::string& workspace, const std::string& connection)
{
    return change([&](std::vector<Approval>& all) {
        return std::erase_if(all, [&](const Approval& one) {
                   return one.workspace == workspace && one.connection == connection;
               }) > 0;
    });
}

} // namespace approvals

std::string lacking(const Approval* approval, const std::string& kind, const ConnectionReach& reach)
{
    if (!approval)
        return "it was never confirmed on this computer";
    std::vector<std::string> changes;
    const auto add = [&changes](const char* what, const std::string& how) {
        if (!how.empty())
            changes.push_back(what + how);
    };
    const ConnectionReach& before = approval->reach;
    if (approval->kind != kind)
        changes.push_back("its kind is " + kind + " in place of " + approval->kind);
    add("it asks ", difference(before.origins, reach.origins));
    add("it may be redirected to ", difference(before.redirects, reach.redirects));
    add("it goes by the proxy ", difference(listOfOne(before.proxy), listOfOne(reach.proxy)));
    add("it trusts the certificates in ", difference(listOfOne(before.caFile), listOfOne(reach.caFile)));
    add("it reads the file ", difference(before.files, reach.files));
    add("it reads the environment variable ", difference(before.environment, reach.environment));
    if (changes.empty())
        add("other settings: ", enumerated(changedSettings(before, reach)));
    if (!changes.empty())
        return "it changed since it was confirmed here: " + enumerated(changes);
    return !reach.plain.empty() && !approval->allowsPlainHttp
               ? "it was not confirmed that keys go unencrypted to " + enumerated(reach.plain)
               : std::string();
}

} // namespace altimeter::session
