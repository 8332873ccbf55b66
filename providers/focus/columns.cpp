#include "providers/focus/columns.h"

#include "models/text/words.h"
#include "providers/focus/nativeprofile.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>

namespace altimeter::providers {

namespace {

using namespace std::string_view_literals;
using Alias = std::pair<std::string_view, Column>;

/// Names of FOCUS 0.5 and 1.0-preview and spellings of common loaders, folded.
constexpr std::array kAliases{
    Alias{"amortizedcost"sv, Column::EffectiveCost},
    Alias{"amortisedcost"sv, Column::EffectiveCost},
    Alias{"billedcurrency"sv, Column::BillingCurrency},
    Alias{"currency"sv, Column::BillingCurrency},
    Alias{"billingcurrencycode"sv, Column::BillingCurrency},
    Alias{"chargetype"sv, Column::ChargeCategory},
    Alias{"usagequantity"sv, Column::ConsumedQuantity},
    Alias{"usageunit"sv, Column::ConsumedUnit},
    Alias{"region"sv, Column::RegionId},
    Alias{"provider"sv, Column::ProviderName},
    Alias{"publisher"sv, Column::PublisherName},
    Alias{"invoiceissuer"sv, Column::InvoiceIssuerName},
    Alias{"serviceprovider"sv, Column::ServiceProviderName},
    Alias{"hostprovider"sv, Column::HostProviderName},
    Alias{"service"sv, Column::ServiceName},
    Alias{"resourcetags"sv, Column::Tags},
    Alias{"chargeperiodstartdate"sv, Column::ChargePeriodStart},
    Alias{"chargeperiodenddate"sv, Column::ChargePeriodEnd},
    Alias{"billingperiodstartdate"sv, Column::BillingPeriodStart},
    Alias{"billingperiodenddate"sv, Column::BillingPeriodEnd},
    Alias{"contractedeffectivecost"sv, Column::ContractedCost},
};

struct VersionMark {
    Column column;
    std::string_view version;
};

/// The newest version whose mark stands in the header wins.
constexpr std::array kVersionMarks{
    VersionMark{Column::InvoiceDetailId, "1.4"},
    VersionMark{Column::CommitmentProgramEligibilityDetails, "1.4"},
    VersionMark{Column::AllocatedMethodId, "1.3"},
    VersionMark{Column::ServiceProviderName, "1.3"},
    VersionMark{Column::PricingCurrency, "1.2"},
    VersionMark{Column::InvoiceId, "1.2"},
    VersionMark{Column::SkuMeter, "1.1"},
    VersionMark{Column::CapacityReservationId, "1.1"},
    VersionMark{Column::CommitmentDiscountQuantity, "1.1"},
    VersionMark{Column::ServiceSubcategory, "1.1"},
    VersionMark{Column::ChargeClass, "1.0"},
    VersionMark{Column::ContractedCost, "1.0"},
    VersionMark{Column::RegionId, "1.0"},
};

constexpr std::array kMandatory{
    Column::BilledCost,         Column::BillingAccountId,  Column::BillingAccountName, Column::BillingPeriodEnd,
    Column::BillingPeriodStart, Column::ChargeCategory,    Column::ChargeClass,        Column::ChargeDescription,
    Column::ChargePeriodEnd,    Column::ChargePeriodStart, Column::ContractedCost,     Column::EffectiveCost,
    Column::InvoiceIssuerName,  Column::ListCost,          Column::PricingQuantity,    Column::PricingUnit,
    Column::ServiceCategory,    Column::ServiceName,
};

std::string folded(std::string_view name)
{
    std::string text = words::foldColumnName(name);
    std::erase_if(text, [](char c) { return c == '/' || c == ':' || c == '\xA0' || c == '\xC2'; });
    return text;
}

std::string inQuotes(std::string_view text)
{
    return "\"" + std::string(text) + "\"";
}

class HeaderMapper {
public:
    explicit HeaderMapper(std::span<const std::string_view> fields)
    {
        m_mapping.field.fill(HeaderMapping::kAbsent);
        for (const auto name : fields)
            addName(name);
        m_taken.assign(m_mapping.header.size(), false);
    }

    HeaderMapping map()
    {
        m_mapping.profile = nativeProfileOf(m_folded);
        mapNativeNames();
        mapFocusNames();
        if (m_mapping.profile == Profile::Focus)
            mapAliases();
        collectExtras();
        noteRepeatedNames();
        if (m_mapping.profile == Profile::Focus)
            judgeFocus();
        else
            judgeNative();
        judgeNeeded();
        return std::move(m_mapping);
    }

private:
    void addName(std::string_view name)
    {
        if (name.starts_with("\xEF\xBB\xBF"))
            name.remove_prefix(3);
        const std::string_view trimmed = words::trimmed(name);
        const std::string fallback = "x_column_" + std::to_string(m_mapping.header.size() + 1);
        m_mapping.header.emplace_back(trimmed.empty() ? std::string_view(fallback) : trimmed);
        m_folded.push_back(folded(m_mapping.header.back()));
    }
    /// False when the column has its field already.
    bool assign(std::size_t field, Column column)
    {
        auto& place = m_mapping.field[at(column)];
        if (place != HeaderMapping::kAbsent || m_mapping.derived[at(column)])
            return false;
        place = static_cast<std::int32_t>(field);
        m_taken[field] = true;
        return true;
    }
    void mapNativeNames()
    {
        m_mapping.derived = derivedColumns(m_mapping.profile, m_folded);
        for (const auto& [name, column] : copiedColumns(m_mapping.profile)) {
            const auto found = std::find(m_folded.begin(), m_folded.end(), name);
            if (found != m_folded.end())
                assign(static_cast<std::size_t>(found - m_folded.begin()), column);
        }
    }
    void mapFocusNames()
    {
        for (std::size_t i = 0; i < m_folded.size(); ++i) {
            const auto column = m_taken[i] ? std::nullopt : columnByName(m_folded[i]);
            if (column)
                assign(i, *column);
        }
    }
    void mapAliases()
    {
        for (std::size_t i = 0; i < m_folded.size(); ++i) {
            const auto alias = std::find_if(kAliases.begin(), kAliases.end(),
                                            [&](const Alias& known) { return known.first == m_folded[i]; });
            if (m_taken[i] || alias == kAliases.end() || !assign(i, alias->second))
                continue;
            m_oldNames |= m_folded[i] == "amortizedcost" || m_folded[i] == "chargetype" ||
                          m_folded[i] == "usagequantity" || m_folded[i] == "billedcurrency";
            note(Severity::Warning, "renamed-column",
                 "column " + inQuotes(m_mapping.header[i]) + " is read as " + std::string(columnName(alias->second)));
        }
    }
    void collectExtras()
    {
        std::unordered_set<std::string> used;
        for (std::size_t i = 0; i < m_mapping.header.size(); ++i) {
            if (m_taken[i])
                continue;
            std::string name = m_mapping.header[i];
            for (int copy = 2; !used.insert(name).second; ++copy)
                name = m_mapping.header[i] + " (" + std::to_string(copy) + ")";
            m_mapping.extraFields.push_back(i);
            m_mapping.extraNames.push_back(std::move(name));
        }
    }
    void noteRepeatedNames()
    {
        std::map<std::string_view, std::size_t> first;
        for (std::size_t i = 0; i < m_folded.size(); ++i) {
            const auto [known, isNew] = first.emplace(m_folded[i], i);
            if (isNew)
                continue;
            const bool same = m_mapping.header[i] == m_mapping.header[known->second];
            note(same ? Severity::Error : Severity::Warning, "duplicate-column",
                 same ? "column " + inQuotes(m_mapping.header[i]) + " stands twice; the first one is used"
                      : "columns " + inQuotes(m_mapping.header[known->second]) + " and " +
                            inQuotes(m_mapping.header[i]) + " differ only in spelling; the first one is used");
        }
    }
    void judgeFocus()
    {
        m_mapping.version = detectVersion();
        if (m_mapping.version == "0.5" || m_mapping.version == "1.0-preview")
            note(Severity::Warning, "old-version",
                 "the names are those of FOCUS " + m_mapping.version + "; they are mapped to their later names");
        noteMissing();
        noteUnprefixed();
    }
    void noteMissing()
    {
        std::string names;
        const auto want = [&](Column column) {
            if (!m_mapping.has(column))
                names += (names.empty() ? "" : ", ") + std::string(columnName(column));
        };
        std::for_each(kMandatory.begin(), kMandatory.end(), want);
        const bool newNames = m_mapping.version >= "1.3" && m_mapping.has(Column::ServiceProviderName);
        if (!newNames)
            want(Column::ProviderName);
        if (m_mapping.version < "1.3")
            want(Column::PublisherName);
        const bool old = m_mapping.version < "1.0" || m_mapping.version == "1.0-preview";
        if (!names.empty())
            note(Severity::Warning, "missing-column",
                 "columns that FOCUS " + (old ? "1.0" : m_mapping.version) + " asks for are missing: " + names);
    }
    void noteUnprefixed()
    {
        std::string names;
        for (const auto& name : m_mapping.extraNames) {
            if (!words::toLower(name).starts_with("x_"))
                names += (names.empty() ? "" : ", ") + name;
        }
        if (!names.empty())
            note(Severity::Note, "unknown-column",
                 "columns that are not part of FOCUS and have no x_ prefix are kept: " + names);
    }
    std::string detectVersion() const
    {
        for (const auto& mark : kVersionMarks) {
            const std::int32_t field = m_mapping.field[at(mark.column)];
            const bool aliased = field != HeaderMapping::kAbsent && m_folded[static_cast<std::size_t>(field)] !=
                                                                        words::foldColumnName(columnName(mark.column));
            if (field != HeaderMapping::kAbsent && !aliased)
                return std::string(mark.version);
        }
        if (!m_oldNames)
            return "1.0";
        const bool preview = m_mapping.has(Column::ListCost) || m_mapping.has(Column::CommitmentDiscountId) ||
                             m_mapping.has(Column::ConsumedQuantity);
        return preview ? "1.0-preview" : "0.5";
    }
    void judgeNative()
    {
        note(Severity::Note, "native-profile",
             "the file is no FOCUS export; it is read as " + std::string(profileName(m_mapping.profile)) +
                 " and mapped to FOCUS columns");
    }
    void judgeNeeded()
    {
        if (!m_mapping.has(Column::BillingCurrency))
            note(Severity::Error, "currency-missing",
                 "column BillingCurrency is missing; all amounts are kept under the currency XXX");
        if (!m_mapping.has(Column::BilledCost) && m_mapping.has(Column::EffectiveCost))
            note(Severity::Warning, "missing-cost-column", "column BilledCost is missing; billed amounts are unknown");
        if (!m_mapping.has(Column::EffectiveCost) && m_mapping.has(Column::BilledCost))
            note(Severity::Warning, "missing-cost-column",
                 "column EffectiveCost is missing; effective amounts are unknown");
        if (!m_mapping.has(Column::ChargePeriodStart) && m_mapping.has(Column::BillingPeriodStart))
            note(Severity::Error, "missing-date-column",
                 "column ChargePeriodStart is missing; charges count to the start of their billing period");
    }
    void note(Severity severity, std::string check, std::string message)
    {
        Finding finding;
        finding.severity = severity;
        finding.check = std::move(check);
        finding.firstLine = 1;
        finding.message = std::move(message);
        m_mapping.findings.push_back(std::move(finding));
    }

    HeaderMapping m_mapping;
    std::vector<std::string> m_folded; ///< by field
    std::vector<bool> m_taken;         ///< by field
    bool m_oldNames = false;
};

} // namespace

std::string_view profileName(Profile profile)
{
    switch (profile) {
    case Profile::AwsCur:
        return "aws-cur-legacy";
    case Profile::AzureEa:
        return "azure-ea";
    case Profile::Focus:
        break;
    }
    return "focus";
}

HeaderMapping mapHeader(std::span<const std::string_view> fields)
{
    return HeaderMapper(fields).map();
}

Status checkUsable(const HeaderMapping& mapping, const std::string& file)
{
    const bool cost = mapping.has(Column::BilledCost) || mapping.has(Column::EffectiveCost);
    const bool date = mapping.has(Column::ChargePeriodStart) || mapping.has(Column::BillingPeriodStart);
    if (cost && date)
        return {};
    std::string missing = cost ? "" : "a cost column (BilledCost or EffectiveCost)";
    if (!date)
        missing += std::string(cost ? "" : " and ") + "a date column (ChargePeriodStart or BillingPeriodStart)";
    return Error{ErrorCode::Invalid, "is no cost file: it lacks " + missing, file};
}

} // namespace altimeter::providers
