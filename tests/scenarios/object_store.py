#!/usr/bin/python3
"""An object store on loopback that believes no signature which it has not recomputed (with Debian's python3-botocore).

object_store.py DIR: prints its port. Anybody may read, the key below may write. DIR/objects holds the objects, DIR/log a line
for each request. What goes wrong is in files that the test writes: DIR/fail ("503 2": so answer the next two signed requests),
DIR/forgets (conditions are ignored), DIR/refuses (conditions are answered with 501), DIR/kill ("3 before" or "3 after": DIR/pid is
killed when it has stored so many objects, or would), DIR/first (a file that somebody else stores just before timestamp.json).
"""
import datetime, hashlib, json, os, pathlib, signal, sys, threading, time, urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEY_ID, SECRET, REGION = "TESTKEY", "test/secret+key=", "eu-test-1"
DIR = pathlib.Path(sys.argv[1])
OBJECTS = DIR / "objects"
LOCK = threading.Lock()
KEPT_HEADERS = ("content-type", "cache-control", "x-amz-meta-sha256")
puts = 0


def fault(name):
    path = DIR / name
    return path.read_text().strip() if path.exists() else None


def is_signed_well(method, path, headers, body):
    """The reason why not; None when the signature is right."""
    authorization = headers.get("Authorization", "")
    if not authorization.startswith("AWS4-HMAC-SHA256 "):
        return "AccessDenied"
    parts = dict(part.strip().split("=", 1) for part in authorization.split(" ", 1)[1].split(","))
    signed = parts["SignedHeaders"].split(";")
    if signed != sorted(signed) or not {"host", "x-amz-date", "x-amz-content-sha256"} <= set(signed):
        return "SignedHeadersIncomplete"
    if any(name.lower() not in signed for name in headers if name.lower().startswith(("x-amz-", "if-", "cache-control", "content-type"))):
        return "SignedHeadersIncomplete"
    stamp = headers["x-amz-date"]
    key_id, day, region, service, end = parts["Credential"].split("/")
    if (key_id, day, region, service, end) != (KEY_ID, stamp[:8], REGION, "s3", "aws4_request"):
        return "InvalidAccessKeyId"
    sent = datetime.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    if abs((datetime.datetime.now(datetime.timezone.utc) - sent).total_seconds()) > 900:
        return "RequestTimeTooSkewed"
    if headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
        return "XAmzContentSHA256Mismatch"
    request = AWSRequest(method, "http://" + headers["Host"] + path, {name: headers[name] for name in signed})
    request.context["timestamp"] = stamp
    signer = S3SigV4Auth(Credentials(KEY_ID, SECRET), "s3", REGION)
    right = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    return None if right == parts["Signature"] else "SignatureDoesNotMatch"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", headers=None, length=None):
        with LOCK, open(DIR / "log", "a") as log:
            log.write(f"{self.command} {urllib.parse.unquote(self.path)} {status}\n")
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status, code):
        self.answer(status, f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode(), {"Content-Type": "application/xml"})

    def place(self):
        return OBJECTS / urllib.parse.unquote(self.path).replace("/", "%2F")

    def stored(self):
        path = self.place()
        if not path.exists():
            return None, None
        head, body = path.read_bytes().split(b"\n", 1)
        return json.loads(head), body

    def store(self, body, headers):
        kept = {name: headers[name] for name in KEPT_HEADERS if headers.get(name)}
        kept["ETag"] = '"' + hashlib.md5(body).hexdigest() + '"'
        temporary = OBJECTS / f".{threading.get_ident()}"
        temporary.write_bytes(json.dumps(kept).encode() + b"\n" + body)
        temporary.rename(self.place())
        return kept

    def fails(self):
        with LOCK:
            plan = fault("fail")
            if not plan:
                return False
            status, count = map(int, plan.split())
            if count == 1:
                (DIR / "fail").unlink()
            else:
                (DIR / "fail").write_text(f"{status} {count - 1}")
        self.refuse(status, "SlowDown")
        return True

    def do_GET(self):
        signed = "Authorization" in self.headers
        if signed:
            problem = is_signed_well(self.command, self.path, self.headers, b"")
            if problem:
                return self.refuse(403, problem)
            if self.fails():
                return None
        headers, body = self.stored()
        if headers is None:
            return self.refuse(404, "NoSuchKey" if self.path.startswith("/bucket/") else "NoSuchBucket")
        if self.headers.get("If-None-Match") == headers["ETag"]:
            return self.answer(304)
        return self.answer(200, body, headers)

    do_HEAD = do_GET

    def do_PUT(self):
        if self.headers.get("Expect"):
            self.send_response_only(100)
            self.end_headers()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if len(body) != int(self.headers["Content-Length"]):
            return None
        problem = is_signed_well("PUT", self.path, self.headers, body)
        if problem:
            return self.refuse(403, problem)
        if self.fails():
            return None
        return self.put(body)

    def put(self, body):
        global puts
        with LOCK:
            kill = fault("kill")
            puts = puts + 1 if kill else 0
            now = kill and puts >= int(kill.split()[0])
            if now and kill.endswith("before"):
                return self.kill_client()
            if self.path.endswith("timestamp.json") and fault("first"):
                self.store(pathlib.Path(fault("first")).read_bytes(), {})
                (DIR / "first").unlink()
            status = self.condition()
            headers = self.store(body, self.headers) if status == 200 else {}
            if now:
                return self.kill_client()
        if status != 200:
            return self.refuse(status, {412: "PreconditionFailed", 404: "NoSuchKey", 501: "NotImplemented"}[status])
        return self.answer(200, headers={"ETag": headers["ETag"]})

    def condition(self):
        conditions = [name for name in ("If-None-Match", "If-Match") if self.headers.get(name)]
        if not conditions or fault("forgets") is not None:
            return 200
        if fault("refuses") is not None:
            return 501
        there, _ = self.stored()
        if self.headers.get("If-None-Match"):
            return 412 if there else 200
        if not there:
            return 404
        return 200 if there["ETag"] == self.headers["If-Match"] else 412

    def kill_client(self):
        global puts
        puts = 0
        (DIR / "kill").unlink()
        while not fault("pid"):
            time.sleep(0.01)
        os.kill(int(fault("pid")), signal.SIGKILL)
        self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a client that was killed is no news
            super().handle_error(request, client_address)


OBJECTS.mkdir(exist_ok=True)
server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
