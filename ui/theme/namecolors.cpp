#include "ui/theme/namecolors.h"

#include "ui/theme/theme.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace altimeter::ui {

namespace {

/// FNV-1a, and a last stir so that names that differ in one letter differ everywhere.
std::uint64_t hashOf(std::string_view text, std::uint64_t salt)
{
    std::uint64_t hash = 14695981039346656037ULL ^ salt;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash ^= hash >> 33;
    hash *= 0xFF51AFD7ED558CCDULL;
    return hash ^ (hash >> 33);
}

} // namespace

std::vector<int> wantedColors(std::string_view name, std::size_t colors)
{
    std::vector<std::pair<std::uint64_t, int>> order;
    for (std::size_t color = 0; color < colors; ++color)
        order.emplace_back(hashOf(name, (color + 1) * 0x9E3779B97F4A7C15ULL), static_cast<int>(color));
    std::sort(order.begin(), order.end());
    std::vector<int> wanted;
    for (const auto& [hash, color] : order)
        wanted.push_back(color);
    return wanted;
}

NameColors& NameColors::instance()
{
    static NameColors colors;
    return colors;
}

std::vector<int> NameColors::of(const std::vector<std::string>& names)
{
    constexpr std::size_t kColors = Theme::kNames;
    std::vector<std::size_t> order(names.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&names](std::size_t a, std::size_t b) {
        const auto first = hashOf(names[a], 0), second = hashOf(names[b], 0);
        return first != second ? first < second : names[a] < names[b];
    });
    std::stable_partition(order.begin(), order.end(), [&](std::size_t at) { return m_known.contains(names[at]); });
    std::vector<int> colors(names.size(), -1);
    std::vector<int> used(kColors, 0);
    for (const std::size_t at : order) {
        const auto known = m_known.find(names[at]);
        int color = known == m_known.end() ? -1 : known->second.color;
        if (color < 0 || used[static_cast<std::size_t>(color)] > 0) {
            const std::vector<int> wanted = wantedColors(names[at], kColors);
            color = *std::min_element(wanted.begin(), wanted.end(), [&used](int a, int b) {
                return used[static_cast<std::size_t>(a)] < used[static_cast<std::size_t>(b)];
            }); // the first of the least used
        }
        ++used[static_cast<std::size_t>(color)];
        colors[at] = color;
        m_known.try_emplace(names[at], Known{color, 0}).first->second.seenAt = ++m_seen;
    }
    return colors;
}

std::string NameColors::kept() const
{
    std::vector<std::pair<std::uint64_t, const std::string*>> order;
    for (const auto& [name, known] : m_known)
        order.emplace_back(known.seenAt, &name);
    std::sort(order.begin(), order.end());
    QJsonArray kept;
    for (std::size_t at = order.size() > kMostKept ? order.size() - kMostKept : 0; at < order.size(); ++at) {
        const std::string& name = *order[at].second;
        kept.append(QJsonArray{QString::fromStdString(name), m_known.at(name).color});
    }
    return kept.isEmpty() ? std::string() : QJsonDocument(kept).toJson(QJsonDocument::Compact).toStdString();
}

void NameColors::restore(const std::string& kept)
{
    const QJsonArray entries = QJsonDocument::fromJson(QByteArray::fromStdString(kept)).array();
    for (qsizetype at = 0; at < std::min<qsizetype>(entries.size(), kMostKept); ++at) {
        const QJsonArray entry = entries[at].toArray();
        const int color = entry.at(1).toInt(-1);
        if (entry.at(0).isString() && color >= 0 && color < static_cast<int>(Theme::kNames))
            m_known.try_emplace(entry.at(0).toString().toStdString(), Known{color, ++m_seen});
    }
}

} // namespace altimeter::ui
