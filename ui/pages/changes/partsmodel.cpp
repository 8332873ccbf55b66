#include "ui/pages/changes/partsmodel.h"

#include "ui/charts/waterfallframe.h"
#include "ui/format/format.h"
#include "ui/theme/theme.h"

#include <QFontMetrics>

#include <algorithm>

namespace altimeter::ui {

namespace {

/// "+12.4 %", "new", "–" where a percentage would mislead.
QString percentOf(Amount now, Amount before)
{
    const auto ratio = format::changeRatio(now, before);
    return ratio ? format::percentChange(*ratio, format::locale()) : QString(format::kDash);
}

QString kindCode(Bridge::Kind kind)
{
    switch (kind) {
    case Bridge::Kind::Riser:
        return QStringLiteral("riser");
    case Bridge::Kind::New:
        return QStringLiteral("new");
    case Bridge::Kind::Faller:
        return QStringLiteral("faller");
    case Bridge::Kind::Gone:
        return QStringLiteral("gone");
    case Bridge::Kind::Others:
        break;
    }
    return QStringLiteral("others");
}

} // namespace

PartsModel::PartsModel(QObject* parent) : RecordModel(parent)
{
    describe();
}

void PartsModel::describe()
{
    const auto money = [this](const QString& title, const QString& raw, auto value) {
        Column column;
        column.title = title;
        column.rawTitle = raw;
        column.width = 150;
        column.isNumber = true;
        column.text = [this, value](std::size_t i) {
            return format::money(value(part(i)), m_bridge.currency, format::locale());
        };
        column.raw = [this, value](std::size_t i) { return format::exact(value(part(i))); };
        column.key = [this, value](std::size_t i) { return QVariant(value(part(i)).toDouble()); };
        column.amount = [this, value](std::size_t i) { return std::optional(value(part(i))); };
        column.tip = [this, value](std::size_t i) {
            return format::moneyFull(value(part(i)), m_bridge.currency, format::locale());
        };
        return column;
    };
    Column name;
    name.title = tr("Part");
    name.rawTitle = QStringLiteral("part");
    name.width = 220;
    name.stretch = 1;
    name.text = [this](std::size_t i) { return partName(part(i), m_by); };
    name.raw = [this](std::size_t i) {
        return part(i).isFolded || part(i).keys.empty() ? QString() : format::text(part(i).keys.front());
    };
    Column kind;
    kind.title = tr("What it did");
    kind.rawTitle = QStringLiteral("kind");
    kind.width = 110;
    kind.text = [this](std::size_t i) { return partKind(part(i)); };
    kind.raw = [this](std::size_t i) { return kindCode(part(i).kind); };
    kind.key = [this](std::size_t i) { return QVariant(static_cast<int>(part(i).kind)); };
    Column change = money(tr("Change"), QStringLiteral("change"), [](const Bridge::Part& p) { return p.change(); });
    change.text = [this](std::size_t i) {
        return format::moneyChange(part(i).change(), m_bridge.currency, format::locale());
    };
    Column percent;
    percent.title = tr("Percent");
    percent.rawTitle = QStringLiteral("percent");
    percent.width = 90;
    percent.isNumber = true;
    percent.text = [this](std::size_t i) { return percentOf(part(i).now, part(i).before); };
    percent.raw = [this](std::size_t i) {
        const auto ratio = format::changeRatio(part(i).now, part(i).before);
        return ratio ? QString::number(*ratio * 100, 'f', 1) : QString();
    };
    percent.key = [this](std::size_t i) {
        return QVariant(format::changeRatio(part(i).now, part(i).before).value_or(0));
    };
    const auto lines = [this](const QString& title, const QString& raw, auto value) {
        Column column;
        column.title = title;
        column.rawTitle = raw;
        column.width = 96;
        column.isNumber = true;
        column.text = [this, value](std::size_t i) { return format::count(value(part(i)), format::locale()); };
        column.raw = [this, value](std::size_t i) { return QString::number(value(part(i))); };
        column.key = [this, value](std::size_t i) { return QVariant(static_cast<qulonglong>(value(part(i)))); };
        return column;
    };
    setColumns(
        {name, kind, money(tr("Before"), QStringLiteral("before"), [](const Bridge::Part& p) { return p.before; }),
         money(tr("Now"), QStringLiteral("now"), [](const Bridge::Part& p) { return p.now; }), change, percent,
         lines(tr("Lines before"), QStringLiteral("lines_before"), [](const Bridge::Part& p) { return p.rowsBefore; }),
         lines(tr("Lines now"), QStringLiteral("lines_now"), [](const Bridge::Part& p) { return p.rowsNow; })});
}

void PartsModel::setBridge(const Bridge& bridge, const std::vector<Dim>& by)
{
    setCount(0); // its cells read the bridge
    m_bridge = bridge;
    m_by = by;
    setCount(m_bridge.parts.size(), [this](std::size_t) { return m_bridge.currency; });
    emit footerChanged();
}

void PartsModel::clear()
{
    setBridge({}, {});
}

int PartsModel::columnWidth(int column) const
{
    constexpr int kBefore = 2, kChange = 4, kSides = 30;
    const int usual = RecordModel::columnWidth(column);
    if (column < kBefore || column > kChange || m_bridge.parts.empty())
        return usual;
    const QFontMetrics metrics(Theme::current().bodyBold);
    int widest = usual;
    for (const Amount amount : {m_bridge.base, m_bridge.current, m_bridge.change()})
        widest = std::max(widest,
                          metrics.horizontalAdvance(format::moneyChange(amount, m_bridge.currency, format::locale())) +
                              kSides);
    return widest;
}

std::vector<GridModel::FooterLine> PartsModel::footer() const
{
    if (m_bridge.parts.empty())
        return {};
    const auto money = [this](Amount amount) { return format::money(amount, m_bridge.currency, format::locale()); };
    const QString change = format::moneyChange(m_bridge.change(), m_bridge.currency, format::locale());
    return {{{tr("Total"), QString(), money(m_bridge.base), money(m_bridge.current), change,
              percentOf(m_bridge.current, m_bridge.base), format::count(m_bridge.rowsBefore, format::locale()),
              format::count(m_bridge.rowsNow, format::locale())},
             tr("Total: before %1, now %2, change %3").arg(money(m_bridge.base), money(m_bridge.current), change),
             m_bridge.currency,
             {{2, m_bridge.base}, {3, m_bridge.current}, {4, m_bridge.change()}}}};
}

} // namespace altimeter::ui
