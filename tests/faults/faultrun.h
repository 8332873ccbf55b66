#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

namespace testkit {

/// A failure of the disk at the `at`-th call (from 1) that changes a file whose path contains `path`; 0: none, only
/// count.
struct Fault {
    QString path;
    QString mode; ///< of iofault.cpp: kill, half, enospc, enospc-sticky, eio, eio-sticky
    int at = 0;
};

struct FaultOutcome {
    bool ended = false; ///< within the time limit
    bool killed = false;
    int exitCode = -1;
    int calls = 0;   ///< counted; 0 after a kill
    QString message; ///< standard error
};

/// Runs `program` to its end with the fault library loaded.
FaultOutcome runWithFault(const QString& program, const QStringList& arguments, const Fault& fault);

/// The calls to try: all when ALTIMETER_FAULTS=all, else at most `limit`, evenly spread and starting at a place that
/// differs with `turn`, so that several modes together see more of them.
QList<int> faultPoints(int calls, int limit, int turn);

/// Why the fault library cannot be loaded into the programs under test; empty when it can.
QString faultObstacle();

} // namespace testkit
