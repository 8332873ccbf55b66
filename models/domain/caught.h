#pragma once

#include "models/domain/result.h"

#include <exception>
#include <new>
#include <system_error>
#include <type_traits>
#include <utility>

namespace altimeter {

/// What an exception that left a piece of work comes to. Called where one is caught.
inline Error errorOfException()
{
    try {
        throw;
    } catch (const std::bad_alloc&) {
        return {
            ErrorCode::NoMemory, "not enough memory", {}, "Ask for less at a time; what is stored stays as it was."};
    } catch (const std::system_error& error) {
        return {ErrorCode::Io, error.what(), {}};
    } catch (const std::exception& error) {
        return {
            ErrorCode::Unsupported, std::string("the program met something it was not made for: ") + error.what(), {}};
    } catch (...) {
        return {ErrorCode::Unsupported, "the program met something it was not made for", {}};
    }
}

/// Calls `work()`, which answers a Result or a Status, and answers what it answers; an exception comes back as an
/// Error. Exceptions end here: at the edges of threads and programs. Inside, errors are values.
template <typename Work> std::invoke_result_t<Work&> caught(Work&& work)
{
    try {
        return work();
    } catch (...) {
        return errorOfException();
    }
}

} // namespace altimeter
