"""The command line that every `run_*.py` has: run one script, or a batch of them, and print their recordings.

    run_v2.py SCRIPT [--cwd DIR] [--now 2019-03-31T12:00:00]
    run_v2.py --batch < paths        one JSON line for each path: {"script", "record"} or {"script", "error"}

A script runs in a forked child, in a scratch copy of its folder unless `--cwd` names another place, so that
nothing it writes stays and one case cannot change the next. A file `sdk.given.json` in its folder says what is
there before it runs: `{"clusters": {"nc6": 2}}` is a cluster with two nodes; without it there is none.
"""

import argparse
import builtins
import json
import os
import shutil
import signal
import sys
import tempfile
import traceback
from pathlib import Path

from offline import clock as clocks
from offline.network import NETWORK
from offline.record import Record
from offline.script import run_script

NOW = "2019-03-31T12:00:00"
LIMIT = 120     # seconds of real time
GIVEN = "sdk.given.json"
WORKSPACE = {"subscription_id": "00000000-0000-0000-0000-000000000000", "resource_group": "resource-group",
             "workspace_name": "workspace"}


def main(prepare):
    """Runs the command line; `prepare(record, network, given)` puts the fake services of one SDK in place."""
    options = _options()
    if options.batch:
        for line in sys.stdin:
            path = line.strip()
            if path:
                print(json.dumps(dict(script=path, **_in_child(prepare, path, options))), flush=True)
        return 0
    result = _in_child(prepare, options.script, options)
    if "error" in result:
        sys.stderr.write(result["error"])
        return 1
    print(json.dumps(result["record"], indent=2))
    return 0


def _options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("script", nargs="?", help="a Python script or a notebook")
    what.add_argument("--batch", action="store_true", help="read paths from standard input")
    parser.add_argument("--cwd", help="run here instead of in a scratch copy of the script's folder")
    parser.add_argument("--now", default=NOW, help="what the clock says, in UTC (default: %(default)s)")
    parser.add_argument("--limit", type=int, default=LIMIT, help="seconds that a script may take (default: %(default)s)")
    parser.add_argument("--trace", action="store_true", help="show each request and its answer")
    return parser.parse_args()


def _in_child(prepare, path, options):
    """Forks, runs, and brings back {"record": …} or {"error": traceback}."""
    reader, writer = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "w", encoding="utf-8") as result:
            json.dump(_run(prepare, path, options), result)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as result:
        text = result.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else {"error": "the run of {} ended without a result\n".format(path)}


def _run(prepare, path, options):
    script = Path(path).resolve()
    record, clock = Record(), clocks.Clock(options.now)
    os.dup2(2, 1)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(options.cwd).resolve() if options.cwd else _copied(script.parent, scratch)
        try:
            os.chdir(folder)
            builtins.input = _no_input
            _limit_time(options.limit)
            clocks.freeze(clock, folder)
            NETWORK.trace = options.trace
            prepare(record, NETWORK, _given(script.parent))
            run_script(script, folder)
        except BaseException:
            return {"error": traceback.format_exc()}
        finally:
            sys.stderr.flush()
            os.chdir("/")
        return {"record": _without_folder(record.as_json(), str(folder))}


def _copied(folder, scratch):
    """A copy of the folder, with the file that both Azure ML SDKs find their workspace by."""
    target = Path(scratch).resolve() / "work"
    shutil.copytree(folder, target)
    if not any(target.rglob("config.json")):
        (target / ".azureml").mkdir(exist_ok=True)
        (target / ".azureml/config.json").write_text(json.dumps(WORKSPACE), encoding="utf-8")
    return target


def _given(folder):
    """What was there before the script ran, as its folder says it."""
    path = folder / GIVEN
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _without_folder(record, folder):
    return json.loads(json.dumps(record).replace(json.dumps(folder)[1:-1], "<cwd>"))


def _limit_time(seconds):
    def stop(_signal, _frame):
        raise TimeoutError("offline run: not at its end after {} seconds".format(seconds))

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)


def _no_input(prompt=""):
    raise EOFError("offline run: the script asks for input: {}".format(prompt))
