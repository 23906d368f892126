#pragma once
// A web server on loopback that says, byte for byte, what the test wants, right or wrong: libraries refuse to
// send broken HTTP. One connection at a time, one answer a request.

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tuf {

struct ScriptedAnswer {
  std::string bytes;                   // sent as they are, status line and all
  std::string then_for_ever = {};      // sent again and again until the client hangs up
  std::chrono::milliseconds pause{0};  // between these
  bool keep_open = false;              // else the connection is closed after the answer
};

class ScriptedServer {
 public:
  explicit ScriptedServer(
      std::map<std::string, ScriptedAnswer> answers);  // by path; others: closed without an answer
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string url(const std::string& path) const;  // "http://127.0.0.1:<port>/x"
  std::vector<std::string> requests() const;       // whole header blocks
  std::uint64_t bytes_sent() const { return sent_; }
  int connections() const { return connections_; }

 private:
  void serve();
  void talk(int client);
  bool send_all(int client, const std::string& bytes);

  std::map<std::string, ScriptedAnswer> answers_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

// "HTTP/1.1 200 OK" with these header lines and a body, Content-Length included.
std::string ok_answer(const std::string& body, const std::string& more_headers = "");
std::string status_answer(int status, const std::string& more_headers = "");

}  // namespace tuf
