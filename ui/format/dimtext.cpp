#include "ui/format/dimtext.h"

#include <QCoreApplication>
#include <QObject>
#include <QStringList>

#include "ui/format/format.h"

#include <algorithm>
#include <array>

namespace altimeter::ui::format {

namespace {

QString translated(const char* marked)
{
    return QCoreApplication::translate("QObject", marked);
}

/// Marked for lupdate here, translated where they are shown. The titles are those of kDimInfos; a test compares them.
struct DimWords {
    Dim::Kind kind;
    const char* title;
    const char* plural;
    const char* none; ///< in the place of an empty value
};
constexpr std::array<DimWords, 21> kDimWords{{
    {Dim::Kind::Provider, QT_TRANSLATE_NOOP("QObject", "Provider"), QT_TRANSLATE_NOOP("QObject", "providers"),
     QT_TRANSLATE_NOOP("QObject", "(no provider)")},
    {Dim::Kind::Service, QT_TRANSLATE_NOOP("QObject", "Service"), QT_TRANSLATE_NOOP("QObject", "services"),
     QT_TRANSLATE_NOOP("QObject", "(no service)")},
    {Dim::Kind::ServiceCategory, QT_TRANSLATE_NOOP("QObject", "Service category"),
     QT_TRANSLATE_NOOP("QObject", "service categories"), QT_TRANSLATE_NOOP("QObject", "(no category)")},
    {Dim::Kind::SubAccount, QT_TRANSLATE_NOOP("QObject", "Sub account"), QT_TRANSLATE_NOOP("QObject", "sub accounts"),
     QT_TRANSLATE_NOOP("QObject", "(no sub account)")},
    {Dim::Kind::BillingAccount, QT_TRANSLATE_NOOP("QObject", "Billing account"),
     QT_TRANSLATE_NOOP("QObject", "billing accounts"), QT_TRANSLATE_NOOP("QObject", "(no billing account)")},
    {Dim::Kind::Region, QT_TRANSLATE_NOOP("QObject", "Region"), QT_TRANSLATE_NOOP("QObject", "regions"),
     QT_TRANSLATE_NOOP("QObject", "(no region)")},
    {Dim::Kind::ChargeCategory, QT_TRANSLATE_NOOP("QObject", "Charge category"),
     QT_TRANSLATE_NOOP("QObject", "charge categories"), QT_TRANSLATE_NOOP("QObject", "(no charge category)")},
    {Dim::Kind::Commitment, QT_TRANSLATE_NOOP("QObject", "Commitment"), QT_TRANSLATE_NOOP("QObject", "commitments"),
     QT_TRANSLATE_NOOP("QObject", "(no commitment)")},
    {Dim::Kind::Resource, QT_TRANSLATE_NOOP("QObject", "Resource"), QT_TRANSLATE_NOOP("QObject", "resources"),
     QT_TRANSLATE_NOOP("QObject", "(no resource)")},
    {Dim::Kind::Sku, QT_TRANSLATE_NOOP("QObject", "SKU"), QT_TRANSLATE_NOOP("QObject", "SKUs"),
     QT_TRANSLATE_NOOP("QObject", "(no SKU)")},
    {Dim::Kind::Source, QT_TRANSLATE_NOOP("QObject", "Source"), QT_TRANSLATE_NOOP("QObject", "sources"),
     QT_TRANSLATE_NOOP("QObject", "(no source)")},
    {Dim::Kind::Team, QT_TRANSLATE_NOOP("QObject", "Team"), QT_TRANSLATE_NOOP("QObject", "teams"),
     QT_TRANSLATE_NOOP("QObject", "(unallocated)")},
    {Dim::Kind::CostCenter, QT_TRANSLATE_NOOP("QObject", "Cost center"), QT_TRANSLATE_NOOP("QObject", "cost centers"),
     QT_TRANSLATE_NOOP("QObject", "(unallocated)")},
    {Dim::Kind::Environment, QT_TRANSLATE_NOOP("QObject", "Environment"), QT_TRANSLATE_NOOP("QObject", "environments"),
     QT_TRANSLATE_NOOP("QObject", "(unallocated)")},
    {Dim::Kind::UseCase, QT_TRANSLATE_NOOP("QObject", "Use case"), QT_TRANSLATE_NOOP("QObject", "use cases"),
     QT_TRANSLATE_NOOP("QObject", "(unallocated)")},
    {Dim::Kind::Workflow, QT_TRANSLATE_NOOP("QObject", "Workflow"), QT_TRANSLATE_NOOP("QObject", "workflows"),
     QT_TRANSLATE_NOOP("QObject", "(unallocated)")},
    {Dim::Kind::Model, QT_TRANSLATE_NOOP("QObject", "Model"), QT_TRANSLATE_NOOP("QObject", "models"),
     QT_TRANSLATE_NOOP("QObject", "(no model)")},
    {Dim::Kind::Layer, QT_TRANSLATE_NOOP("QObject", "Layer"), QT_TRANSLATE_NOOP("QObject", "layers"),
     QT_TRANSLATE_NOOP("QObject", "(no layer)")},
    {Dim::Kind::Currency, QT_TRANSLATE_NOOP("QObject", "Currency"), QT_TRANSLATE_NOOP("QObject", "currencies"),
     QT_TRANSLATE_NOOP("QObject", "(no currency)")},
    {Dim::Kind::BillingPeriod, QT_TRANSLATE_NOOP("QObject", "Billing period"),
     QT_TRANSLATE_NOOP("QObject", "billing periods"), QT_TRANSLATE_NOOP("QObject", "(no billing period)")},
    {Dim::Kind::ChargeState, QT_TRANSLATE_NOOP("QObject", "Charge state"),
     QT_TRANSLATE_NOOP("QObject", "charge states"), QT_TRANSLATE_NOOP("QObject", "(state not said)")},
}};

const DimWords* words(const Dim& dim)
{
    const auto found =
        std::find_if(kDimWords.begin(), kDimWords.end(), [&](const DimWords& w) { return w.kind == dim.kind; });
    return found == kDimWords.end() ? nullptr : &*found;
}

const char* lensWords(CostLens lens)
{
    switch (lens) {
    case CostLens::Effective:
        return QT_TRANSLATE_NOOP("QObject", "Effective cost");
    case CostLens::Billed:
        return QT_TRANSLATE_NOOP("QObject", "Billed cost");
    case CostLens::List:
        return QT_TRANSLATE_NOOP("QObject", "List cost");
    case CostLens::Contracted:
        break;
    }
    return QT_TRANSLATE_NOOP("QObject", "Contracted cost");
}

} // namespace

QString lens(CostLens lens)
{
    return translated(lensWords(lens));
}

QString rawLens(CostLens lens)
{
    return QString::fromLatin1(lensWords(lens));
}

QString dimTitle(const Dim& dim)
{
    if (dim.kind == Dim::Kind::Tag)
        return QObject::tr("Tag %1").arg(shown(dim.key));
    if (dim.kind == Dim::Kind::Column)
        return QObject::tr("Column %1").arg(shown(dim.key));
    const DimWords* found = words(dim);
    return found ? translated(found->title) : shown(toString(dim));
}

QString rawDimTitle(const Dim& dim)
{
    if (dim.kind == Dim::Kind::Tag)
        return QStringLiteral("Tag ") + text(dim.key);
    if (dim.kind == Dim::Kind::Column)
        return QStringLiteral("Column ") + text(dim.key);
    const DimWords* found = words(dim);
    return found ? QString::fromLatin1(found->title) : text(toString(dim));
}

QString dimPlural(const Dim& dim)
{
    const DimWords* found = words(dim);
    return found ? translated(found->plural) : QObject::tr("values of %1").arg(shown(dim.key));
}

bool isUnallocated(const Dim& dim, const std::string& value)
{
    return value.empty() && isOwnerDim(dim);
}

QString dimValue(const Dim& dim, const std::string& value)
{
    if (!value.empty())
        return shown(value);
    const DimWords* found = words(dim);
    return found ? translated(found->none) : QObject::tr("(no %1)").arg(shown(dim.key));
}

QString otherKeys()
{
    return QObject::tr("All others");
}

QString keys(const std::vector<Dim>& dims, const std::vector<std::string>& values, bool isOther)
{
    if (isOther)
        return otherKeys();
    QStringList parts;
    for (std::size_t i = 0; i < values.size() && i < dims.size(); ++i)
        parts << dimValue(dims[i], values[i]);
    return parts.isEmpty() ? QObject::tr("Total") : parts.join(QStringLiteral(" / "));
}

QString granularity(Granularity granularity)
{
    switch (granularity) {
    case Granularity::Day:
        return QObject::tr("Daily");
    case Granularity::Week:
        return QObject::tr("Weekly");
    case Granularity::Month:
        return QObject::tr("Monthly");
    case Granularity::None:
        break;
    }
    return QObject::tr("In total");
}

} // namespace altimeter::ui::format
