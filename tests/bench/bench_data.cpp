/// Writes cost files for the benchmarks and prints their exact totals as JSON.
#include "tests/bench/benchfiles.h"
#include "tests/bench/benchrows.h"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>

using namespace altimeter::bench;

namespace {

constexpr const char* kUsage =
    "usage: bench_data --out FOLDER [--shape typical|wide-tags|many-resources|few-resources|many-files]\n"
    "                  [--rows N] [--seed N] [--gz] [--month YYYY-MM] [--restate]\n";

struct Arguments {
    Spec spec;
    std::string folder;
    bool isGzip = false;
};

template <typename Number> bool parse(std::string_view text, Number& number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

bool parseMonth(std::string_view text, Spec& spec)
{
    return text.size() == 7 && text[4] == '-' && parse(text.substr(0, 4), spec.pickYear) &&
           parse(text.substr(5), spec.pickMonth) && spec.pickMonth >= 1 && spec.pickMonth <= 12;
}

bool takeValue(std::string_view name, std::string_view value, Arguments& arguments)
{
    if (name == "--shape")
        return shapeByName(value, arguments.spec.shape);
    if (name == "--rows")
        return parse(value, arguments.spec.rows) && arguments.spec.rows > 0;
    if (name == "--seed")
        return parse(value, arguments.spec.seed);
    if (name == "--month")
        return parseMonth(value, arguments.spec);
    arguments.folder = value;
    return name == "--out" && !value.empty();
}

std::optional<Arguments> parseArguments(int count, char** values)
{
    Arguments arguments;
    for (int i = 1; i < count; ++i) {
        const std::string_view name = values[i];
        if (name == "--gz")
            arguments.isGzip = true;
        else if (name == "--restate")
            arguments.spec.restate = true;
        else if (++i == count || !takeValue(name, values[i], arguments))
            return std::nullopt;
    }
    if (arguments.folder.empty())
        return std::nullopt;
    return arguments;
}

void print(const Spec& spec, const Written& written)
{
    std::printf("{\"shape\": \"%s\", \"rows\": %llu, \"bytes\": %llu, \"files\": %llu, \"first_day\": \"%s\", "
                "\"last_day\": \"%s\",\n \"totals\": {",
                std::string(shapeName(spec.shape)).c_str(), static_cast<unsigned long long>(written.rows),
                static_cast<unsigned long long>(written.bytes), static_cast<unsigned long long>(written.files),
                written.firstDay.c_str(), written.lastDay.c_str());
    const char* separator = "";
    for (const auto& [currency, sum] : written.totals) {
        std::printf("%s\n  \"%s\": {\"rows\": %llu, \"billed\": \"%s\", \"effective\": \"%s\", \"list\": \"%s\", "
                    "\"contracted\": \"%s\"}",
                    separator, currency.c_str(), static_cast<unsigned long long>(sum.rows),
                    decimalText(sum.billed).c_str(), decimalText(sum.effective).c_str(), decimalText(sum.list).c_str(),
                    decimalText(sum.contracted).c_str());
        separator = ",";
    }
    std::printf("}}\n");
}

} // namespace

int main(int count, char** values)
{
    const auto arguments = parseArguments(count, values);
    if (!arguments) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    FolderSink sink(arguments->folder, arguments->isGzip);
    Written written;
    if (!writeCostFiles(arguments->spec, sink, written)) {
        std::fprintf(stderr, "bench_data: %s\n", sink.error().c_str());
        return 1;
    }
    print(arguments->spec, written);
    return 0;
}
