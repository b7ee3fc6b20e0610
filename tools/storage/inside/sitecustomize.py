"""Loaded into every program that is compared: storage accounts are on the loopback, whatever the program calls them."""

import os
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter

PORTS = {"blob": os.environ["COMPARE_BLOB_PORT"], "file": os.environ["COMPARE_FILE_PORT"]}
send_on = HTTPAdapter.send


def send(adapter, request, **options):
    """Sends a request of a storage account to the server that keeps it, under the name that was signed."""
    host = urlsplit(request.url).hostname or ""
    service = host.split(".")[1] if host.endswith(".core.windows.net") else ""
    if service in PORTS:
        request.headers["Host"] = host
        request.url = request.url.replace("https://" + host, "http://127.0.0.1:" + PORTS[service], 1)
    elif host != "127.0.0.1":
        raise ConnectionRefusedError("only storage on the loopback is reached from here, not " + host)
    return send_on(adapter, request, **options)


HTTPAdapter.send = send
