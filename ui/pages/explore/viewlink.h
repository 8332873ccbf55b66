#pragma once

#include <QString>

#include "ui/pages/explore/explorestate.h"

#include <optional>

namespace altimeter::ui {

/// What a view link leads to. Anybody can write one, so it is judged before anything of it is shown.
struct ViewLink {
    /// Characters; a longer text is no link. What the system hands to a program in one argument is not longer either.
    static constexpr qsizetype kLongest = 100'000;

    QString place;                     ///< "explore", or another page and its tab: "data:proof"
    std::optional<ExploreState> state; ///< of the Explore page; always there for it
    QString workspace;                 ///< the name of the one it was made in; empty: it does not say
};

/// "altimeter://view?page=explore&workspace=…&state=…". Empty where the state is too large for a link.
QString viewLink(const ExploreState& state, const QString& workspace = {});
/// True for what begins as a view link does, whether it is one or not.
bool looksLikeViewLink(const QString& text);
/// Blanks and line ends around it do not count. Error Invalid says what is wrong with it; Unsupported: it is of a newer
/// version of the program.
Result<ViewLink> parseViewLink(const QString& text);

} // namespace altimeter::ui
