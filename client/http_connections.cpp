#include "client/http_connections.h"

#include <algorithm>

#include "libtufcore/error.h"
#include "libtufcore/io/interrupt.h"

namespace tuf {
namespace {

constexpr long max_connections_a_host = 6;
constexpr std::size_t max_at_once = 32;

void require(CURLMcode code) {
  if (code != CURLM_OK) throw bug("libcurl fails: {}", curl_multi_strerror(code));
}

}  // namespace

HttpConnections::Library::Library() {
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw bug("libcurl does not start");
}

HttpConnections::Library::~Library() { curl_global_cleanup(); }

// A transfer that is on its way for as long as this lives; then it is idle again.
class HttpConnections::Running {
 public:
  Running(HttpConnections& owner, std::size_t place, const HttpQuestion& question)
      : owner_(owner), place_(place) {
    if (owner.idle_.empty()) owner.idle_.push_back(std::make_unique<HttpTransfer>());
    transfer_ = std::move(owner.idle_.back());
    owner.idle_.pop_back();
    transfer_->prepare(question, owner.options_, owner.authorities_);
    require(curl_multi_add_handle(owner.multi_.get(), transfer_->handle()));
  }
  ~Running() {
    curl_multi_remove_handle(owner_.multi_.get(), transfer_->handle());
    owner_.idle_.push_back(std::move(transfer_));
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  std::size_t place() const { return place_; }
  HttpTransfer& transfer() { return *transfer_; }

 private:
  HttpConnections& owner_;
  std::size_t place_;
  std::unique_ptr<HttpTransfer> transfer_;
};

HttpConnections::HttpConnections(const HttpOptions& options)
    : options_(options),
      authorities_(chosen_authorities(options)),
      origin_(authorities_ ? Origin::user : Origin::unknown),
      multi_(curl_multi_init()) {
  if (!multi_) throw bug("libcurl has no memory");
  require(curl_multi_setopt(multi_.get(), CURLMOPT_MAX_HOST_CONNECTIONS, max_connections_a_host));
}

// Not before they are needed: a plain http server has no use for them.
void HttpConnections::look_for_authorities(const std::string& url) {
  if (origin_ != Origin::unknown || !url.starts_with("https:")) return;
  authorities_ = hashed_authorities();
  origin_ = authorities_ ? Origin::quick : Origin::built_in;
}

bool HttpConnections::try_other_authorities() {
  if (origin_ != Origin::quick) return false;
  authorities_ = std::nullopt;
  origin_ = Origin::built_in;
  return true;
}

void HttpConnections::take_finished(AllRunning& running, std::vector<HttpEnd>& ends) {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const auto is_this = [&](const auto& one) { return one->transfer().handle() == message->easy_handle; };
    const auto found = std::find_if(running.begin(), running.end(), is_this);
    if (found == running.end()) throw bug("libcurl ends a transfer that nobody began");
    const CURLcode code = message->data.result;
    const std::unique_ptr<Running> ended = std::move(*found);
    running.erase(found);
    ends[ended->place()] = ended->transfer().finish(code);
  }
}

void HttpConnections::ask(const std::vector<HttpQuestion>& questions, const std::vector<std::size_t>& places,
                          std::vector<HttpEnd>& ends) {
  AllRunning running;
  for (std::size_t next = 0; next < places.size() || !running.empty();) {
    while (next < places.size() && running.size() < max_at_once) {
      const std::size_t place = places[next++];
      look_for_authorities(questions[place].url);
      running.push_back(std::make_unique<Running>(*this, place, questions[place]));
    }
    throw_if_interrupted();
    int still_running = 0;
    require(curl_multi_perform(multi_.get(), &still_running));
    const std::size_t before = running.size();
    take_finished(running, ends);
    if (running.size() == before) require(curl_multi_poll(multi_.get(), nullptr, 0, 1000, nullptr));
  }
}

}  // namespace tuf
