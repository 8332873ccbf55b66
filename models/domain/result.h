#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace altimeter {

/// What kind of failure it was; the ui chooses its words from this, the command line its exit status.
enum class ErrorCode {
    Invalid,  ///< the caller's input cannot be used
    Io,       ///< a file or folder could not be read or written
    Database, ///< SQLite answered with an error
    Corrupt,  ///< stored bytes do not match their checksum or shape
    Overflow, ///< an amount left the representable range
    NotFound,
    Unsupported, ///< for example a workspace written by a newer program
    Busy,        ///< another program holds the workspace
    ReadOnly,    ///< the workspace can be looked at and not written
    Conflict,    ///< somebody else changed meanwhile what was to be changed
    Network,     ///< a server could not be reached, or the connection broke
    Denied,      ///< a server refused the credential or the right: 401, 402, 403
    Limited,     ///< a server asks for fewer requests, still after the pauses it asked for; or a budget is spent
    NoMemory,    ///< the system gave no more memory
    Cancelled,
};

/// A failure outside the program: code, plain English, and the place ("costs.csv, line 17, BilledCost").
struct Error {
    ErrorCode code = ErrorCode::Invalid;
    std::string what;
    std::string where;
    std::string todo{}; ///< what the user can do about it, where that is known

    /// "where: what", or only `what` where no place is known.
    std::string text() const { return where.empty() ? what : where + ": " + what; }
};

/// A value or an Error. Reading the value of a failed Result is a fault of the program (asserted).
template <typename T> class [[nodiscard]] Result {
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }
    const T& value() const
    {
        assert(ok() && "value() of a failed Result");
        return std::get<0>(m_state);
    }
    T& value()
    {
        assert(ok() && "value() of a failed Result");
        return std::get<0>(m_state);
    }
    T take()
    {
        assert(ok() && "take() of a failed Result");
        return std::move(std::get<0>(m_state));
    }
    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    /// By value, so that `for (x : *call())` does not outlive the Result.
    T operator*() && { return take(); }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }
    const Error& error() const
    {
        assert(!ok() && "error() of a good Result");
        return std::get<1>(m_state);
    }

private:
    std::variant<T, Error> m_state;
};

/// Success without a value, or an Error.
class [[nodiscard]] Status {
public:
    Status() = default;
    Status(Error error) : m_error(std::move(error)), m_failed(true) {}

    bool ok() const { return !m_failed; }
    explicit operator bool() const { return ok(); }
    const Error& error() const
    {
        assert(m_failed && "error() of a good Status");
        return m_error;
    }

private:
    Error m_error;
    bool m_failed = false;
};

} // namespace altimeter
