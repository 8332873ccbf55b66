#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace altimeter::testing {

/// An HTTP/1.1 server on 127.0.0.1 that answers as it is told, also badly. One thread per server; each connection is
/// served in turn and closed after its answer.
class LoopbackServer {
public:
    struct Request {
        std::string method, path;                   ///< path without the query
        std::string query;                          ///< raw, without '?'
        std::map<std::string, std::string> headers; ///< names in lower case
        std::string body;

        /// The decoded first value of a query parameter; empty where there is none.
        std::string parameter(std::string_view name) const;
        std::vector<std::string> parameters(std::string_view name) const;
    };
    struct Answer {
        int status = 200;
        std::string body;
        std::string type = "application/json";
        std::vector<std::pair<std::string, std::string>> headers;
        std::chrono::milliseconds delay{0}; ///< before the first byte
        /// Bytes of the body that are sent before the connection is cut; npos: all.
        std::size_t cutAfter = std::string::npos;
        /// Sends one byte of the body at a time with this pause in between; 0: at once.
        std::chrono::milliseconds drip{0};
    };
    using Handler = std::function<Answer(const Request&)>;

    explicit LoopbackServer(Handler handler) : m_handler(std::move(handler))
    {
        m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(m_socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::listen(m_socket, 64);
        socklen_t size = sizeof address;
        ::getsockname(m_socket, reinterpret_cast<sockaddr*>(&address), &size);
        m_port = ntohs(address.sin_port);
        m_thread = std::thread([this] { serve(); });
    }
    ~LoopbackServer()
    {
        m_stop = true;
        m_thread.join();
        ::close(m_socket);
    }
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }
    int port() const { return m_port; }
    std::vector<Request> requests() const
    {
        const std::lock_guard lock(m_mutex);
        return m_requests;
    }
    std::size_t count() const { return requests().size(); }
    /// How often somebody connected, with or without a request.
    std::size_t connections() const { return m_connections; }
    void forget()
    {
        const std::lock_guard lock(m_mutex);
        m_requests.clear();
    }
    void setHandler(Handler handler)
    {
        const std::lock_guard lock(m_mutex);
        m_handler = std::move(handler);
    }

    static std::string decoded(std::string_view text)
    {
        std::string plain;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '%' && i + 2 < text.size()) {
                plain += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
                i += 2;
            } else {
                plain += text[i] == '+' ? ' ' : text[i];
            }
        }
        return plain;
    }

private:
    void serve()
    {
        while (!m_stop) {
            pollfd waiting{m_socket, POLLIN, 0};
            if (::poll(&waiting, 1, 20) <= 0)
                continue;
            const int client = ::accept4(m_socket, nullptr, nullptr, SOCK_CLOEXEC);
            if (client < 0)
                continue;
            ++m_connections;
            Request request;
            if (read(client, request))
                answer(client, request);
            ::close(client);
        }
    }

    bool more(int client, std::string& data) const
    {
        char buffer[65536];
        while (!m_stop) {
            pollfd waiting{client, POLLIN, 0};
            if (::poll(&waiting, 1, 20) == 0)
                continue;
            const auto got = ::recv(client, buffer, sizeof buffer, 0);
            if (got <= 0)
                return false;
            data.append(buffer, static_cast<std::size_t>(got));
            return true;
        }
        return false;
    }

    bool read(int client, Request& request) const
    {
        std::string data;
        std::size_t end = std::string::npos;
        while ((end = data.find("\r\n\r\n")) == std::string::npos) {
            if (!more(client, data))
                return false;
        }
        std::string_view head(data.data(), end);
        std::size_t length = 0;
        bool isFirst = true;
        while (!head.empty()) {
            const auto stop = std::min(head.find("\r\n"), head.size());
            const std::string_view line = head.substr(0, stop);
            head.remove_prefix(std::min(stop + 2, head.size()));
            if (isFirst) {
                const auto blank = line.find(' ');
                const auto target = line.substr(blank + 1, line.rfind(' ') - blank - 1);
                request.method = line.substr(0, blank);
                const auto mark = target.find('?');
                request.path = target.substr(0, mark);
                request.query = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
                isFirst = false;
                continue;
            }
            const auto colon = line.find(':');
            std::string name(line.substr(0, colon));
            std::transform(name.begin(), name.end(), name.begin(),
                           [](char c) { return static_cast<char>(std::tolower(c)); });
            std::string value(line.substr(colon + 1));
            value.erase(0, value.find_first_not_of(' '));
            if (name == "content-length")
                length = std::stoul(value);
            request.headers[name] = value;
        }
        request.body = data.substr(end + 4);
        while (request.body.size() < length) {
            if (!more(client, request.body))
                return false;
        }
        return true;
    }

    void send(int client, std::string_view data) const
    {
        while (!data.empty() && !m_stop) {
            const auto sent = ::send(client, data.data(), data.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return;
            data.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    void wait(std::chrono::milliseconds time) const
    {
        const auto until = std::chrono::steady_clock::now() + time;
        while (!m_stop && std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }

    void answer(int client, const Request& request)
    {
        Handler handler;
        {
            const std::lock_guard lock(m_mutex);
            m_requests.push_back(request);
            handler = m_handler;
        }
        const Answer answer = handler(request);
        wait(answer.delay);
        std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " Said\r\n";
        head += "Date: Sat, 21 Nov 2026 09:00:00 GMT\r\nConnection: close\r\n";
        if (!answer.type.empty())
            head += "Content-Type: " + answer.type + "\r\n";
        for (const auto& [name, value] : answer.headers)
            head.append(name).append(": ").append(value).append("\r\n");
        if (request.method == "HEAD" || answer.status == 204) {
            send(client, head + "\r\n");
            return;
        }
        head += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n";
        send(client, head);
        const std::string_view body = std::string_view(answer.body).substr(0, answer.cutAfter);
        if (answer.drip.count() == 0) {
            send(client, body);
            return;
        }
        for (const char& c : body) {
            send(client, {&c, 1});
            wait(answer.drip);
            if (m_stop)
                return;
        }
    }

    int m_socket = -1;
    int m_port = 0;
    std::atomic<bool> m_stop = false;
    std::atomic<std::size_t> m_connections = 0;
    mutable std::mutex m_mutex;
    Handler m_handler;               ///< guarded by m_mutex
    std::vector<Request> m_requests; ///< guarded by m_mutex
    std::thread m_thread;
};

inline std::vector<std::string> LoopbackServer::Request::parameters(std::string_view name) const
{
    std::vector<std::string> values;
    std::string_view rest = query;
    while (!rest.empty()) {
        const auto stop = std::min(rest.find('&'), rest.size());
        const std::string_view pair = rest.substr(0, stop);
        rest.remove_prefix(std::min(stop + 1, rest.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        if (decoded(pair.substr(0, equals)) == name)
            values.push_back(decoded(pair.substr(std::min(equals + 1, pair.size()))));
    }
    return values;
}

inline std::string LoopbackServer::Request::parameter(std::string_view name) const
{
    const auto values = parameters(name);
    return values.empty() ? std::string() : values.front();
}

} // namespace altimeter::testing
