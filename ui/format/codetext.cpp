#include "ui/format/codetext.h"

#include <QObject>

#include "ui/format/format.h"

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

} // namespace altimeter::ui::codetext
