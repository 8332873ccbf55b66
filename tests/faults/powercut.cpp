#include "tests/faults/powercut.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QMap>

#include <algorithm>
#include <cstring>
#include <random>

namespace testkit {

namespace {

constexpr qsizetype kSector = 512;

class Reader {
public:
    explicit Reader(QByteArray bytes) : m_bytes(std::move(bytes)) {}
    bool atEnd() const { return m_at >= m_bytes.size(); }
    char letter() { return m_bytes.at(m_at++); }
    std::int64_t number()
    {
        std::int64_t value = 0;
        std::memcpy(&value, m_bytes.constData() + m_at, sizeof value);
        m_at += qsizetype{sizeof value};
        return value;
    }
    QByteArray text()
    {
        std::uint32_t size = 0;
        std::memcpy(&size, m_bytes.constData() + m_at, sizeof size);
        m_at += qsizetype{sizeof size};
        const QByteArray part = m_bytes.mid(m_at, size);
        m_at += size;
        return part;
    }

private:
    QByteArray m_bytes;
    qsizetype m_at = 0;
};

void apply(QByteArray& bytes, const DiskCall& call, qsizetype size)
{
    const auto offset = static_cast<qsizetype>(call.offset);
    if (call.kind == 't') {
        bytes.resize(offset, '\0');
        return;
    }
    if (bytes.size() < offset + size)
        bytes.append(QByteArray(offset + size - bytes.size(), '\0'));
    bytes.replace(offset, size, call.data.left(size));
}

/// A disk with what lies in its cache.
class Disk {
public:
    void take(const DiskCall& call, bool isStrict)
    {
        switch (call.kind) {
        case 'w':
        case 't':
            m_files[idOf(call.path)].waiting.push_back(call);
            break;
        case 's':
            if (m_names.contains(call.path))
                syncFile(m_names.value(call.path), isStrict);
            else
                syncNames(call.path);
            break;
        case 'r':
            if (m_names.contains(call.path)) {
                m_names[call.second] = m_names.take(call.path);
                m_waiting.push_back(call);
            }
            break;
        case 'u':
            if (m_names.remove(call.path) > 0)
                m_waiting.push_back(call);
            break;
        default:
            break;
        }
    }

    void leave(const QString& from, const QString& folder, std::uint32_t seed) const
    {
        std::mt19937 random(seed);
        QMap<QString, std::size_t> names = m_kept;
        const auto kept = static_cast<std::ptrdiff_t>(random() % (m_waiting.size() + 1));
        std::for_each(m_waiting.begin(), m_waiting.begin() + kept, [&](const DiskCall& call) { change(names, call); });
        for (auto at = names.begin(); at != names.end(); ++at) {
            QByteArray bytes = m_files[at.value()].synced;
            for (const DiskCall& call : m_files[at.value()].waiting) {
                const auto luck = random() % 4;
                if (luck < 2)
                    apply(bytes, call, call.data.size());
                else if (luck == 2 && call.data.size() > kSector)
                    apply(bytes, call, static_cast<qsizetype>(random()) % (call.data.size() / kSector) * kSector);
            }
            const QString path = folder + at.key().mid(from.size());
            QDir().mkpath(QFileInfo(path).path());
            QFile file(path);
            if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
                qFatal("cannot write %s", qPrintable(path));
        }
    }

private:
    struct File {
        QByteArray synced;
        std::vector<DiskCall> waiting;
    };

    std::size_t idOf(const QString& path)
    {
        if (!m_names.contains(path)) {
            m_names[path] = m_files.size();
            m_files.emplace_back();
            m_waiting.push_back({'c', path, {}, static_cast<std::int64_t>(m_names[path]), {}});
        }
        return m_names.value(path);
    }
    void syncFile(std::size_t id, bool isStrict)
    {
        File& file = m_files[id];
        for (const DiskCall& call : file.waiting)
            apply(file.synced, call, call.data.size());
        file.waiting.clear();
        if (!isStrict) // the journal of the file system is written up to here
            keepNames(m_waiting.size());
    }
    void syncNames(const QString&) { keepNames(m_waiting.size()); }
    void keepNames(std::size_t count)
    {
        for (std::size_t i = 0; i < count; ++i)
            change(m_kept, m_waiting[i]);
        m_waiting.erase(m_waiting.begin(), m_waiting.begin() + static_cast<std::ptrdiff_t>(count));
    }
    static void change(QMap<QString, std::size_t>& names, const DiskCall& call)
    {
        if (call.kind == 'c')
            names[call.path] = static_cast<std::size_t>(call.offset);
        else if (call.kind == 'u')
            names.remove(call.path);
        else if (names.contains(call.path))
            names[call.second] = names.take(call.path);
    }

    std::vector<File> m_files;
    QMap<QString, std::size_t> m_names; ///< as programs see them
    QMap<QString, std::size_t> m_kept;  ///< as they are on the disk for sure
    std::vector<DiskCall> m_waiting;
};

} // namespace

std::vector<DiskCall> readRecord(const QString& file)
{
    QFile input(file);
    std::vector<DiskCall> calls;
    if (!input.open(QIODevice::ReadOnly))
        return calls;
    Reader in(input.readAll());
    while (!in.atEnd()) {
        DiskCall call;
        call.kind = in.letter();
        call.path = QString::fromUtf8(in.text());
        call.second = QString::fromUtf8(in.text());
        call.offset = in.number();
        call.data = in.text();
        calls.push_back(std::move(call));
    }
    return calls;
}

void replayCut(const std::vector<DiskCall>& record, std::size_t calls, const QString& from, const QString& folder,
               std::uint32_t seed, bool isStrict)
{
    Disk disk;
    for (std::size_t i = 0; i < std::min(calls, record.size()); ++i)
        disk.take(record[i], isStrict);
    disk.leave(from, folder, seed);
}

} // namespace testkit
