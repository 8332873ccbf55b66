#include "app/gui/areas/sessionexports.h"

#include "app/session/files/atomicfile.h"
#include "app/session/questions/answers.h"

#include <utility>

namespace altimeter::gui {

void SessionExports::writeText(const std::string& path, std::function<std::string(const std::stop_token&)> text,
                               ui::Answer<std::string> answer)
{
    m_desk.questions().run(
        m_desk.newSlot("write"),
        [path, text = std::move(text)](const std::stop_token& stop) -> Result<std::string> {
            const std::string bytes = text(stop);
            if (stop.stop_requested()) // they may be a part only
                return Error{ErrorCode::Cancelled, "cancelled", {}};
            const Status written = session::writeFileAtomically(path, bytes);
            return written ? Result<std::string>(path) : Result<std::string>(written.error());
        },
        std::move(answer));
}

void SessionExports::writeCharges(const ui::ChargesExport& lines, const std::string& path,
                                  ui::Answer<std::string> answer)
{
    m_desk.ask<std::string>(m_desk.newSlot("export"), std::move(answer),
                            [question = ExportQuestion{lines.query, path, lines.windows, lines.comment}](
                                const session::Snapshot& snapshot, const std::stop_token& stop) {
                                return session::answer(snapshot, question, stop);
                            });
}

void SessionExports::writeWeeklyReport(const std::string& folder, CostLens lens, ui::Answer<std::string> answer)
{
    m_desk.ask<std::string>("report", std::move(answer),
                            [folder, lens](const session::Snapshot& snapshot, const std::stop_token& stop) {
                                return session::answer(snapshot, WeeklyReportQuestion{folder, lens}, stop);
                            });
}

} // namespace altimeter::gui
