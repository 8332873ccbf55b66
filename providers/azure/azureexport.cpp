#include "providers/azure/azureexport.h"

#include "models/text/words.h"
#include "providers/azure/azurelogin.h"
#include "providers/azure/exportmanifest.h"
#include "providers/core/fields.h"

#include <algorithm>
#include <optional>
#include <set>

namespace altimeter::providers {

namespace {

constexpr std::string_view kSeen = "manifest:"; ///< + path, in the state: what the manifest says
constexpr std::string_view kLoaded = "loaded:"; ///< + month, in the state: the run the month was loaded from
constexpr std::uint64_t kLargestFile = std::uint64_t{16} << 30U;

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "azure-export";
    info.title = "Azure FOCUS export";
    info.summary = "Every charge of a FOCUS cost export in an Azure storage account, month by month.";
    info.rights = "An app registration in Microsoft Entra with a client secret, and for it the role Storage Blob Data "
                  "Reader on the container of the exports.";
    info.fields = azureLoginFields();
    const std::vector<ConnectorField> more{
        needed(FieldKind::Url, "storage_url", "Storage account",
               "The blob address of the storage account, https://<account>.blob.core.windows.net."),
        needed(FieldKind::Text, "container", "Container", "The container the export writes to."),
        offered(FieldKind::Text, "root_folder", "Root folder",
                "The directory of the export; empty for the whole container."),
        needed(
            FieldKind::Text, "export_name", "Export",
            "The name of the FOCUS export, or several separated by commas (one per day, one per month). Others in the "
            "folder are left alone."),
        offered(FieldKind::Text, "export_scope", "Scope of the export",
                "Needed only when exports of one name but of several scopes write to the folder: /subscriptions/…."),
        offered(FieldKind::Text, "token_scope", "Scope of the token",
                "Change it only for a gateway or a cloud of its own.", "https://storage.azure.com/.default"),
    };
    info.fields.insert(info.fields.end(), more.begin(), more.end());
    info.slice = ConnectorInfo::Slice::Month;
    info.backfillDays = 400;
    info.refetchDays = 40;
    info.finalAfterDays = 36;
    info.chunkDays = 92; // a sync lists the container and signs in once for three months
    info.freshness = "As often as the export runs, usually daily. Azure may change a month until five days after its "
                     "end; a month whose export did not change is not downloaded again.";
    return info;
}

std::string withoutSlashes(std::string_view text)
{
    return std::string(words::trimmed(text, "/"));
}

bool isManifest(const std::string& name)
{
    return words::equalsIgnoreCase(name.substr(name.rfind('/') + 1), "manifest.json");
}

/// The names of a list with commas, in lower case.
std::set<std::string> namesOf(const std::string& list)
{
    const auto names = listOf(words::toLower(list), ',');
    return {names.begin(), names.end()};
}

class AzureExport final : public Connector {
public:
    AzureExport(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_container('/' + percentEncoded(withoutSlashes(setup.value(info, "container")))),
          m_root(withoutSlashes(setup.value(info, "root_folder"))), m_export(setup.value(info, "export_name")),
          m_names(namesOf(m_export)), m_scope(words::toLower(withoutSlashes(setup.value(info, "export_scope")))),
          m_login(azureLogin(setup, info, setup.value(info, "token_scope"), {})),
          m_api(setup.http, {info.title,
                             setup.value(info, "storage_url"),
                             {{"x-ms-version", "2021-08-06"}},
                             {},
                             "The storage account does not accept the token: check the tenant and the address of the "
                             "storage account.",
                             "Give the app registration the role Storage Blob Data Reader on the container " +
                                 setup.value(info, "container") +
                                 ", and allow this network in the firewall of the storage account."})
    {
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const auto page = list({}, stop);
        if (!page)
            return page.error();
        const auto runs = std::count_if(page->blobs.begin(), page->blobs.end(),
                                        [](const Blob& blob) { return isManifest(blob.name); });
        if (runs == 0)
            return std::string("The container may be read. There is no run of an export in it yet.");
        return "The container may be read. Runs of exports found: " + std::to_string(runs) +
               (page->next.empty() ? "." : " on the first page.");
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = delivery.begin("export " + m_export); !done)
            return done;
        m_blobs.clear();
        m_manifests.clear();
        if (auto done = listAll(stop); !done)
            return done;
        const auto runs = findRuns(request, delivery, stop);
        if (!runs)
            return runs.error();
        std::vector<DateRange> covered;
        for (const auto& [month, run] : *runs) {
            if (!request.window.contains(month))
                continue;
            const std::string loaded = std::string(kLoaded) + monthText(month);
            const auto before = request.state.find(loaded);
            if (before != request.state.end() && before->second == run.identity())
                continue;
            const auto count = load(run, delivery, stop);
            if (!count)
                return count.error();
            if (*count == 0) {
                if (auto done = delivery.finding(Severity::Warning, "month-not-ready", 0,
                                                 monthText(month) + " names no data files; it is left as it was");
                    !done)
                    return done;
                continue;
            }
            delivery.state[loaded] = run.identity();
            covered.push_back({month, month.addMonths(1)});
        }
        delivery.setCovered(std::move(covered)); // unchanged months stay as they are
        return {};
    }

private:
    Result<HttpResponse> ask(HttpRequest request, const std::string& path, const std::stop_token& stop)
    {
        const auto token = m_login.token(stop);
        if (!token)
            return token.error();
        m_api.setHeader("Authorization", "Bearer " + token->reveal());
        return m_api.send(std::move(request), path, stop);
    }

    Result<BlobPage> list(const std::string& marker, const std::stop_token& stop)
    {
        std::string path = m_container + "?restype=container&comp=list";
        if (!m_root.empty())
            path += "&prefix=" + percentEncoded(m_root + '/');
        if (!marker.empty())
            path += "&marker=" + percentEncoded(marker);
        const auto answer = ask({}, path, stop);
        if (!answer)
            return answer.error();
        const std::string_view type = answer->header("content-type");
        if (type.find("html") != std::string_view::npos)
            return Error{ErrorCode::Invalid, "the server answered a web page instead of a listing", m_container,
                         "Check the address of the storage account: a sign-in page or a proxy may be in between."};
        return blobPageOf(answer->body, "listing of " + m_container);
    }

    Status listAll(const std::stop_token& stop)
    {
        CursorGuard guard("listing of " + m_container, 10'000);
        std::string marker;
        for (;;) {
            auto page = list(marker, stop);
            if (!page)
                return page.error();
            for (Blob& blob : page->blobs)
                m_blobs[blob.name] = blob;
            marker = page->next;
            if (marker.empty())
                return {};
            if (auto done = guard.next(marker); !done)
                return done;
        }
    }

    Result<ExportManifest> manifestOf(const Blob& blob, const std::stop_token& stop)
    {
        const auto known = m_manifests.find(blob.name);
        if (known != m_manifests.end())
            return known->second;
        const auto answer = ask({}, m_container + '/' + percentEncoded(blob.name, true), stop);
        if (!answer)
            return answer.error();
        auto manifest = exportManifestOf(answer->body, blob);
        if (manifest)
            m_manifests[blob.name] = *manifest;
        return manifest;
    }

    /// The newest run of each month of the export that is configured; remembers what the manifests said.
    Result<std::map<Day, ExportRun>> findRuns(const FetchRequest& request, Delivery& delivery,
                                              const std::stop_token& stop)
    {
        for (const auto& [key, value] : request.state) {
            if (!key.starts_with(kSeen)) // deleted runs are forgotten
                delivery.state[key] = value;
        }
        std::map<Day, ExportRun> newest;
        std::set<std::string> others, scopes;
        for (const auto& [name, blob] : m_blobs) {
            if (!isManifest(name))
                continue;
            const auto run = runOf(blob, request, stop);
            if (!run)
                return run.error();
            delivery.state[std::string(kSeen) + name] = run->remembered();
            if (!m_names.contains(words::toLower(run->exportName))) {
                others.insert(run->exportName);
                continue;
            }
            scopes.insert(run->scope);
            if (!m_scope.empty() && withoutSlashes(run->scope) != m_scope)
                continue;
            const auto [at, isFirst] = newest.try_emplace(run->month, *run);
            if (!isFirst && run->submitted >= at->second.submitted)
                at->second = *run;
        }
        if (auto done = tell(others, scopes, newest.empty(), delivery); !done)
            return done.error();
        return newest;
    }

    Result<ExportRun> runOf(const Blob& blob, const FetchRequest& request, const std::stop_token& stop)
    {
        const auto seen = request.state.find(std::string(kSeen) + blob.name);
        if (seen != request.state.end() && !blob.etag.empty()) {
            auto run = ExportRun::recalled(blob.name, seen->second);
            if (run && run->etag == blob.etag)
                return run;
        }
        const auto manifest = manifestOf(blob, stop);
        if (!manifest)
            return manifest.error();
        return manifest->run;
    }

    Status tell(const std::set<std::string>& others, const std::set<std::string>& scopes, bool isNothing,
                Delivery& delivery) const
    {
        const auto joined = [](const std::set<std::string>& names) {
            std::string text;
            for (const std::string& name : names)
                text += (text.empty() ? "" : ", ") + name;
            return text;
        };
        if (scopes.size() > 1 && m_scope.empty())
            return Error{ErrorCode::Invalid,
                         "exports named " + m_export + " of several scopes write to one folder: " + joined(scopes),
                         m_root,
                         "Name one of them as the scope of the export in the connection's settings; adding "
                         "them up could count costs twice."};
        if (!others.empty()) {
            if (auto done =
                    delivery.finding(Severity::Note, "other-exports", 0,
                                     "other exports write to the same folder and were left alone: " + joined(others));
                !done)
                return done;
        }
        if (!isNothing)
            return {};
        return delivery.finding(Severity::Warning, "no-export-run", 0,
                                "no finished run of the export " + m_export + " was found in the folder \"" + m_root +
                                    '"');
    }

    /// The part as the listing knows it: manifests name it by its whole path or relative to themselves.
    const Blob* blobOf(const std::string& name, const std::string& manifest) const
    {
        const std::string folder = manifest.substr(0, manifest.rfind('/') + 1);
        for (const std::string& path : {withoutSlashes(name), folder + name.substr(name.rfind('/') + 1)}) {
            if (const auto found = m_blobs.find(path); found != m_blobs.end())
                return &found->second;
        }
        return nullptr;
    }

    /// How many files of the run are part of the delivery now: all.
    Result<std::size_t> load(const ExportRun& run, Delivery& delivery, const std::stop_token& stop)
    {
        const auto manifest = manifestOf(m_blobs.at(run.path), stop);
        if (!manifest)
            return manifest.error();
        if (auto done = manifest->checkReadable(); !done)
            return done.error();
        int number = 0;
        std::uint64_t twice = 0;
        std::set<std::string> names;
        for (const ExportManifest::Part& part : manifest->parts) {
            const Blob* blob = blobOf(part.name, run.path);
            if (!blob)
                return Error{ErrorCode::Invalid, "the manifest names the file " + part.name + ", which is not there",
                             run.path, "Run the export again."};
            if (!names.insert(blob->name).second) {
                ++twice;
                continue;
            }
            HttpRequest request;
            request.maxBytes = kLargestFile;
            request.timeout = std::chrono::seconds(0);
            const bool isPacked = blob->name.ends_with(".gz");
            request.saveTo = delivery.options().folder / ("azure-" + monthText(run.month) + '-' +
                                                          std::to_string(++number) + (isPacked ? ".csv.gz" : ".csv"));
            const auto answer = ask(request, m_container + '/' + percentEncoded(blob->name, true), stop);
            if (!answer)
                return answer.error();
            // Of a packed file the manifest may count the bytes before packing.
            const bool isWhole = part.bytes == 0
                                     ? answer->bytes == blob->bytes
                                     : answer->bytes == part.bytes || (isPacked && answer->bytes == blob->bytes);
            if (!isWhole)
                return Error{ErrorCode::Invalid,
                             "a file has " + std::to_string(answer->bytes) + " bytes, but " +
                                 std::to_string(part.bytes == 0 ? blob->bytes : part.bytes) + " were announced",
                             blob->name, "It may just be written anew: sync again later."};
            if (auto done = delivery.addFile({request.saveTo, blob->name}); !done)
                return done.error();
        }
        if (twice > 0) {
            if (auto done = delivery.finding(Severity::Warning, "file-named-twice", twice,
                                             "the manifest of " + monthText(run.month) +
                                                 " names files more than once; each is counted once");
                !done)
                return done.error();
        }
        return names.size();
    }

    std::string m_container, m_root, m_export;
    std::set<std::string> m_names; ///< of the exports that count, lower case
    std::string m_scope;
    OAuth2 m_login;
    Api m_api;
    std::map<std::string, Blob> m_blobs;               ///< by name
    std::map<std::string, ExportManifest> m_manifests; ///< read in this fetch, by path
};

} // namespace

ConnectorKind azureExportKind()
{
    const ConnectorInfo info = describe();
    return {info, {}, [info](const ConnectorSetup& setup) { return std::make_unique<AzureExport>(setup, info); }};
}

} // namespace altimeter::providers
