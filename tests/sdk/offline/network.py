"""The only door to the network: requests are answered in the process, by host.

Importing this closes the door: what nobody answers fails. Knows nothing about Azure; services are added with
`NETWORK.serve`.
"""

import io
import json
import re
import socket
import sys
import urllib.request
from types import SimpleNamespace
from urllib.parse import parse_qsl, unquote, urlsplit
from urllib.response import addinfourl

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse


class Request:
    """One outgoing request, read whole. `path` is unquoted and `query` has lower-case names."""

    def __init__(self, prepared):
        parts = urlsplit(prepared.url)
        self.url = prepared.url
        self.method = prepared.method.upper()
        self.host = parts.hostname or ""
        self.path = "/" + unquote(parts.path).lstrip("/")
        self.query = {name.lower(): value for name, value in parse_qsl(parts.query, keep_blank_values=True)}
        self.headers = {name.lower(): _text(value) for name, value in prepared.headers.items()}
        self.body = _read(prepared.body)

    def json(self):
        """The body as JSON; an empty body is an empty object."""
        return json.loads(self.body or b"{}")


class Answer:
    """What a service says: `body` is JSON data, bytes, text or None."""

    def __init__(self, status, body=None, headers=None):
        self.status = status
        self.headers = dict(headers or {})
        self.content = self._encode(body)
        self.headers.setdefault("Content-Length", str(len(self.content)))

    def _encode(self, body):
        if body is None:
            return b""
        if isinstance(body, bytes):
            return body
        if isinstance(body, str):
            self.headers.setdefault("Content-Type", "text/plain; charset=utf-8")
            return body.encode("utf-8")
        self.headers.setdefault("Content-Type", "application/json; charset=utf-8")
        return json.dumps(body).encode("utf-8")


class Network:
    """Hosts and who answers for them."""

    def __init__(self):
        self._services = []
        self.trace = False      # print each request and answer to standard error

    def serve(self, host_pattern, service):
        """`service(request) -> Answer` answers for hosts that match the pattern as a whole."""
        self._services.append((re.compile(host_pattern), service))

    def install(self):
        """From here on no request of this process leaves it."""
        network = self

        def send(_adapter, prepared, **_options):
            return _response(prepared, network._answer(Request(prepared)))

        def open_address(_handler, request):
            """The same door for `urllib`, which knows no adapters."""
            prepared = SimpleNamespace(url=request.full_url, method=request.get_method(), body=request.data,
                                       headers=dict(request.header_items()))
            answer = network._answer(Request(prepared))
            opened = addinfourl(io.BytesIO(answer.content), answer.headers, request.full_url, answer.status)
            opened.msg = "offline"
            return opened

        HTTPAdapter.send = send
        urllib.request.HTTPHandler.http_open = urllib.request.HTTPSHandler.https_open = open_address
        socket.socket.connect = _refuse_connection
        socket.create_connection = _refuse_connection

    def _answer(self, request):
        for pattern, service in self._services:
            if pattern.fullmatch(request.host):
                answer = service(request)
                if self.trace:
                    print(request.method, request.url, request.body[:2000], "->", answer.status, answer.content[:2000],
                          file=sys.stderr)
                return answer
        raise requests.exceptions.ConnectionError(
            "no offline answer for {} {}: add a service for its host".format(request.method, request.url))


def _refuse_connection(*arguments, **_keywords):
    raise ConnectionRefusedError("offline run: no connection to {}".format(arguments[-1]))


def _response(prepared, answer):
    response = requests.Response()
    response.status_code = answer.status
    response.headers = requests.structures.CaseInsensitiveDict(answer.headers)
    response.url = prepared.url
    response.request = prepared
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    response.reason = requests.status_codes._codes.get(answer.status, ("",))[0]
    body = b"" if prepared.method == "HEAD" else answer.content
    response.raw = HTTPResponse(body=io.BytesIO(body), headers=answer.headers, status=answer.status,
                                reason=response.reason, preload_content=False, enforce_content_length=False)
    return response


def _read(body):
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode("utf-8")
    if hasattr(body, "read"):
        return body.read()
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    return b"".join(_bytes(part) for part in body)


def _bytes(part):
    return part.encode("utf-8") if isinstance(part, str) else bytes(part)


def _text(value):
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


NETWORK = Network()
NETWORK.install()       # as soon as this is imported: SDKs talk to Azure while they are imported
