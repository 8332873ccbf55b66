#pragma once

#include <QObject>

#include "ui/backend/backend.h"
#include "ui/format/sourcehealth.h"

#include <optional>
#include <vector>

namespace altimeter::ui {

/// Knows how every source stands, for all that say it: the line at the bottom, the list of pages, and the pages.
class SourceWatch : public QObject {
    Q_OBJECT
public:
    explicit SourceWatch(Backend& backend, QObject* parent = nullptr) : QObject(parent), m_backend(backend) {}
    /// Asks everything anew; without an open workspace there are none.
    void ask();
    /// Only connections changed: a sync began, ended or failed, or a connection came or went.
    void askConnections();
    const std::vector<SourceHealth>& health() const { return m_health; }

signals:
    void changed(const std::vector<altimeter::ui::SourceHealth>& health);
    void failed();

private:
    void tell();

    Backend& m_backend;
    std::optional<std::vector<SourceInfo>> m_sources;
    std::optional<std::vector<ConnectionInfo>> m_connections;
    std::vector<SourceHealth> m_health;
};

} // namespace altimeter::ui
