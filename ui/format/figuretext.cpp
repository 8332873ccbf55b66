#include "ui/format/figuretext.h"

#include "ui/format/format.h"

#include <QCoreApplication>

#include <algorithm>

namespace altimeter::ui::format {

namespace {

struct FigureText {
    Q_DECLARE_TR_FUNCTIONS(altimeter::ui::FigureText)
};

constexpr std::size_t kMostNamed = 3;

} // namespace

QString filter(const Filter& filter)
{
    QStringList names;
    for (std::size_t i = 0; i < std::min(filter.values.size(), kMostNamed); ++i)
        names << dimValue(filter.dim, filter.values[i]);
    if (!filter.typed.empty())
        names << shown(filter.typed);
    QString values = names.join(FigureText::tr(" or ", "between values of a filter"));
    if (filter.values.size() > kMostNamed)
        values = FigureText::tr("%1 and %2 more").arg(values, count(filter.values.size() - kMostNamed));
    return filter.exclude
               ? FigureText::tr("without %1 %2", "a dimension and its values").arg(dimTitle(filter.dim), values)
               : FigureText::tr("%1 %2", "a dimension and its values").arg(dimTitle(filter.dim), values);
}

QString figurePlace(const Figure& figure)
{
    QStringList facts{range(figure.range, locale())};
    if (figure.base)
        facts[0] = FigureText::tr("%1 above %2", "days and those they are compared with")
                       .arg(facts[0], range(*figure.base, locale()));
    for (const Filter& one : figure.filters)
        facts << filter(one);
    return joined(facts);
}

QString figureTitle(const Figure& figure)
{
    return joined({figurePlace(figure), lens(figure.lens), text(std::string(figure.currency.code()))});
}

QString noteLine(const Note& note)
{
    const QString author = note.author.empty() ? FigureText::tr("somebody") : shown(note.author);
    return FigureText::tr("%1, %2: %3", "who wrote a note, when, its text")
        .arg(author, date(note.written.isValid() ? note.written.day() : Day::none(), locale()),
             shown(note.text, words::LineEnds::Kept));
}

QString noteState(const Note& note, const FigureNow& now)
{
    switch (stateOf(note, now)) {
    case NoteState::Same:
        return FigureText::tr("as then");
    case NoteState::Gone:
        return FigureText::tr("no charges any more");
    case NoteState::Changed: {
        const auto change = checkedSubtract(*now.amount, *note.amount);
        return change ? FigureText::tr("changed by %1").arg(moneyChange(*change, note.figure.currency, locale()))
                      : FigureText::tr("changed");
    }
    case NoteState::Unknown:
        break;
    }
    return FigureText::tr("not known");
}

} // namespace altimeter::ui::format
