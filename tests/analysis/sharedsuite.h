#pragma once

#include "models/domain/period.h"

#include <QtCore/QByteArray>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtCore/QString>
#include <QtCore/QTemporaryDir>

#include <limits>
#include <map>
#include <utility>
#include <vector>

/// Measuring data and scorers beside the project; tests skip where they are absent.
namespace altimeter::shared {

inline QString path(const QString& name)
{
    return qEnvironmentVariable("ALTIMETER_SHARED") + '/' + name;
}

inline QByteArray run(const QString& program, const QStringList& arguments)
{
    QProcess process;
    process.start(program, arguments);
    if (!process.waitForStarted() || !process.waitForFinished(120000) || process.exitCode() != 0)
        return {};
    return process.readAllStandardOutput();
}

/// Whether the data of `folder` is there and its scorer can run.
inline bool hasScorer(const QString& folder)
{
    return qEnvironmentVariableIsSet("ALTIMETER_SHARED") && QDir(path(folder)).exists() &&
           QDir(path("tools")).exists() && !run("python3", {"--version"}).isEmpty();
}

/// Lines of a gzip file, without the last line end.
inline QList<QByteArray> linesOf(const QString& name)
{
    return run("gzip", {"-dc", path(name)}).trimmed().split('\n');
}

/// `id,v1,v2,...` per line; an empty cell is missing.
inline std::vector<std::pair<QByteArray, std::vector<double>>> raggedSeries(const QString& name)
{
    std::vector<std::pair<QByteArray, std::vector<double>>> all;
    for (const QByteArray& line : linesOf(name)) {
        const auto cells = line.trimmed().split(',');
        std::vector<double> values;
        for (qsizetype i = 1; i < cells.size(); ++i) {
            const bool isMissing = cells[i].isEmpty() || cells[i] == "NA";
            values.push_back(isMissing ? std::numeric_limits<double>::quiet_NaN() : cells[i].toDouble());
        }
        all.emplace_back(cells[0], std::move(values));
    }
    return all;
}

/// BilledCost by the day of ChargePeriodStart, from the first to the last day of a plain charge file (no quotes before
/// those two columns); nothing where it is absent.
inline std::pair<Day, std::vector<double>> chargesByDay(const QString& name)
{
    QFile file(qEnvironmentVariableIsSet("ALTIMETER_SHARED") ? path(name) : QString());
    if (file.fileName().isEmpty() || !file.open(QIODevice::ReadOnly))
        return {};
    const auto columns = file.readLine().trimmed().split(',');
    const auto cost = columns.indexOf("BilledCost");
    const auto start = columns.indexOf("ChargePeriodStart");
    std::map<Day, double> days;
    while (!file.atEnd()) {
        const auto cells = file.readLine().split(',');
        days[*parseDay(cells[start].left(10).toStdString())] += cells[cost].toDouble();
    }
    const Day first = days.begin()->first;
    std::vector<double> values(static_cast<std::size_t>(days.rbegin()->first - first) + 1, 0.0);
    for (const auto& [day, value] : days)
        values[static_cast<std::size_t>(day - first)] = value;
    return {first, values};
}

struct ForecastScore {
    double owa = 0;
    double coverage80 = 0;
    double coverage95 = 0;
};

/// What the forecast scorer says about `csv`; zeros when it cannot run.
inline ForecastScore forecastScore(const QString& folder, const QByteArray& csv, const QString& group)
{
    const QTemporaryDir scratch;
    QFile forecasts(scratch.filePath("forecasts.csv"));
    if (!forecasts.open(QIODevice::WriteOnly) || forecasts.write(csv) != csv.size())
        return {};
    forecasts.close();
    const QString answer = scratch.filePath("score.json");
    run("python3", {path("tools/score_m4.py"), path(folder), forecasts.fileName(), "--json", answer});
    QFile file(answer);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const auto scores = QJsonDocument::fromJson(file.readAll()).object()[group].toObject();
    return {scores["owa"].toDouble(), scores["cov80"].toDouble(), scores["cov95"].toDouble()};
}

/// The number that follows `word` in what a scorer printed about `csv`; 0 when it cannot run.
inline double numberAfter(const QByteArray& word, const QStringList& arguments, const QString& csvOption,
                          const QByteArray& csv)
{
    const QTemporaryDir scratch;
    QFile file(scratch.filePath("answer.csv"));
    if (!file.open(QIODevice::WriteOnly) || file.write(csv) != csv.size())
        return 0;
    file.close();
    QStringList all = arguments;
    if (!csvOption.isEmpty())
        all << csvOption;
    all << file.fileName();
    const QByteArray text = run("python3", all);
    const auto at = text.indexOf(word);
    return at < 0 ? 0 : text.mid(at + word.size()).simplified().split(' ').first().toDouble();
}

} // namespace altimeter::shared
