"""The command line that every `run_*.py` has: run one script, or a batch of them, and print their recordings.

    run_v2.py SCRIPT [--cwd DIR] [--now 2019-03-31T12:00:00]
    run_v2.py --batch < paths        one JSON line for each path: {"script", "record"} or {"script", "error", "summary"};
                                     a script that failed after it had started a job has its recording as "partial"

A script runs in a forked child, in a scratch copy of its folder unless `--cwd` names another place, so that
nothing it writes stays and one case cannot change the next.

There is no cluster and no data store at first, so that "create it if it is missing" is carried out. A script that
fails after it looked for one in vain needs it: the script is run again, with that one there from the start, and the
recording has it under "presumed". So it goes with files that it reads, on disk and in Azure Storage ("stored").
"""

import argparse
import builtins
import json
import os
import re
import signal
import sys
import tempfile
import traceback
from pathlib import Path

import numpy

from offline import clock as clocks
from offline import surroundings
from offline.network import NETWORK
from offline.record import Record
from offline.script import run_script

NOW = "2019-03-31T12:00:00"
SEED = 7        # of the random numbers of each script
LIMIT = 120     # seconds of real time
# azureml-core wants the training script in the folder that it submits.
MISSING_SCRIPT = re.compile(r"(\S+) script path doesn't exist")


class Refused(Exception):
    """The service would refuse what a script sends, whatever the script makes of that."""


def main(prepare):
    """Runs the command line; `prepare(record, network, given)` puts the fake services of one SDK in place."""
    options = _options()
    if options.batch:
        for line in sys.stdin:
            path = line.strip()
            if path:
                print(json.dumps(dict(script=path, **_result(prepare, path, options))), flush=True)
        return 0
    result = _result(prepare, options.script, options)
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
    parser.add_argument("--limit", type=int, default=LIMIT, help="seconds for a script (default: %(default)s)")
    parser.add_argument("--trace", action="store_true", help="show each request and its answer")
    return parser.parse_args()


def _result(prepare, path, options):
    """{"record": …} or {"error": traceback, "summary": …} of a script, with what it needs there."""
    script = Path(path).resolve()
    given, presumed = surroundings.given(script.parent), {}
    while True:
        result = _in_child(prepare, script, given, options)
        missing = [(kind, name) for kind, name in result.pop("missing", ()) if name not in given.get(kind, ())]
        if "record" in result or not missing:
            return _with_presumed(result, presumed)
        kind, name = missing[-1]        # what was missed last, most likely made the script fail
        surroundings.presume(given, kind, name)
        presumed.setdefault(kind, []).append(name)


def _with_presumed(result, presumed):
    """Notes what had to be there from the start; it is an error if the script makes it itself, which is too late."""
    if "record" not in result or not presumed:
        return result
    late = [line for line in result["record"]["operations"] if line in _makings(presumed)]
    if late:
        text = "used before it is there: {}".format(", ".join(late))
        return {"error": text + "\n", "summary": text}
    result["record"] = dict(presumed=presumed, **result["record"])
    return result


def _makings(presumed):
    return {"{}.create {}".format(kind, name) for kind, names in presumed.items() for name in names}


def _in_child(prepare, script, given, options):
    """Forks, runs, and brings back what `_run` gives."""
    reader, writer = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "w", encoding="utf-8") as result:
            json.dump(_run(prepare, script, given, options), result)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as result:
        text = result.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else {"error": "the run of {} ended without a result\n".format(script)}


def _run(prepare, script, given, options):
    record = Record()
    os.dup2(2, 1)
    with tempfile.TemporaryDirectory() as scratch:
        if options.cwd:
            folder = Path(options.cwd).resolve()
        else:
            folder = surroundings.copy(script.parent, Path(scratch), given.get("files", {}))
        try:
            os.chdir(folder)
            builtins.input = _no_input
            numpy.random.seed(SEED)
            _limit_time(options.limit)
            clocks.freeze(clocks.Clock(options.now), folder)
            surroundings.lend_environment(folder, given.get("environment", {}))
            NETWORK.trace = options.trace
            prepare(record, NETWORK, given)
            run_script(script, folder, given.get("arguments", ()))
            if record.refused:
                raise Refused(" | ".join(record.refused))
        except BaseException as failure:
            missing = record.missing + [("files", name) for name in _missing_files(failure, folder)]
            partial = {"partial": _without_folder(record.as_json(), str(folder))} if record.jobs else {}
            summary = _summary(Refused(" | ".join(record.refused)) if record.refused else failure)
            return {"error": traceback.format_exc(), "summary": summary, "missing": missing, **partial}
        finally:
            sys.stderr.flush()
            os.chdir("/")
        return {"record": _without_folder(record.as_json(), str(folder))}


def _missing_files(failure, folder):
    """The file that the failure is about, with a slash if it should be a folder."""
    script = MISSING_SCRIPT.search(str(failure))
    name = script[1] if script else getattr(failure, "filename", None)
    if not isinstance(name, str) or not (script or isinstance(failure, (FileNotFoundError, NotADirectoryError))):
        return []
    if folder in Path(os.path.abspath(folder / name)).parents:
        name = os.path.relpath(folder / name, folder)
    return [name + "/" if isinstance(failure, NotADirectoryError) else name]


def _summary(failure):
    """The failure in a line: its type, and its message without the layout."""
    message = re.sub(r"\s+", " ", str(failure)).strip()
    return "{}: {}".format(type(failure).__name__, message)


def _without_folder(record, folder):
    return json.loads(json.dumps(record).replace(json.dumps(folder)[1:-1], "<cwd>"))


def _limit_time(seconds):
    def stop(_signal, _frame):
        raise TimeoutError("offline run: not at its end after {} seconds".format(seconds))

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)


def _no_input(prompt=""):
    raise EOFError("offline run: the script asks for input: {}".format(prompt))
