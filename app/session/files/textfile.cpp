#include "app/session/files/textfile.h"

#include "providers/core/inputfile.h"

#include <array>
#include <cerrno>
#include <cstring>

namespace altimeter::session {

Result<std::string> readTextFile(const std::filesystem::path& file, std::uintmax_t limitBytes)
{
    const auto input = providers::openInputFile(file, file.string(), providers::Streams::Inherited);
    if (!input)
        return input.error();
    std::string text;
    std::array<char, 65536> buffer{};
    while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), input->get())) {
        text.append(buffer.data(), count);
        if (text.size() > limitBytes)
            return Error{ErrorCode::Invalid, "the file is too large", file.string()};
    }
    if (std::ferror(input->get()) != 0)
        return Error{ErrorCode::Io, std::strerror(errno), file.string()};
    return text;
}

} // namespace altimeter::session
