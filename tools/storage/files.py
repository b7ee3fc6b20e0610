"""Azure Files on a port of the loopback, by the stand-in of `tests/sdk/offline`. `GET /state` prints and empties it."""

import json
import pathlib
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "sdk"))

from offline import network, record, storage

# What a program says of a file or share besides its bytes.
SAID = ("x-ms-content-type", "x-ms-share-quota")


class Files(storage.Files):
    """The stand-in, with nothing presumed: a share that was not created is missing."""

    def __init__(self):
        super().__init__(record.Record(), {})
        self.said = {}

    def __call__(self, request):
        share = request.path.strip("/").partition("/")[0]
        creates = request.method == "PUT" and request.query.get("restype") == "share"
        account = request.host.split(".")[0]
        if share and not creates and (account, share) not in self.roots:
            return storage._error(404, "ShareNotFound")
        answer = super().__call__(request)
        if request.method == "PUT" and answer.status == 201 and "comp" not in request.query:
            self.said[request.path] = {name: value for name, value in request.headers.items()
                                       if name in SAID or name.startswith("x-ms-meta-")}
        return answer

    def state(self):
        """Every share with what is in it."""
        shares = {share: {path: content.decode("latin-1") for path, content in paths.items()}
                  for (_, share), paths in self.roots.items()}
        kept = {path: said for path, said in self.said.items()
                if path.strip("/").partition("/")[0] in shares and said}
        return json.dumps({"shares": shares, "said": kept}, sort_keys=True)


class Handler(BaseHTTPRequestHandler):
    """One request of HTTP to the stand-in and back."""

    protocol_version = "HTTP/1.1"
    files = Files()
    # Clients keep connections open, so that there are several at a time; the stand-in answers one request at a time.
    one_at_a_time = threading.Lock()

    def answer(self):
        """Answers a request."""
        if self.path == "/state":
            status, content, headers = 200, Handler.files.state().encode(), {}
            Handler.files = Files()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            prepared = SimpleNamespace(method=self.command, headers=dict(self.headers), body=body,
                                       url="http://{}{}".format(self.headers["Host"], self.path))
            with Handler.one_at_a_time:
                given = Handler.files(network.Request(prepared))
            status, content, headers = given.status, given.content, given.headers
        self.send_response(status)
        for name, value in dict(headers, **{"Content-Length": headers.get("Content-Length", len(content))}).items():
            self.send_header(name, str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_PUT = do_DELETE = answer

    def log_message(self, *_):
        """Says nothing."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
