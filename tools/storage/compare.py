#!/usr/bin/env python3
"""Runs the storage fixtures before and after their conversion, and compares what they did; see README.md beside this."""

import contextlib
import difflib
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = ROOT / "target" / "storage"
AZURITE = "azurite@3.35.0"
# An account that the old packages do not take for an emulator's; the key is the one that every Azurite is known by.
ACCOUNT = "comparison"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
SECONDS = 60
# How an uncaught error of the old packages is called in the new ones.
ERRORS = {"AzureMissingResourceHttpError": "ResourceNotFoundError", "AzureConflictHttpError": "ResourceExistsError",
          "AzureHttpError": "HttpResponseError"}


def python_of(name):
    """The interpreter with the packages of `tests/sdk/requirements-NAME.txt`."""
    shared = ROOT / "target" / "sdk-tests" / name / "bin" / "python"
    own = TARGET / name / "bin" / "python"
    if shared.exists() or own.exists():
        return shared if shared.exists() else own
    print("installing the packages of " + name, file=sys.stderr)
    venv.create(TARGET / name, with_pip=True)
    wanted = ROOT / "tests" / "sdk" / "requirements-{}.txt".format(name)
    subprocess.run([own, "-m", "pip", "install", "--quiet", "--no-deps", "-r", wanted], check=True)
    return own


def azurite():
    """The command that starts Azurite's Blob service."""
    command = TARGET / "node_modules" / ".bin" / "azurite-blob"
    if not command.exists():
        print("installing " + AZURITE, file=sys.stderr)
        TARGET.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", TARGET, AZURITE],
                       check=True, stdout=subprocess.DEVNULL)
    return command


def free_port():
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    """Waits until somebody listens on a port."""
    for _ in range(300):
        with contextlib.suppress(OSError):
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        time.sleep(0.1)
    sys.exit("nobody listens on port {}".format(port))


@contextlib.contextmanager
def servers():
    """Blob and Files on the loopback; gives the environment of the programs."""
    blob_port = free_port()
    with contextlib.ExitStack() as stack:
        def start(*command, **options):
            process = stack.enter_context(subprocess.Popen(command, text=True, **options))
            stack.callback(process.terminate)
            return process
        start(azurite(), "--blobHost", "127.0.0.1", "--blobPort", str(blob_port), "--inMemoryPersistence", "--silent",
              "--skipApiVersionCheck", "--disableTelemetry", stdout=subprocess.DEVNULL,
              env=dict(os.environ, AZURITE_ACCOUNTS=ACCOUNT + ":" + KEY))
        files = start(python_of("batchai"), HERE / "files.py", stdout=subprocess.PIPE)
        file_port = files.stdout.readline().strip()
        wait_for(blob_port)
        connection = "DefaultEndpointsProtocol=http;AccountName={0};AccountKey={1};BlobEndpoint=http://127.0.0.1:{2}/{0};"
        yield dict(os.environ, PYTHONPATH=str(HERE / "inside"), PYTHONDONTWRITEBYTECODE="1", STORAGE_ACCOUNT=ACCOUNT,
                   STORAGE_KEY=KEY, COMPARE_BLOB_PORT=str(blob_port), COMPARE_FILE_PORT=file_port,
                   AZURE_STORAGE_CONNECTION_STRING=connection.format(ACCOUNT, KEY, blob_port))


def run(python, script, environment):
    """What a program printed, how it ended, and what it left behind."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run([python, "-W", "ignore", script], cwd=folder, env=environment, timeout=SECONDS,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            printed, error = done.stdout, (done.stderr.strip().splitlines() or [""])[-1]
        except subprocess.TimeoutExpired:
            printed, error = "", "TimeoutExpired"
        paths = sorted(p for p in pathlib.Path(folder).rglob("*") if p.is_file())
        local = {p.relative_to(folder).as_posix(): p.read_bytes().decode("latin-1") for p in paths}
    blobs = subprocess.run([python_of("v2"), HERE / "inside" / "state.py"], env=environment, check=True,
                           stdout=subprocess.PIPE, text=True).stdout
    shares = urllib.request.urlopen("http://127.0.0.1:{}/state".format(environment["COMPARE_FILE_PORT"])).read()
    kind = re.match(r"(?:[\w.]*\.)?(\w*(?:Error|Exception|Expired|Exit))\b", error)
    return {"printed": printed.splitlines(), "error": [ERRORS.get(kind[1], kind[1])] if kind else [],
            "said": error, "blobs": pretty(blobs), "files": pretty(shares), "local": pretty(json.dumps(local))}


def pretty(text):
    """JSON as lines to compare."""
    return json.dumps(json.loads(text), indent=1, sort_keys=True).splitlines()


def compare(fixture, environment, show):
    """One row of the first table."""
    before = run(python_of("batchai"), fixture / "before.py", environment)
    after = run(python_of("v2"), fixture / "after.v2.py", environment)
    row = []
    for what in ("printed", "error", "blobs", "files", "local"):
        row.append("same" if before[what] == after[what] else "DIFFERS")
        if row[-1] == "DIFFERS" or show and what == "printed":
            lines = difflib.unified_diff(before[what], after[what], "before: " + what, "after: " + what, "", "", 2, "")
            print("\n".join([fixture.name, *(lines if row[-1] == "DIFFERS" else before[what])]))
            print("  before ended with: {said}\n".format(**before) + "  after ended with: {said}".format(**after))
    return row


def methods(fixture):
    """The storage methods of a fixture with their fates, by what the converter says of them."""
    report = json.loads((fixture / "report.json").read_text())
    found = (line.split() for line in report["v2"]["findings"])
    return [(words[3].removeprefix("azure.storage."), words[2]) for words in found if words[3].startswith("azure.storage.")]


def main(names):
    """Prints both tables; fails if anything differs."""
    fixtures = [p for p in sorted((ROOT / "fixtures").glob("storage-*")) if not names or p.name in names]
    known, different = {}, False
    with servers() as environment:
        rows = [["fixture", "printed", "error", "blobs", "files", "local"]]
        for fixture in fixtures:
            manual = any(fate == "manual" for _, fate in methods(fixture))
            runs = not manual and (fixture / "before.py").exists() and "os.environ" in (fixture / "before.py").read_text()
            row = compare(fixture, environment, bool(names)) if runs else ["not run"] * 5
            different |= "DIFFERS" in row
            rows.append([fixture.name, *row])
            for method, fate in methods(fixture):
                known.setdefault((method, fate), set()).add(fixture.name + ("" if runs else " (not run)"))
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, (34, 8, 8, 8, 8, 8))).rstrip())
    print()
    for (method, fate), where in sorted(known.items()):
        print("  ".join([method.ljust(62), fate.ljust(12), ", ".join(sorted(where))]))
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
