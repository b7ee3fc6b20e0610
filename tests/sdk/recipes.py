#!/usr/bin/env python3
"""The notebooks of Microsoft's recipes (a copy of Azure/BatchAI, which is not part of this repository) through the oracle.

    recipes.py FOLDER PROGRAM        converts every notebook below FOLDER with PROGRAM (`target/debug/bai2aml`), for v2 and
                                     for v1, and prints of each what `verify` says and what the runs on the real SDKs say

A notebook that starts a job and then fails by a mistake of its own is compared up to there. Exit code 1 if a conversion for
v2 asks for anything else than its original, or does not run.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from judge.compare import ADDED, EQUAL
from oracle import ENVIRONMENTS, judge

TARGETS = ("v2", "v1")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    root, program = (Path(given).resolve() for given in sys.argv[1:])
    notebooks = sorted(root.rglob("*.ipynb"))
    if not notebooks:
        sys.exit("no notebook is below {}".format(root))
    with tempfile.TemporaryDirectory() as scratch:
        cases = [(before, target, *_converted(before, target, program, Path(scratch) / str(number) / target))
                 for number, before in enumerate(notebooks) for target in TARGETS]
        results = judge([{"before": str(before), "after": str(after)} for before, _, after, _ in cases], ENVIRONMENTS,
                        up_to_failure=True)
    wrong = 0
    for (before, target, _, verified), result in zip(cases, results):
        told, is_wrong = _told(result)
        wrong += is_wrong and target == "v2"
        print("{} {}\n    verify: {}\n    oracle: {}".format(before.relative_to(root), target, verified, told))
    return 1 if wrong else 0


def _converted(before, target, program, folder):
    """(the conversion, beside what stands beside the original; what `verify` says)"""
    shutil.copytree(before.parent, folder)
    after = folder / before.name
    _run(program, "convert", "--write", "--no-journal", "--target", target, after)
    said = json.loads(_run(program, "verify", "--format", "json", before, after).stdout)
    counts = {}
    for field in said["fields"]:
        counts[field["verdict"]] = counts.get(field["verdict"], 0) + 1
    return after, ", ".join("{} {}".format(count, verdict) for verdict, count in sorted(counts.items()))


def _run(program, *arguments):
    return subprocess.run([str(program), *map(str, arguments)], capture_output=True, text=True, check=False)


def _told(result):
    """What the two runs came to, and whether that is a fault of the conversion."""
    if "fails" in result:
        return "the {} does not run: {}".format(
            {"before": "original", "after": "conversion"}[result["fails"]], result["why"][:200]), result["fails"] == "after"
    # What an original that ends too early would have asked for further is not known.
    fields = [field for field in result["fields"] if "stopped" not in result or field["verdict"] != ADDED]
    unequal = [field for field in fields if field["verdict"] != EQUAL]
    told = "azure-mgmt-batchai {}: {} equal".format(result["version"], len(fields) - len(unequal))
    told += "".join(", {field} {verdict}".format(**field) for field in unequal)
    if "stopped" in result:
        told += "; the original ends by itself: " + result["stopped"][:200]
    return told, bool(unequal)


if __name__ == "__main__":
    sys.exit(main())
