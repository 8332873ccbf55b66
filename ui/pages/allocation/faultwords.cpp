#include "ui/pages/allocation/faultwords.h"

#include "ui/format/format.h"
#include "ui/pages/allocation/ruledraft.h"

#include <QObject>
#include <QRegularExpression>

namespace altimeter::ui {

namespace {

QString numberText(const QString& index)
{
    return format::count(static_cast<std::uint64_t>(index.toUInt()) + 1);
}

/// "looks at" of the path ".dim" within a condition; what is no part of the form stays as it is written.
QString conditionPart(const QString& key)
{
    if (key == "dim" || key == "dims" || key == "tag" || key == "column")
        return QObject::tr("looks at", "field of a condition");
    if (key == "equals" || key == "in" || key == "prefix" || key == "suffix" || key == "contains" || key == "matches")
        return QObject::tr("values", "field of a condition");
    return key;
}

/// Of a path behind the rule: "when[1].dim", "set.team.from", "split.weights.Search".
QStringList fieldWords(const QString& path)
{
    static const QRegularExpression condition(R"(^when\[(\d+)\](?:\.(\w+).*)?$)");
    static const QRegularExpression assigned(R"(^set\.(\w+)(?:\..*)?$)");
    if (const auto match = condition.match(path); match.hasMatch()) {
        QStringList words{QObject::tr("condition %1").arg(numberText(match.captured(1)))};
        if (!match.captured(2).isEmpty())
            words << conditionPart(match.captured(2));
        return words;
    }
    if (const auto match = assigned.match(path); match.hasMatch()) {
        const auto dim = parseDim(match.captured(1).toStdString());
        return {dim ? format::dimTitle(*dim) : match.captured(1)};
    }
    if (path.startsWith("split.weights."))
        return {QObject::tr("weight of %1", "a team").arg(path.mid(QStringLiteral("split.weights.").size()))};
    if (path.startsWith("split"))
        return {QObject::tr("shared cost", "field of a rule")};
    if (path.startsWith("effective"))
        return {QObject::tr("effective days", "field of a rule")};
    return path.isEmpty() ? QStringList() : QStringList{path};
}

} // namespace

QString faultInWords(const Error& error, const RuleDraft& draft)
{
    static const QRegularExpression place(R"(^rules\[(\d+)\](?:\.(.*))?$)");
    const auto match = place.match(format::text(error.where));
    if (!match.hasMatch())
        return format::text(error.text());
    const qsizetype rule = match.captured(1).toLongLong();
    const QString name = rule < draft.count() ? format::shown(draft.nameOf(rule)) : QString();
    const QString number = numberText(match.captured(1));
    QStringList words{name.isEmpty() ? QObject::tr("Rule %1").arg(number)
                                     : QObject::tr("Rule %1 “%2”", "number and name").arg(number, name)};
    words += fieldWords(match.captured(2));
    return QObject::tr("%1: %2", "where in the rules, and what is wrong there")
        .arg(words.join(QStringLiteral(", ")), format::text(error.what));
}

} // namespace altimeter::ui
