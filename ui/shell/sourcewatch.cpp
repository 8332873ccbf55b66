#include "ui/shell/sourcewatch.h"

#include "ui/pages/common/guarded.h"

namespace altimeter::ui {

void SourceWatch::ask()
{
    m_sources.reset();
    if (m_backend.workspaces().info().path.empty()) {
        m_connections.reset();
        m_health.clear();
        emit changed(m_health);
        return;
    }
    m_backend.ask("shell.sources", SourcesQuestion{},
                  guarded<std::vector<SourceInfo>>(this, [this](Result<std::vector<SourceInfo>> sources) {
                      if (sources) {
                          m_sources = sources.take();
                          tell();
                      } else if (sources.error().code != ErrorCode::Cancelled) {
                          emit failed();
                      }
                  }));
    askConnections();
}

void SourceWatch::askConnections()
{
    m_backend.connections().list(
        "shell.connections",
        guarded<std::vector<ConnectionInfo>>(this, [this](Result<std::vector<ConnectionInfo>> connections) {
            if (!connections && connections.error().code == ErrorCode::Cancelled)
                return;
            // Where they could not be read, the Connections page says it.
            m_connections = connections ? connections.take() : std::vector<ConnectionInfo>();
            tell();
        }));
}

/// Once both are known: a source whose connection fails must not be called well meanwhile.
void SourceWatch::tell()
{
    if (!m_sources || !m_connections)
        return;
    m_health = healthOf(*m_sources, *m_connections, m_backend.workspaces().info().dataThrough);
    emit changed(m_health);
}

} // namespace altimeter::ui
