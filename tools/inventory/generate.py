#!/usr/bin/env python3
"""Regenerates `src/sdk/inventory/*.json` from the published packages.

    python3 tools/inventory/generate.py            # everything
    python3 tools/inventory/generate.py v2         # one of: batchai, v1, v2
    python3 tools/inventory/generate.py --check    # says what would change, writes nothing

Makes one virtual environment for each package under `target/inventory/`, installs with pip, and runs the describing
scripts inside it; an environment that is complete is used again. Needs Python 3.11 and a package index, nothing else.
The result does not depend on the order of anything: the same packages give the same bytes.
"""

import json
import os
import pathlib
import subprocess
import sys
import venv

# Before the helpers are imported: nothing is left behind in the source tree.
sys.dont_write_bytecode = True

import layout
import merge
import packages

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ENVIRONMENTS = ROOT / "target" / "inventory"
OUTPUT = ROOT / "src" / "sdk" / "inventory"


def environment(name, requirements):
    """The Python of a virtual environment that has the requirements."""
    folder = ENVIRONMENTS / name
    python, stamp = folder / "bin" / "python", folder / "installed.json"
    if not (stamp.exists() and json.loads(stamp.read_text()) == requirements):
        print("installing %s" % " ".join(requirements), file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *requirements], check=True)
        stamp.write_text(json.dumps(requirements))
    return python


def described(python, script, *arguments):
    """What a script that runs in an environment says."""
    # No bytecode beside the scripts, and sets in one order: both would differ from run to run.
    settings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    command = [python, "-W", "ignore", HERE / script, *arguments]
    # Started beside the environments, because azureml leaves a log file where it runs.
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=settings, cwd=ENVIRONMENTS)
    return json.loads(run.stdout)


def batchai():
    """All versions of Batch AI in one inventory."""
    surfaces = {}
    for version in packages.BATCHAI_VERSIONS:
        wanted = ["azure-mgmt-batchai==" + version, *packages.BATCHAI_REQUIREMENTS]
        surfaces[version] = described(environment("batchai-" + version, wanted), "batchai.py")
    return layout.dumps(merge.merge(surfaces), depth=3)


def target(name):
    """The inventory of one target."""
    python = environment(name, packages.TARGETS[name]["requirements"])
    return layout.dumps(described(python, "target.py", name), depth=2)


def main(arguments):
    """Writes, or with `--check` compares, the inventories that are named."""
    makers = {"batchai": batchai, "v1": lambda: target("v1"), "v2": lambda: target("v2")}
    check = "--check" in arguments
    names = [a for a in arguments if a != "--check"] or list(makers)
    unknown = [name for name in names if name not in makers]
    if unknown:
        sys.exit("no inventory is called %s: use %s" % (", ".join(unknown), ", ".join(makers)))
    stale = False
    for name in names:
        path, text = OUTPUT / (name + ".json"), makers[name]()
        if check and path.read_text() != text:
            print("%s is out of date" % path.relative_to(ROOT))
            stale = True
        elif not check:
            path.write_text(text)
            print("%s: %d bytes" % (path.relative_to(ROOT), len(text)))
    sys.exit(1 if stale else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
