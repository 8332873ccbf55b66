#include "providers/focus/costfiles.h"

#include "models/text/words.h"
#include "providers/core/bytesource.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <system_error>

namespace altimeter::providers {

namespace {

namespace fs = std::filesystem;

struct Form {
    std::string_view mark; ///< an ending of names, or what files begin with
    std::string_view what;
};

/// By the ending of the name, in lower case. What is a document, a picture or a program is nobody's delivery.
constexpr std::array kForms{Form{".parquet", "a Parquet file"},    Form{".parq", "a Parquet file"},
                            Form{".zst", "a Zstandard archive"},   Form{".zstd", "a Zstandard archive"},
                            Form{".zip", "a ZIP archive"},         Form{".xlsx", "an Excel workbook"},
                            Form{".xlsm", "an Excel workbook"},    Form{".xlsb", "an Excel workbook"},
                            Form{".xls", "an Excel workbook"},     Form{".ods", "a spreadsheet (OpenDocument)"},
                            Form{".bz2", "a bzip2 archive"},       Form{".xz", "an xz archive"},
                            Form{".lz4", "an LZ4 archive"},        Form{".sz", "a Snappy archive"},
                            Form{".snappy", "a Snappy archive"},   Form{".br", "a Brotli archive"},
                            Form{".7z", "a 7-Zip archive"},        Form{".rar", "a RAR archive"},
                            Form{".tar", "a tar archive"},         Form{".tgz", "a tar archive"},
                            Form{".tar.gz", "a tar archive"},      Form{".orc", "an ORC file"},
                            Form{".avro", "an Avro file"},         Form{".arrow", "an Arrow file"},
                            Form{".feather", "an Arrow file"},     Form{".jsonl", "JSON lines"},
                            Form{".jsonl.gz", "JSON lines"},       Form{".ndjson", "JSON lines"},
                            Form{".ndjson.gz", "JSON lines"},      Form{".json", "a JSON file"},
                            Form{".json.gz", "a JSON file"},       Form{".psv", "text separated by bars"},
                            Form{".sqlite", "an SQLite database"}, Form{".sqlite3", "an SQLite database"},
                            Form{".duckdb", "a DuckDB database"}};

/// By the first bytes; office files of today are ZIP archives.
constexpr std::array kBeginnings{Form{"PAR1", "a Parquet file"},
                                 Form{"\x28\xB5\x2F\xFD", "a Zstandard archive"},
                                 Form{"PK\x03\x04", "a ZIP archive or an Excel workbook"},
                                 Form{"PK\x05\x06", "a ZIP archive"},
                                 Form{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an Excel workbook of the old kind"},
                                 Form{"BZh", "a bzip2 archive"},
                                 Form{"\xFD"
                                      "7zXZ",
                                      "an xz archive"},
                                 Form{"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"},
                                 Form{"Rar!\x1A\x07", "a RAR archive"},
                                 Form{"\x04\x22\x4D\x18", "an LZ4 archive"},
                                 Form{"\xFF\x06", "a Snappy archive"},
                                 Form{"%PDF-", "a PDF document"},
                                 Form{"SQLite format 3", "an SQLite database"},
                                 Form{"ORC\x0A", "an ORC file"},
                                 Form{"Obj\x01", "an Avro file"},
                                 Form{"ARROW1", "an Arrow file"}};

constexpr std::size_t kTarMark = 257; ///< where a tar archive says "ustar"

/// Files that exports lay beside their data to describe it.
bool isDescription(std::string_view name)
{
    return name.find("manifest") != std::string_view::npos || name.find("metadata") != std::string_view::npos ||
           name.find("schema") != std::string_view::npos || name.starts_with("_");
}

/// Nobody's delivery: hidden, a lock, or what a system leaves in archives.
bool isHidden(const fs::path& path)
{
    const std::string name = path.filename().string();
    return name.starts_with('.') || name.starts_with("~$") || name == "__MACOSX";
}

bool isCostFile(std::string_view name)
{
    for (const std::string_view ending : {".csv", ".csv.gz", ".tsv", ".tsv.gz"}) {
        if (name.ends_with(ending))
            return true;
    }
    return false;
}

std::string_view formOf(const fs::path& file)
{
    std::array<char, 512> begin{};
    std::ifstream in(file, std::ios::binary);
    in.read(begin.data(), begin.size());
    return formByBytes({begin.data(), static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount()))});
}

/// The first line of a file, packed or not, as far as it is short enough to be a header.
std::string firstLine(const fs::path& file)
{
    const auto source = openByteSource(file, file.filename().string());
    if (!source)
        return {};
    std::array<char, std::size_t{16} << 10U> begin{};
    std::string text;
    while (text.size() < begin.size() && text.find('\n') == std::string::npos) {
        const auto read = (*source)->read(begin);
        if (!read || *read == 0)
            break;
        text.append(begin.data(), *read);
    }
    std::erase(text, '\0'); // UTF-16
    return text.substr(0, text.find('\n'));
}

/// What a name without a known ending hides: parts of exports have none, and downloads have one too many.
enum class Hidden : std::uint8_t { Nothing, Charges, Table };
Hidden hiddenIn(const fs::path& file)
{
    constexpr std::ptrdiff_t kFewest = 4; // separators of a header
    const std::string line = firstLine(file);
    if (line.find("BilledCost") != std::string::npos && line.find("ChargePeriodStart") != std::string::npos)
        return Hidden::Charges;
    for (const char separator : {',', ';', '\t', '|'}) {
        if (std::count(line.begin(), line.end(), separator) >= kFewest && line.find('{') == std::string::npos)
            return Hidden::Table;
    }
    return Hidden::Nothing;
}

/// A cost file with something behind its ending: "a.csv.gz.1", "a.csv.part", "a.csv~".
bool isRenamedCostFile(std::string_view name)
{
    for (const std::string_view ending : {".csv", ".tsv"}) {
        const std::size_t at = name.rfind(ending);
        if (at != std::string_view::npos && at + ending.size() < name.size() &&
            std::string_view(".~-_ (").find(name[at + ending.size()]) != std::string_view::npos)
            return true;
    }
    return false;
}

/// Files whose names do not say what they are. Those that describe others are no tables of charges.
void addUnnamed(const fs::path& file, std::string_view name, CostFiles& found)
{
    const bool hasEnding = name.find('.') != std::string_view::npos;
    const bool isText = name.ends_with(".txt") || name.ends_with(".txt.gz") || name.ends_with(".gz");
    if (isRenamedCostFile(name)) {
        if (!isDescription(name))
            found.unread.push_back({file, "a copy or an unfinished part of a CSV file by its name"});
        return;
    }
    if ((hasEnding && !isText) || isDescription(name))
        return;
    const Hidden hidden = hiddenIn(file);
    if (hidden == Hidden::Charges && !hasEnding)
        found.files.push_back(file);
    else if (hidden != Hidden::Nothing)
        found.unread.push_back({file, "a table whose name does not end in .csv"});
    else if (const auto form = formOf(file); !form.empty())
        found.unread.push_back({file, std::string(form)});
}

std::string_view unreadForm(std::string_view name)
{
    const auto found =
        std::find_if(kForms.begin(), kForms.end(), [name](const Form& form) { return name.ends_with(form.mark); });
    if (found == kForms.end() || (found->mark.starts_with(".json") && isDescription(name)))
        return {};
    return found->what;
}

Error noneIn(const fs::path& path, const std::vector<UnreadFile>& unread)
{
    Error error{ErrorCode::NotFound, "holds no cost files (*.csv, *.csv.gz, *.tsv)", path.string()};
    if (!unread.empty()) {
        error.what += "; " + unread.front().path.filename().string() + " is " + unread.front().what;
        if (unread.size() > 1)
            error.what += ", and " + std::to_string(unread.size() - 1) + " more cannot be read";
        error.todo = "Export the charges as CSV.";
    }
    return error;
}

Result<CostFiles> filesBelow(const fs::path& path)
{
    std::error_code problem;
    CostFiles found;
    fs::recursive_directory_iterator walk(path, fs::directory_options::skip_permission_denied, problem);
    for (; !problem && walk != fs::recursive_directory_iterator(); walk.increment(problem)) {
        std::error_code ignored;
        if (isHidden(walk->path())) {
            walk.disable_recursion_pending();
            continue;
        }
        if (!walk->is_regular_file(ignored))
            continue;
        const std::string name = words::toLower(walk->path().filename().string());
        if (isCostFile(name))
            found.files.push_back(walk->path());
        else if (const auto form = unreadForm(name); !form.empty())
            found.unread.push_back({walk->path(), std::string(form)});
        else
            addUnnamed(walk->path(), name, found);
    }
    if (problem)
        return Error{ErrorCode::Io, "the folder cannot be read: " + problem.message(), path.string()};
    std::sort(found.files.begin(), found.files.end());
    std::sort(found.unread.begin(), found.unread.end(),
              [](const UnreadFile& a, const UnreadFile& b) { return a.path < b.path; });
    return found;
}

} // namespace

Result<CostFiles> findCostFiles(const fs::path& path)
{
    std::error_code problem;
    if (fs::is_regular_file(path, problem))
        return CostFiles{{path}, {}};
    if (!fs::is_directory(path, problem) && fs::exists(path, problem))
        return Error{ErrorCode::Invalid, "is neither a file nor a folder but a pipe or a device", path.string()};
    if (!fs::is_directory(path, problem))
        return Error{ErrorCode::NotFound, "there is no such file or folder", path.string()};
    auto found = filesBelow(path);
    if (found && found->files.empty())
        return noneIn(path, found->unread);
    return found;
}

std::string_view formByBytes(std::string_view begin)
{
    for (const Form& form : kBeginnings) {
        if (begin.starts_with(form.mark))
            return form.what;
    }
    if (begin.size() > kTarMark && begin.substr(kTarMark).starts_with("ustar"))
        return "a tar archive";
    return {};
}

Status checkReadableForm(const fs::path& file, const std::string& displayName)
{
    const std::string_view form = formOf(file);
    if (form.empty())
        return {};
    return Error{ErrorCode::Unsupported, "is " + std::string(form) + "; export it as CSV", displayName};
}

} // namespace altimeter::providers
