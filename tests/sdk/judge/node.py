"""What a shell command starts: it is run by a real bash in which every program only notes that it was called.

So quoting, variables, `export`, `cd`, `case` and `&&` have their real meaning, and nothing of the job itself is
carried out. Storage is a folder, `ROOT/<datastore>/<path>`, on both sides.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LIMIT = 20      # seconds for one command
# The folder of all storage, on every node; its real place is made anew for each run.
ROOT = "/storage"

# There are no programs, so bash hands each call to `command_not_found_handle`; one that is called by its path gets a
# function of that name. Carried out is only what new code does for itself: files of one run of a job are moved (they
# have its id in their names), a temporary folder is made, and a value is computed by `python -c` or `python -` inside `$(…)`.
PRELUDE = r"""
started() {{
    case "$1 $*" in
        sleep*) return;;
        *{run}* | "mkdir mkdir"*/tmp/*) local PATH=/usr/bin:/bin; command "$@"; return;;
        *" - "* | *" -" | *" -c "*) if [ -p /dev/fd/1 ]; then shift; {python} "$@"; return; fi;;
    esac
    {python} {recorder} "$PLACE" "$@"
}}
command_not_found_handle() {{ started "$@"; }}
cd() {{ case "$1" in /*) PLACE=$1;; ?*) PLACE=$PLACE/$1;; esac; }}
exec() {{ "$@"; exit; }}
source() {{ started source "$@"; }}
function . {{ started source "$@"; }}
{functions}
"""

RECORDER = """
import json, os, sys
with open(os.environ["STARTED"], "a") as file:
    file.write(json.dumps({"place": sys.argv[1], "words": sys.argv[2:], "environment": dict(os.environ)}) + "\\n")
"""

OURS = re.compile(r"(?<![\w/.])(?:{}|/tmp)(?![\w.-])".format(ROOT))
PATHS = re.compile(r"(?<![\w$}/.])\.{0,2}/[\w./+-]+")
MISSED = re.compile(r": line \d+: (\S*/\S*): (?:No such file or directory|Is a directory|Permission denied)")
OWN_VARIABLES = ("STARTED", "PLACE", "PATH", "PWD", "SHLVL", "_", "OLDPWD")


class Node:
    """One machine, for the processes that run on it one after the other. Use it in a `with` statement."""

    def __init__(self, folders=()):
        """`folders` are made first, as the service does."""
        self._folder = tempfile.TemporaryDirectory(prefix="node-")
        self._root = Path(self._folder.name)
        for folder in ["/tmp", *folders]:
            (self._root / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)

    def __enter__(self):
        return self

    def __exit__(self, *_failure):
        self._folder.cleanup()

    def run(self, command, variables):
        """[{"place", "words", "environment"}] of each program that the command starts, in order.

        `variables` is the whole environment.
        """
        variables = {name: self._here(str(value)) for name, value in variables.items()}
        started = self._run_until_none_is_missed(self._here(command), variables)
        return json.loads(json.dumps(started).replace(str(self._root), ""))

    def _here(self, text):
        """The same text with the storage, and the temporary folder, where they really are."""
        return OURS.sub(lambda match: str(self._root) + match[0], text)

    def _run_until_none_is_missed(self, command, variables):
        """Programs that are called by a path that only the shell can compute are known after it did not find them."""
        paths = {path for text in [command, *variables.values()] for path in PATHS.findall(text) if shutil.which(path)}
        before = self._root / "before"
        shutil.copytree(self._root / "tmp", before)
        while True:
            started, missed = _run(command, variables, self._root, paths)
            if missed <= paths:
                shutil.rmtree(before)
                return started
            paths |= missed
            shutil.rmtree(self._root / "tmp")
            shutil.copytree(before, self._root / "tmp")


def _run(command, variables, scratch, paths):
    files = {name: scratch / name for name in ("recorder.py", "started.jsonl", "command.sh")}
    files["recorder.py"].write_text(RECORDER, encoding="utf-8")
    files["started.jsonl"].write_text("", encoding="utf-8")
    functions = "\n".join('function {} {{ started {} "$@"; }}'.format(path, path) for path in sorted(paths))
    prelude = PRELUDE.format(run=variables.get("AZUREML_RUN_ID", "no-run"), python=sys.executable,
                             recorder=files["recorder.py"], functions=functions)
    files["command.sh"].write_text(prelude + command + "\n", encoding="utf-8")
    environment = dict(variables, PATH="/nowhere", STARTED=str(files["started.jsonl"]), PLACE="")
    shell = subprocess.run([shutil.which("bash"), str(files["command.sh"])], env=environment, cwd=scratch, timeout=LIMIT,
                           check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    lines = files["started.jsonl"].read_text(encoding="utf-8").splitlines()
    return [_plain(json.loads(line)) for line in lines], set(MISSED.findall(shell.stderr.decode(errors="replace")))


def _plain(start):
    for name in OWN_VARIABLES:
        start["environment"].pop(name, None)
    return start
