#pragma once

#include <QPointer>

#include "ui/backend/backend.h"

#include <utility>

namespace altimeter::ui {

/// An answer that is dropped when `owner` no longer lives.
template <typename T, typename Function> Answer<T> guarded(QObject* owner, Function function)
{
    return [alive = QPointer<QObject>(owner), function = std::move(function)](Result<T> result) mutable {
        if (alive)
            function(std::move(result));
    };
}

} // namespace altimeter::ui
