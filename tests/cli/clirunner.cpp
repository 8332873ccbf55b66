#include "tests/cli/clirunner.h"

#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>

namespace altimeter::testing {

QString cliProgram()
{
    return qEnvironmentVariable("ALTIMETER_CLI");
}

CliAnswer runCli(const QString& folder, const QStringList& words, const QStringList& environment)
{
    QProcess process;
    QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
    variables.remove(QStringLiteral("ALTIMETER_WORKSPACE"));
    variables.remove(QStringLiteral("XDG_DATA_HOME"));
    variables.remove(QStringLiteral("XDG_CONFIG_HOME"));
    variables.insert(QStringLiteral("HOME"), folder);
    for (const QString& each : environment)
        variables.insert(each.section(QLatin1Char('='), 0, 0), each.section(QLatin1Char('='), 1));
    process.setProcessEnvironment(variables);
    process.setWorkingDirectory(folder);
    process.start(cliProgram(), words);
    CliAnswer answer;
    if (!process.waitForFinished(300'000) || process.exitStatus() != QProcess::NormalExit)
        return answer;
    answer.exitCode = process.exitCode();
    answer.out = process.readAllStandardOutput();
    answer.err = process.readAllStandardError();
    return answer;
}

void writeFile(const QString& file, const QByteArray& text)
{
    QFile out(file);
    if (out.open(QIODevice::WriteOnly))
        out.write(text);
}

QByteArray readFile(const QString& file)
{
    QFile in(file);
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

} // namespace altimeter::testing
