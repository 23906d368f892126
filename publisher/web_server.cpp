#include "publisher/web_server.h"

#include <httplib.h>

#include <csignal>

#include "libtufcore/error.h"
#include "libtufcore/site_headers.h"

namespace tuf {
namespace {

httplib::Server* running = nullptr;   // for the signal handler, which can be given nothing else

void stop_on_signal(int) {
  if (running != nullptr) running->stop();
}

// The path below the root, as site_headers knows it.
std::string site_path(const std::string& request_path) {
  return request_path.starts_with('/') ? request_path.substr(1) : request_path;
}

bool is_hidden(const std::string& path) { return path.find("/.") != std::string::npos; }

void set_headers(const httplib::Request& request, httplib::Response& response) {
  const SiteHeaders headers = site_headers(site_path(request.path));
  response.set_header("Cache-Control", std::string(headers.cache_control));
  response.headers.erase("Content-Type");
  response.set_header("Content-Type", std::string(headers.content_type));
  response.set_header("X-Content-Type-Options", "nosniff");
}

}  // namespace

void serve_folder(const std::filesystem::path& folder, int port, const std::function<void(const std::string& url)>& ready) {
  httplib::Server server;
  server.set_keep_alive_max_count(1000);
  // Not SO_REUSEPORT, which is the library's own choice: a second server on the port would get some of the requests.
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  server.set_pre_routing_handler([](const httplib::Request& request, httplib::Response& response) {
    if (request.method != "GET" && request.method != "HEAD") {
      response.status = 405;
      return httplib::Server::HandlerResponse::Handled;
    }
    if (is_hidden(request.path)) {
      response.status = 404;
      return httplib::Server::HandlerResponse::Handled;
    }
    return httplib::Server::HandlerResponse::Unhandled;
  });
  if (!server.set_mount_point("/", folder.string())) throw local_io("cannot serve the folder '{}'", folder.string());
  server.set_file_request_handler(set_headers);
  server.set_error_handler([](const httplib::Request&, httplib::Response& response) {
    response.set_header("Cache-Control", std::string(cache_control_of_404));
    response.set_header("X-Content-Type-Options", "nosniff");
    response.set_content(fmt::format("{}\n", response.status), "text/plain");
  });
  const std::string host = "127.0.0.1";
  const int bound = port == 0 ? server.bind_to_any_port(host) : (server.bind_to_port(host, port) ? port : -1);
  if (bound < 0) throw local_io("cannot listen on port {} of {}", port, host).with_hint("another program may use it; --port 0 takes any free one");
  running = &server;
  std::signal(SIGINT, stop_on_signal);
  std::signal(SIGTERM, stop_on_signal);
  ready(fmt::format("http://{}:{}", host, bound));
  server.listen_after_bind();
  running = nullptr;
}

}  // namespace tuf
