#pragma once

#include "app/session/workspace/engine.h"

#include <QByteArray>
#include <QString>

#include <map>
#include <string>

namespace testkit {

/// Makes a workspace that has something in every table: files of two sources with rejected lines and provider columns
/// of both kinds, a connection with coverage, measures, restatements and memory, two versions of rules, saved views,
/// two versions of a price list, AI events of which some were told of twice.
void makeRichWorkspace(const QString& folder, const QString& name);
/// The next delivery to it: two accounts of a month that is there, with other amounts, and one month more.
QString nextDelivery(const QString& folder);

/// What a workspace answers to all that can be asked.
struct Answers {
    std::map<std::string, std::string> said; ///< by question
    std::map<std::string, std::string> sums; ///< by cost, over everything: what no renaming changes
    bool isTold = false;                     ///< damage was named: as such, by an error, or by the proof
    std::string told;

    /// "" where both say the same, else the first question they answer differently.
    std::string difference(const Answers& other) const;
};
/// `whole`: also what takes long, forecasts and anomalies.
Answers askAll(altimeter::session::Engine& engine, bool whole, std::stop_token stop);

} // namespace testkit
