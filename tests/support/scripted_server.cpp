#include "tests/support/scripted_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
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
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  more_requests_.notify_all();
  thread_.join();
  for (std::thread& talk : talks_) talk.join();
  close(listener_);
}

void ScriptedServer::serve() {
  while (!stopping_) {
    pollfd ready{listener_, POLLIN, 0};
    if (poll(&ready, 1, 20) <= 0) continue;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    ++connections_;
    talks_.emplace_back([this, client] {
      talk(client);
      close(client);
    });
  }
}

std::optional<ScriptedAnswer> ScriptedServer::note_request(const std::string& request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(request);
  more_requests_.notify_all();
  const std::string path = path_of(request);
  const auto answer = answers_.find(path);
  if (answer == answers_.end()) return std::nullopt;
  const std::size_t time = std::min(asked_[path]++, answer->second.then.size());
  return time == 0 ? answer->second : answer->second.then[time - 1];
}

void ScriptedServer::wait_for_requests(std::size_t count) {
  std::unique_lock lock(mutex_);
  more_requests_.wait(lock, [&] { return requests_.size() >= count || stopping_; });
}

void ScriptedServer::talk(int client) {
  while (const auto request = read_request(client, stopping_)) {
    const auto answer = note_request(*request);
    if (!answer) return;
    wait_for_requests(answer->after_requests);
    if (!send_all(client, answer->bytes)) return;
    while (!answer->then_for_ever.empty() && !stopping_) {
      if (!send_all(client, answer->then_for_ever)) return;
      std::this_thread::sleep_for(answer->pause);
    }
    if (!answer->keep_open) return;
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

std::string range_answer(const std::string& file, std::size_t first, const std::string& more_headers) {
  return fmt::format(
      "HTTP/1.1 206 Partial Content\r\nContent-Length: {}\r\nContent-Range: bytes {}-{}/{}\r\n{}\r\n{}",
      file.size() - first, first, file.size() - 1, file.size(), more_headers, file.substr(first));
}

std::string status_answer(int status, const std::string& more_headers) {
  return fmt::format("HTTP/1.1 {} Said\r\nContent-Length: 0\r\n{}\r\n", status, more_headers);
}

}  // namespace tuf
