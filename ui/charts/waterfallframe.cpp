#include "ui/charts/waterfallframe.h"

#include "ui/format/format.h"

#include <QObject>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr double kCutShare = 0.4;  ///< changes that span less than this of the height are looked at from nearby
constexpr double kCutBelow = 0.35; ///< room below them, of what they span
constexpr double kHeadroom = 0.12;

QString shortChange(Amount amount, const Currency& currency)
{
    return (amount > Amount() ? QStringLiteral("+") : QString()) +
           format::moneyShort(amount, currency, format::locale());
}

WaterfallFrame::Bar totalBar(const QString& name, Amount amount, const Currency& currency)
{
    WaterfallFrame::Bar bar;
    bar.name = name;
    bar.to = amount.toDouble();
    bar.amount = format::money(amount, currency, format::locale());
    bar.brief = format::moneyShort(amount, currency, format::locale());
    bar.spoken = format::labelled(name, bar.amount);
    return bar;
}

/// Zero is in sight unless the changes would be too small to be seen then.
void measure(WaterfallFrame& frame)
{
    double low = frame.bars.front().to, high = low;
    for (const WaterfallFrame::Bar& bar : frame.bars) {
        const double from = bar.isTotal() ? bar.to : bar.from;
        low = std::min({low, from, bar.to});
        high = std::max({high, from, bar.to});
    }
    const double span = high - low;
    const double whole = std::max(high, 0.0) - std::min(low, 0.0);
    frame.isCut = span > 0 && span < kCutShare * whole && (low > 0 || high < 0);
    if (frame.isCut && low > 0)
        frame.values = {low - kCutBelow * span, high + kHeadroom * span};
    else if (frame.isCut)
        frame.values = {low - kHeadroom * span, high + kCutBelow * span};
    else
        frame.values = {std::min(low, 0.0) - (low < 0 ? kHeadroom * whole : 0),
                        std::max(high, 0.0) + (high > 0 ? kHeadroom * whole : 0)};
    if (frame.values.high <= frame.values.low)
        frame.values.high = frame.values.low + 1;
}

} // namespace

QString partName(const Bridge::Part& part, const std::vector<Dim>& by)
{
    if (!part.isFolded)
        return format::keys(by, part.keys, false);
    const QString number = format::count(part.count, format::locale());
    const int forms = format::forms(part.count);
    switch (part.kind) {
    case Bridge::Kind::New:
        return QObject::tr("%1 other(s) new", nullptr, forms).arg(number);
    case Bridge::Kind::Gone:
        return QObject::tr("%1 other(s) gone", nullptr, forms).arg(number);
    case Bridge::Kind::Riser:
    case Bridge::Kind::Faller:
    case Bridge::Kind::Others:
        break;
    }
    return QObject::tr("%1 other(s)", nullptr, forms).arg(number);
}

QString partKind(const Bridge::Part& part)
{
    if (part.change().isZero() && !part.isFolded)
        return QObject::tr("unchanged");
    switch (part.kind) {
    case Bridge::Kind::Riser:
        return QObject::tr("rose");
    case Bridge::Kind::New:
        return QObject::tr("new");
    case Bridge::Kind::Faller:
        return QObject::tr("fell");
    case Bridge::Kind::Gone:
        return QObject::tr("gone");
    case Bridge::Kind::Others:
        break;
    }
    return QObject::tr("others");
}

WaterfallFrame makeWaterfallFrame(const Bridge& bridge, const std::vector<Dim>& by, const QString& now,
                                  const QString& before)
{
    WaterfallFrame frame;
    frame.currency = bridge.currency;
    frame.bars.push_back(totalBar(before, bridge.base, bridge.currency));
    Amount level = bridge.base; // exact, so that the last part ends at the total
    for (const Bridge::Part& part : bridge.parts) {
        WaterfallFrame::Bar bar;
        bar.name = partName(part, by);
        bar.from = level.toDouble();
        level = Amount::fromAttos(level.attos() + part.change().attos());
        bar.to = level.toDouble();
        bar.tone = part.change().isZero()       ? WaterfallFrame::Tone::Even
                   : part.change().isNegative() ? WaterfallFrame::Tone::Fall
                                                : WaterfallFrame::Tone::Rise;
        bar.amount = format::moneyChange(part.change(), bridge.currency, format::locale());
        bar.brief = shortChange(part.change(), bridge.currency);
        bar.spoken =
            QObject::tr("%1: %2, %3, now %4, before %5", "name, what it did, change, amounts")
                .arg(bar.name, partKind(part), bar.amount, format::money(part.now, bridge.currency, format::locale()),
                     format::money(part.before, bridge.currency, format::locale()));
        frame.bars.push_back(std::move(bar));
    }
    frame.bars.push_back(totalBar(now, bridge.current, bridge.currency));
    measure(frame);
    return frame;
}

} // namespace altimeter::ui
