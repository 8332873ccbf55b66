#pragma once

#include "models/domain/questions.h"
#include "ui/backend/answer.h"

#include <any>
#include <cassert>
#include <functional>
#include <stop_token>
#include <string>
#include <utility>

namespace altimeter::ui {

/// The answer to a question on a stretch of its way where nobody needs to know which question it was.
class AnyAnswer {
public:
    template <typename T> static AnyAnswer of(T value) { return AnyAnswer(std::any(std::move(value))); }
    /// Once, and with the type that of() was given.
    template <typename T> T take()
    {
        T* value = std::any_cast<T>(&m_value);
        assert(value && "the answer to another question");
        return std::move(*value);
    }

private:
    explicit AnyAnswer(std::any value) : m_value(std::move(value)) {}
    std::any m_value;
};

/// Questions about the open workspace (models/domain/questions.h), and work on what was answered.
///
/// Every call names a slot: the newest request of a slot wins, an older one is asked to stop and its answer is dropped.
/// Called on the window's thread, where the answers arrive later.
class Questions {
public:
    virtual ~Questions() = default;

    /// Asks of the newest revision. What is asked in one turn of the event loop is asked of one revision, so that all
    /// parts of a page agree with each other, whoever writes meanwhile. Errors: NotFound where no workspace is open;
    /// those of the question; Cancelled.
    template <IsQuestion Q> void ask(const std::string& slot, Q question, Answer<typename Q::Answer> answer)
    {
        put(slot, std::move(question), [answer = std::move(answer)](Result<AnyAnswer> found) {
            if (found)
                answer(found->template take<typename Q::Answer>());
            else
                answer(found.error());
        });
    }

    /// Runs `work`, a function of values it holds itself, on a worker and then `done` on the window's thread: for what
    /// takes a million rows longer than a frame (putting them in order, letting go of them).
    /// `done(false)`: there was no memory for it.
    virtual void compute(const std::string& slot, std::function<void(const std::stop_token&)> work,
                         std::function<void(bool isDone)> done) = 0;

protected:
    /// As ask(); the answer is made by AnyAnswer::of() from the question's Answer.
    virtual void put(const std::string& slot, Question question, Answer<AnyAnswer> answer) = 0;
};

} // namespace altimeter::ui
