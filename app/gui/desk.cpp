#include "app/gui/desk.h"

namespace altimeter::gui {

namespace {

constexpr std::size_t kQuestionsAtATime = 2;
constexpr std::size_t kSyncsAtATime = 4;

} // namespace

Desk::Desk(std::function<void()> onChanged)
    : m_onChanged(std::move(onChanged)),
      m_questions(kQuestionsAtATime, [this](std::function<void()> closure) { post(std::move(closure)); }),
      m_writes(1, [this](std::function<void()> closure) { post(std::move(closure)); }),
      m_syncs(kSyncsAtATime, [this](std::function<void()> closure) { post(std::move(closure)); })
{
}

} // namespace altimeter::gui
