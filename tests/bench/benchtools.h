#pragma once

#include "models/domain/result.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

/// What the measuring programs share: anything that fails ends them with a sentence.
namespace altimeter::bench {

[[noreturn]] inline void fail(const std::string& what)
{
    std::cerr << "bench: " << what << '\n';
    std::exit(1);
}

template <typename T> T must(Result<T> result)
{
    if (!result)
        fail(result.error().text());
    return result.take();
}

inline std::string contentOf(const std::string& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream || text.str().empty())
        fail(file + " cannot be read");
    return text.str();
}

} // namespace altimeter::bench
