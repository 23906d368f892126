#pragma once
// A web server on loopback that says, byte for byte, what the test wants, right or wrong: libraries refuse to
// send broken HTTP. Each connection has a thread. As a proxy it finds its answers by "http://host/path" and
// "host:443".

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tuf {

struct ScriptedAnswer {
  std::string bytes;                      // sent as they are, status line and all
  std::string then_for_ever = {};         // sent again and again until the client hangs up
  std::chrono::milliseconds pause{0};     // between these
  bool keep_open = false;                 // else the connection is closed after the answer
  std::size_t after_requests = 0;         // nothing is sent before the server has seen so many in all
  std::vector<ScriptedAnswer> then = {};  // to the next requests for this path, in order; the last one stays
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
  std::optional<ScriptedAnswer> note_request(const std::string& request);  // its answer
  void wait_for_requests(std::size_t count);

  std::map<std::string, ScriptedAnswer> answers_;
  std::map<std::string, std::size_t> asked_;  // how often
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::condition_variable more_requests_;
  std::vector<std::string> requests_;
  std::vector<std::thread> talks_;
  std::thread thread_;
};

// "HTTP/1.1 200 OK" with these header lines and a body, Content-Length included.
std::string ok_answer(const std::string& body, const std::string& more_headers = "");
std::string status_answer(int status, const std::string& more_headers = "");
// "206 Partial Content": the bytes of `file` from `first` on.
std::string range_answer(const std::string& file, std::size_t first, const std::string& more_headers = "");

}  // namespace tuf
