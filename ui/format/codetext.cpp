#include "ui/format/codetext.h"

#include <QObject>

#include "ui/format/format.h"

#include <string_view>

namespace altimeter::ui::codetext {

QString anomalyKind(const std::string& kind)
{
    if (kind == "spike")
        return QObject::tr("spike");
    if (kind == "drop")
        return QObject::tr("drop");
    if (kind == "level-shift")
        return QObject::tr("level shift");
    return kind == "slow-leak" ? QObject::tr("slow leak") : format::shown(kind);
}

QString findingSeverity(Severity severity)
{
    switch (severity) {
    case Severity::Error:
        return QObject::tr("error", "severity of a finding");
    case Severity::Warning:
        return QObject::tr("warning", "severity of a finding");
    case Severity::Note:
        break;
    }
    return QObject::tr("note", "severity of a finding");
}

QString severity(const std::string& severity)
{
    if (severity == "high")
        return QObject::tr("high", "severity");
    if (severity == "medium")
        return QObject::tr("medium", "severity");
    return severity == "low" ? QObject::tr("low", "severity") : format::shown(severity);
}

QString sourceState(const std::string& state)
{
    if (state == "ok")
        return QObject::tr("ok", "state of a source");
    if (state == "rejected lines")
        return QObject::tr("rejected lines", "state of a source");
    return state == "findings" ? QObject::tr("findings", "state of a source") : format::shown(state);
}

QString proofPart(const std::string& name)
{
    constexpr std::string_view kRejected = "rejected lines: ";
    if (name.starts_with(kRejected)) // by the check they failed, which has a name and no words
        return QObject::tr("rejected lines: %1").arg(format::shown(name.substr(kRejected.size())));
    if (name == "rejected lines of earlier deliveries are not counted: import again")
        return QObject::tr("rejected lines of earlier deliveries are not counted: import again");
    if (name == "digits below 10^-18")
        return QObject::tr("digits below 10^-18");
    if (name == "not stored")
        return QObject::tr("not stored");
    if (name == "not rolled up")
        return QObject::tr("not rolled up");
    if (name == "not allocated")
        return QObject::tr("not allocated");
    if (name == "not exported")
        return QObject::tr("not exported");
    return name == "rounding of the invoice" ? QObject::tr("rounding of the invoice") : format::shown(name);
}

QString phase(const std::string& phase)
{
    constexpr std::string_view kWaiting = "waiting ";
    if (phase == "asking")
        return QObject::tr("asking", "what a sync does");
    if (phase == "storing")
        return QObject::tr("storing", "what a sync or an import does");
    if (phase == "Copying")
        return QObject::tr("Copying");
    if (phase == "Restoring")
        return QObject::tr("Restoring");
    if (phase == "Salvaging")
        return QObject::tr("Salvaging");
    constexpr std::string_view kWhy = " s: ", kAnswered = "the provider answered ";
    const auto end = phase.find(kWhy);
    if (phase.rfind(kWaiting, 0) != 0 || end == std::string::npos)
        return format::shown(phase);
    const QString seconds =
        format::digits(format::text(phase.substr(kWaiting.size(), end - kWaiting.size())), format::locale());
    const std::string why = phase.substr(end + kWhy.size());
    if (why == "the provider asked for a pause")
        return QObject::tr("waiting %1 s: the provider asked for a pause").arg(seconds);
    if (why == "no answer came")
        return QObject::tr("waiting %1 s: no answer came").arg(seconds);
    if (why.rfind(kAnswered, 0) == 0)
        return QObject::tr("waiting %1 s: the provider answered %2", "seconds, status of HTTP")
            .arg(seconds, format::shown(why.substr(kAnswered.size())));
    return format::shown(phase);
}

} // namespace altimeter::ui::codetext
