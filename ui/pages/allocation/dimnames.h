#pragma once

#include <QList>
#include <QString>
#include <QStringList>

#include "models/domain/dim.h"

#include <optional>
#include <vector>

namespace altimeter::ui {

/// What conditions can look at, by the names the window has for it: properties, tags and columns of the charges, every
/// FOCUS column. What rules write ("tag:team") and what is shown ("Tag team") are turned into each other.
class DimNames {
public:
    DimNames();
    /// Tags and columns that the charges have; they stand behind the properties.
    void setFound(const std::vector<Dim>& found);

    QStringList titles() const { return m_titles; }
    /// "Tag team" of "tag:team"; what is no dim stays as it is written.
    QString shown(const QString& written) const;
    /// The other way, without case; what nobody knows stays as it was typed.
    QString written(const QString& typed) const;
    /// Of what rules write; none where it is none, or an owner.
    static std::optional<Dim> dim(const QString& written);
    /// The column that names the values of a column of ids: SubAccountName of SubAccountId.
    static std::optional<Dim> nameOf(const Dim& dim);

private:
    void add(const Dim& dim);

    std::vector<Dim> m_found;
    QStringList m_titles, m_written;
};

} // namespace altimeter::ui
