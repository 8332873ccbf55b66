#include "tests/faults/faultrun.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryFile>

namespace testkit {

namespace {

constexpr int kTimeLimitMs = 60'000;

int countIn(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().toInt() : 0;
}

} // namespace

FaultOutcome runWithFault(const QString& program, const QStringList& arguments, const Fault& fault)
{
    FaultOutcome outcome;
    QTemporaryFile count;
    if (!count.open())
        return outcome;
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("LD_PRELOAD", ALTIMETER_IOFAULT);
    environment.insert("IOFAULT_PATH", fault.path);
    environment.insert("IOFAULT_MODE", fault.mode);
    environment.insert("IOFAULT_AT", QString::number(fault.at));
    environment.insert("IOFAULT_COUNT", count.fileName());
    process.setProcessEnvironment(environment);
    process.setStandardOutputFile(QProcess::nullDevice());
    process.start(program, arguments);
    outcome.ended = process.waitForFinished(kTimeLimitMs);
    if (!outcome.ended) {
        process.kill();
        process.waitForFinished(kTimeLimitMs);
    }
    outcome.killed = process.exitStatus() == QProcess::CrashExit;
    outcome.exitCode = process.exitCode();
    outcome.message = QString::fromUtf8(process.readAllStandardError());
    outcome.calls = countIn(count.fileName());
    return outcome;
}

QList<int> faultPoints(int calls, int limit, int turn)
{
    const int points = qEnvironmentVariable("ALTIMETER_FAULTS") == "all" ? calls : qMin(calls, limit);
    const int step = points > 0 ? calls / points : 1;
    QList<int> list;
    for (int i = 0; i < points; ++i)
        list.append(1 + (i * calls + turn % qMax(step, 1) * points) / points);
    return list;
}

QString faultObstacle()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return "a sanitizer's run-time has to be loaded first, so the fault library cannot be";
#else
    return QFile::exists(ALTIMETER_IOFAULT) ? QString() : QString("the fault library was not built");
#endif
}

} // namespace testkit
