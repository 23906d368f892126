#include "tests/support/scripted_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <stdexcept>

namespace tuf {
namespace {

// Empty when the client hung up first.
std::optional<std::string> read_request(int client, const std::atomic<bool>& stopping) {
  std::string request;
  while (request.find("\r\n\r\n") == std::string::npos) {
    pollfd ready{client, POLLIN, 0};
    if (poll(&ready, 1, 20) == 0) {
      if (stopping) return std::nullopt;
      continue;
    }
    char buffer[4096];
    const ssize_t count = recv(client, buffer, sizeof buffer, 0);
    if (count <= 0) return std::nullopt;
    request.append(buffer, static_cast<std::size_t>(count));
  }
  return request;
}

std::string path_of(const std::string& request) {
  const std::size_t start = request.find(' ') + 1;
  return request.substr(start, request.find(' ', start) - start);
}

}  // namespace

ScriptedServer::ScriptedServer(std::map<std::string, ScriptedAnswer> answers) : answers_(std::move(answers)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  void* any = &address;
  if (listener_ < 0 || bind(listener_, static_cast<sockaddr*>(any), size) != 0 ||
      listen(listener_, 16) != 0 || getsockname(listener_, static_cast<sockaddr*>(any), &size) != 0) {
    throw std::runtime_error("no loopback server");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

ScriptedServer::~ScriptedServer() {
  stopping_ = true;
  thread_.join();
  close(listener_);
}

void ScriptedServer::serve() {
  while (!stopping_) {
    pollfd ready{listener_, POLLIN, 0};
    if (poll(&ready, 1, 20) <= 0) continue;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    ++connections_;
    talk(client);
    close(client);
  }
}

void ScriptedServer::talk(int client) {
  while (const auto request = read_request(client, stopping_)) {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(*request);
    }
    const auto answer = answers_.find(path_of(*request));
    if (answer == answers_.end() || !send_all(client, answer->second.bytes)) return;
    while (!answer->second.then_for_ever.empty() && !stopping_) {
      if (!send_all(client, answer->second.then_for_ever)) return;
      std::this_thread::sleep_for(answer->second.pause);
    }
    if (!answer->second.keep_open) return;
  }
}

bool ScriptedServer::send_all(int client, const std::string& bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    pollfd ready{client, POLLOUT, 0};
    if (poll(&ready, 1, 20) == 0) {
      if (stopping_) return false;
      continue;
    }
    const ssize_t count = send(client, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0) return false;
    at += static_cast<std::size_t>(count);
    sent_ += static_cast<std::uint64_t>(count);
  }
  return true;
}

std::string ScriptedServer::url(const std::string& path) const {
  return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

std::vector<std::string> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::string ok_answer(const std::string& body, const std::string& more_headers) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{}\r\n{}", body.size(), more_headers, body);
}

std::string status_answer(int status, const std::string& more_headers) {
  return fmt::format("HTTP/1.1 {} Said\r\nContent-Length: 0\r\n{}\r\n", status, more_headers);
}

}  // namespace tuf
