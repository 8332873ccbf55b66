#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace altimeter::testing {

struct CliAnswer {
    int exitCode = -1;
    QByteArray out;
    QByteArray err;
};

/// The built program, as $ALTIMETER_CLI names it; empty where there is none.
QString cliProgram();

/// Runs it in `folder` with an environment that holds no workspace and no home but `folder`.
CliAnswer runCli(const QString& folder, const QStringList& words, const QStringList& environment = {});

void writeFile(const QString& file, const QByteArray& text);
QByteArray readFile(const QString& file);

} // namespace altimeter::testing
