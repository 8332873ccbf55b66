#pragma once

#include "models/domain/progress.h"
#include "models/domain/result.h"

#include <functional>

namespace altimeter::ui {

/// Where an answer goes. It is called on the window's thread, never inside the call that asked for it.
template <typename T> using Answer = std::function<void(Result<T>)>;

/// Is told on the window's thread how far some work has come; may be empty.
using ProgressSink = std::function<void(const Progress&)>;

} // namespace altimeter::ui
