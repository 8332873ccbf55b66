#pragma once

#include "app/session/imports/importing.h"
#include "app/session/questions/answers.h"
#include "app/session/workspace/engine.h"
#include "tests/testkit/focuscsv.h"

#include <QTemporaryDir>

#include <cstdint>
#include <memory>

namespace testkit {

/// A workspace in a folder of its own, into which a test drops small deliveries, each a day after the one before. A
/// test class derives from it beside QObject and begins a new one in its init().
class DeliveryBench {
    QTemporaryDir m_dir; // outlives the workspace in it
    int m_count = 0;
    std::int64_t m_imports = 0;

protected:
    using Engine = altimeter::session::Engine;
    using ImportOptions = altimeter::session::ImportOptions;
    using ImportReport = altimeter::ImportReport;

    /// Another folder with an empty workspace.
    void beginWorkspace()
    {
        m_engine.reset();
        m_folder = m_dir.filePath(QString::number(++m_count));
        QDir().mkpath(m_folder);
        auto engine = Engine::create((m_folder + "/w.altimeter").toStdString());
        if (!engine)
            qFatal("no workspace: %s", engine.error().text().c_str());
        m_engine = engine.take();
    }
    /// A file in the folder.
    std::filesystem::path write(const QString& name, const QByteArray& bytes) const
    {
        return writeFile(m_folder, name, bytes);
    }
    std::filesystem::path pathOf(const QString& name) const { return (m_folder + '/' + name).toStdString(); }
    altimeter::Result<ImportReport> import(const QString& name, ImportOptions options = {})
    {
        constexpr std::int64_t kDay = 86'400;
        options.at = {1'775'000'000 + kDay * ++m_imports};
        return altimeter::session::importPaths(m_engine->file(), {pathOf(name)}, options, {}, {});
    }
    static ImportOptions replacing()
    {
        ImportOptions options;
        options.replace = true;
        return options;
    }
    static ImportOptions both()
    {
        ImportOptions options;
        options.keepBoth = true;
        return options;
    }
    static ImportOptions named(const char* source)
    {
        ImportOptions options;
        options.source = source;
        return options;
    }
    /// BilledCost of all that is stored, in hundredths, whatever the currency; every line once.
    qint64 total() const
    {
        altimeter::CostQuery query;
        query.lens = altimeter::CostLens::Billed;
        const auto table = answer(*m_engine->snapshot(), altimeter::TableQuestion{query}, {});
        if (!table)
            qFatal("no total");
        altimeter::Int128 sum = 0;
        for (const altimeter::CostRow& row : table->rows)
            sum += row.cost.attos();
        return static_cast<qint64>(sum / 10'000'000'000'000'000);
    }
    /// "june:3", by name.
    QStringList sources() const
    {
        QStringList names;
        for (const altimeter::SourceInfo& source : *answer(*m_engine->snapshot(), altimeter::SourcesQuestion{}, {}))
            names << QString::fromStdString(source.name) + ':' + QString::number(source.rows);
        return names;
    }
    /// Why it was refused and what to do, or what was found beside the forms of columns and dates.
    static QString told(const altimeter::Result<ImportReport>& report)
    {
        if (!report)
            return QString::fromStdString(report.error().text() + ' ' + report.error().todo);
        QString text;
        for (const altimeter::Finding& finding : report->findings) {
            if (finding.check != "missing-column" && finding.check != "date-format")
                text += QString::fromStdString(finding.check + ": " + finding.file + ": " + finding.message) + '\n';
        }
        return text;
    }

    std::unique_ptr<Engine> m_engine;
    QString m_folder;
};

} // namespace testkit
