#pragma once

#include <QtGlobal>

namespace testkit {

/// What a sanitizer makes slower, as a divisor: it looks at each step of the code, and not at how often chance repeats
/// it.
constexpr int sanitizerShare()
{
#if defined(__SANITIZE_THREAD__)
    return 10;
#elif defined(__SANITIZE_ADDRESS__)
    return 5;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
    return 10;
#elif __has_feature(address_sanitizer)
    return 5;
#else
    return 1;
#endif
#else
    return 1;
#endif
}

/// How often a test repeats what chance decides (random worlds, kills, fault points, damaged files), at least once:
/// `usual` times, a part of them under a sanitizer, `night` times where ALTIMETER_LONG is set ('./dev night').
inline int rounds(int usual, int night)
{
    if (qEnvironmentVariableIsSet("ALTIMETER_LONG"))
        return night;
    return qMax(1, usual / sanitizerShare());
}
inline int rounds(int usual)
{
    return rounds(usual, usual);
}

} // namespace testkit
