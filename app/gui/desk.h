#pragma once

#include "app/gui/mailbox.h"
#include "app/session/jobs/jobrunner.h"
#include "app/session/workspace/engine.h"
#include "ui/backend/answer.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>

namespace altimeter::gui {

/// What the areas of the window's session share: the workspace that is open, the workers, and the way back to the
/// window's thread, to which all methods belong. Questions run on two workers, what is written queues on one, and
/// syncs, which wait for servers, keep neither waiting.
class Desk {
public:
    using EnginePtr = std::shared_ptr<session::Engine>;

    /// `onChanged` is told on the window's thread whenever the workspace changed.
    explicit Desk(std::function<void()> onChanged);

    const EnginePtr& engine() const { return m_engine; } ///< null: none open
    void setEngine(EnginePtr engine);
    /// The revision to ask of: the newest, and the same one for all that is asked in one turn of the event loop, so
    /// that the questions of a page agree with each other. Null: none open.
    const session::SnapshotPtr& snapshot();
    /// Tells the window that the workspace changed.
    void announce();
    /// The same where the workspace is of a revision that the window was not told of, whoever made it.
    void announceNews();

    session::JobRunner& questions() { return m_questions; }
    session::JobRunner& writes() { return m_writes; }
    session::JobRunner& syncs() { return m_syncs; }
    /// Brings a closure to the window's thread; from any thread, as long as this lives.
    void post(std::function<void()> closure) { m_mailbox.post(std::move(closure)); }
    /// `sink`, to be called from a worker.
    template <typename T> std::function<void(const T&)> relay(std::function<void(const T&)> sink)
    {
        return [this, sink = std::move(sink)](const T& at) {
            post([sink, at] {
                if (sink)
                    sink(at);
            });
        };
    }
    /// A slot that nothing else uses, for what must not be replaced by the next of its kind.
    std::string newSlot(const std::string& what) { return what + std::to_string(++m_lastSlot); }
    QObject* owner() { return &m_mailbox; } ///< lives as long as this

    /// Asks `question(snapshot, stop)` on a worker; without an open workspace the answer is an Error.
    template <typename T, typename Question> void ask(const std::string& slot, ui::Answer<T> answer, Question question)
    {
        m_questions.run(
            slot,
            [asked = snapshot(), question = std::move(question)](const std::stop_token& stop) -> Result<T> {
                return asked ? question(*asked, stop) : Result<T>(nothingOpen());
            },
            std::move(answer));
    }
    /// The same of what belongs to no revision (connections, which change without one): `question(engine, stop)`.
    template <typename T, typename Question>
    void askEngine(const std::string& slot, ui::Answer<T> answer, Question question)
    {
        m_questions.run(slot, withEngine<T>(std::move(question)), std::move(answer));
    }
    /// Runs `write(engine, stop)` on the writing worker; where it changes figures, tells the window that the workspace
    /// changed.
    enum class Affects { Figures, ViewsOnly };
    template <typename T, typename Write>
    void change(const std::string& slot, Affects affects, ui::Answer<T> answer, Write write)
    {
        m_writes.run(slot, withEngine<T>(std::move(write)),
                     [this, affects, answer = std::move(answer)](Result<T> result) {
                         const bool changed = result.ok() && affects == Affects::Figures;
                         letGo(); // whoever is answered may ask of what was written
                         answer(std::move(result));
                         if (changed)
                             announce();
                     });
    }
    static Error nothingOpen() { return {ErrorCode::NotFound, "no workspace is open", {}}; }

private:
    void letGo();
    template <typename T, typename Work> auto withEngine(Work work)
    {
        return [engine = m_engine, work = std::move(work)](const std::stop_token& stop) -> Result<T> {
            return engine ? work(*engine, stop) : Result<T>(nothingOpen());
        };
    }

    const std::function<void()> m_onChanged;
    EnginePtr m_engine;
    session::SnapshotPtr m_snapshot; ///< of this turn of the event loop; null until something is asked
    std::uint64_t m_announced = 0;   ///< the revision that the window was told of last
    std::uint64_t m_lastSlot = 0;
    Mailbox m_mailbox;
    session::JobRunner m_questions; ///< after the mailbox: stopped and joined before the mailbox dies
    session::JobRunner m_writes;
    session::JobRunner m_syncs;
};

/// Success as the window asks for it: true.
inline Result<bool> toResult(const Status& status)
{
    return status ? Result<bool>(true) : Result<bool>(status.error());
}

} // namespace altimeter::gui
