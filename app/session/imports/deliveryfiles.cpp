#include "app/session/imports/deliveryfiles.h"

#include "models/text/utf8.h"
#include "models/text/words.h"
#include "providers/focus/costfiles.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

namespace altimeter::session {

namespace {

constexpr std::string_view kNameless = "files"; ///< the source of files whose path has no name

DeliveryFile deliveryFile(const std::filesystem::path& file, const std::filesystem::path& root)
{
    std::error_code ignored;
    const bool isFolder = std::filesystem::is_directory(root, ignored);
    const auto relative = isFolder ? std::filesystem::relative(file, root, ignored) : file.filename();
    return {file, relative.generic_string(), std::filesystem::file_size(file, ignored)};
}

bool sameBytes(const std::filesystem::path& a, const std::filesystem::path& b)
{
    std::ifstream first(a, std::ios::binary);
    std::ifstream second(b, std::ios::binary);
    std::vector<char> left(1U << 16U);
    std::vector<char> right(1U << 16U);
    while (first && second) {
        first.read(left.data(), static_cast<std::streamsize>(left.size()));
        second.read(right.data(), static_cast<std::streamsize>(right.size()));
        if (first.gcount() != second.gcount() ||
            !std::equal(left.begin(), left.begin() + first.gcount(), right.begin()))
            return false;
    }
    return first.eof() && second.eof();
}

/// "june" of "june.csv.gz".
std::string withoutEndings(std::string name)
{
    for (const std::string_view ending : {".gz", ".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json"}) {
        if (name.size() > ending.size() && words::toLower(name).ends_with(ending))
            name.resize(name.size() - ending.size());
    }
    return name;
}

/// The folder that holds them all.
std::filesystem::path commonFolder(const std::vector<std::filesystem::path>& files)
{
    std::filesystem::path common = files.front().parent_path();
    for (const auto& file : files) {
        const auto folder = file.parent_path();
        std::filesystem::path shared;
        for (auto a = common.begin(), b = folder.begin(); a != common.end() && b != folder.end() && *a == *b; ++a, ++b)
            shared /= *a;
        common = shared;
    }
    return common;
}

} // namespace

Result<DeliveryFiles> deliveryFiles(const std::vector<std::filesystem::path>& paths)
{
    DeliveryFiles delivery;
    std::set<std::filesystem::path> seen;
    std::error_code ignored;
    for (const auto& path : paths) {
        const auto found = providers::findCostFiles(path);
        if (!found)
            return found.error();
        for (const auto& file : found->files) {
            if (!seen.insert(std::filesystem::weakly_canonical(file, ignored)).second)
                continue;
            delivery.files.push_back(deliveryFile(file, path));
            delivery.bytes += delivery.files.back().bytes;
        }
        for (const providers::UnreadFile& file : found->unread) {
            if (!seen.insert(std::filesystem::weakly_canonical(file.path, ignored)).second)
                continue;
            delivery.unread.push_back(deliveryFile(file.path, path));
            delivery.forms.push_back(file.what);
        }
    }
    if (delivery.files.empty())
        return Error{ErrorCode::NotFound, "no cost files (csv or csv.gz) found",
                     paths.empty() ? std::string() : paths.front().string()};
    return delivery;
}

std::vector<Finding> unreadFindings(const DeliveryFiles& delivery)
{
    constexpr std::size_t kNamed = 20; // of each form; a folder of ten thousand has one finding for the rest
    std::vector<Finding> findings;
    std::map<std::string, std::size_t> told;
    for (std::size_t i = 0; i < delivery.unread.size(); ++i) {
        const std::string& form = delivery.forms[i];
        if (++told[form] <= kNamed)
            findings.push_back({Severity::Warning,
                                "file-not-read",
                                0,
                                0,
                                "is " + form + " and was not read; export it as CSV",
                                delivery.unread[i].name,
                                {}});
    }
    for (const auto& [form, count] : told) {
        if (count > kNamed)
            findings.push_back({Severity::Warning,
                                "file-not-read",
                                0,
                                0,
                                std::to_string(count - kNamed) + " more files of this form (" + form +
                                    ") were not read; export them as CSV",
                                {},
                                {}});
    }
    return findings;
}

const DeliveryFile* twinOf(const std::vector<DeliveryFile>& files, std::size_t index)
{
    for (std::size_t i = 0; i < index; ++i) {
        if (files[i].bytes == files[index].bytes && sameBytes(files[i].path, files[index].path))
            return &files[i];
    }
    return nullptr;
}

std::string sourceNameOf(const std::vector<std::filesystem::path>& paths)
{
    std::vector<std::filesystem::path> whole;
    std::error_code ignored;
    for (const auto& path : paths) {
        const auto absolute = std::filesystem::absolute(path, ignored).lexically_normal();
        whole.push_back(absolute.has_filename() ? absolute : absolute.parent_path()); // "exports/"
    }
    std::string name;
    if (whole.size() == 1)
        name = std::filesystem::is_directory(whole.front(), ignored)
                   ? whole.front().filename().string()
                   : withoutEndings(whole.front().filename().string());
    else if (!whole.empty())
        name = commonFolder(whole).filename().string();
    name = std::string(words::trimmed(name));
    return name.empty() || !words::isUtf8(name) ? std::string(kNameless) : name;
}

} // namespace altimeter::session
