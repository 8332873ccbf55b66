#pragma once

#include <QString>

#include <cstdint>
#include <vector>

namespace testkit {

/// One call that changed or synced a file, as iofault.cpp records it.
struct DiskCall {
    char kind = 0; ///< w: write, t: truncate, s: sync of a file or folder, r: rename, u: remove
    QString path, second;
    std::int64_t offset = 0;
    QByteArray data;
};
std::vector<DiskCall> readRecord(const QString& file);

/// Writes into `folder` what a power cut after `calls` calls could have left of `from`: all that was synced; of what
/// was written since, each write whole, cut at a sector, or not at all; of names made, changed and removed since their
/// folder was synced, the first few. `seed` decides. With `isStrict`, syncing a new file does not keep its name.
void replayCut(const std::vector<DiskCall>& record, std::size_t calls, const QString& from, const QString& folder,
               std::uint32_t seed, bool isStrict);

} // namespace testkit
