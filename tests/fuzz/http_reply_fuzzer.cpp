// What a server sends, byte for byte, on its way into the client: through the reader of header lines, then
// over loopback through libcurl and all of ours around it, as a whole file, a conditional request and the
// rest of a file. Input: two bytes that choose limit and offset, then the reply.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <mutex>
#include <thread>

#include "client/http_fetcher.h"
#include "client/http_headers.h"
#include "client/http_retry.h"
#include "tests/fuzz/fuzz.h"

using namespace tuf;
using tuf::fuzz::promise;

namespace {

// Answers every request with the same bytes and hangs up. It is the proxy of the fetcher, too, so that no
// redirect leads out of this process.
class OneReplyServer {
 public:
  OneReplyServer() {
    std::signal(SIGPIPE, SIG_IGN);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, generic, size) != 0 || listen(listener_, 16) != 0 ||
        getsockname(listener_, generic, &size) != 0)
      fuzz::broken("there is a loopback address");
    port_ = ntohs(address.sin_port);
    std::thread([this] { serve(); }).detach();  // until the process ends
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }
  void answer(std::string_view reply) {
    const std::lock_guard lock(mutex_);
    reply_ = reply;
  }

 private:
  void serve() {
    for (;;) {
      const int client = accept(listener_, nullptr, nullptr);
      if (client < 0) continue;
      talk(client);
      close(client);
    }
  }
  void talk(int client) {
    std::string request;
    char piece[4096];
    while (request.find("\r\n\r\n") == std::string::npos) {
      const ssize_t count = recv(client, piece, sizeof piece, 0);
      if (count <= 0) return;
      request.append(piece, static_cast<std::size_t>(count));
    }
    std::string reply;
    {
      const std::lock_guard lock(mutex_);
      reply = reply_;
    }
    std::string_view rest = reply;
    while (!rest.empty()) {
      const ssize_t count = send(client, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  int listener_ = -1;
  int port_ = 0;
  std::mutex mutex_;
  std::string reply_;
};

HttpOptions options_for(const std::string& proxy) {
  HttpOptions options;
  options.patience.retries = 1;
  options.patience.sleep = [](std::chrono::milliseconds) {};
  options.patience.random = [] { return 0.5; };
  options.patience.note = [](const std::string& text) {
    promise(fuzz::is_printable(text), "notes can be printed (P-09)", text);
  };
  options.proxy = proxy;
  return options;
}

void check_lines(std::string_view reply) {
  ReplyHeaders headers;
  fuzz::Choices lines(reply);
  while (lines.any()) {
    headers.take(lines.text());
    promise(headers.bytes <= reply.size(), "header bytes are counted as they come (H-05)");
    promise(headers.tag.empty() || (is_entity_tag(headers.tag) && fuzz::is_printable(headers.tag)),
            "what goes into a request again is well-formed (H-05)", headers.tag);
    promise(!headers.range || headers.range->first <= headers.range->last,
            "a range has a first and a last byte");
    promise(!headers.range || !headers.range->whole || headers.range->last < *headers.range->whole,
            "inside of the file");
    const auto wait = asked_to_wait(headers);
    promise(!wait || wait->count() >= 0, "nobody waits for the past");
  }
}

void check_reply(const FetchReply& reply, std::uint64_t max_bytes, bool conditional) {
  using Outcome = FetchReply::Outcome;
  promise(reply.bytes.size() <= max_bytes, "no more than the limit is taken (H-01)");
  promise(reply.outcome == Outcome::received || (reply.bytes.empty() && reply.tag.empty()),
          "only what was received is given");
  promise(reply.tag.empty() || is_entity_tag(reply.tag), "tags are well-formed (H-05)", reply.tag);
  promise(conditional || reply.outcome != Outcome::unchanged,
          "what was not asked cannot be unchanged (H-09)");
  promise(
      reply.failure.has_value() == (reply.outcome == Outcome::failed || reply.outcome == Outcome::too_long),
      "a failure says why");
  if (reply.failure) fuzz::check(*reply.failure);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static auto& server = *new OneReplyServer;  // its thread outlives main
  static HttpFetcher fetcher(options_for(server.url()));
  fuzz::Choices input(fuzz::view(bytes, size));
  const std::uint64_t max_bytes = input.byte(), first_byte = input.byte();
  const std::string_view reply = input.rest();
  check_lines(reply);

  server.answer(reply);
  const std::string url = server.url() + "/file";
  check_reply(fetcher.fetch_all({{url, max_bytes}}).front(), max_bytes, false);
  check_reply(fetcher.fetch_all({{url, max_bytes, "\"tag\""}}).front(), max_bytes, true);
  std::uint64_t taken = 0;
  fuzz::accepted([&] {
    return fetcher.fetch_into(url, first_byte, max_bytes, [&](ByteView piece) {
      taken += piece.size();
      promise(first_byte + taken <= max_bytes, "the rest of a file is no longer than the file may be (H-01)");
    });
  });
  return 0;
}
