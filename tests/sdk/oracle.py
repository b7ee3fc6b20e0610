#!/usr/bin/env python3
"""Does a conversion ask Azure ML for what the original asked Batch AI for? Runs both on their real SDKs, without Azure.

    oracle.py BEFORE AFTER               a pair of scripts or notebooks; prints each field that is not equal
    oracle.py --batch < pairs            JSON lines {"before", "after"}; one line each, in the same order:
                                         {"version", "fields": […]}, or {"fails": "before" | "after", "why"}

The original runs on the newest version of azure-mgmt-batchai on which it comes to its end. The environments are made by
`cargo test --test sdk`; --environments says where they are. See `judge/` for what is compared, and `README.md`.
"""

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from judge.compare import EQUAL, compare

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = HERE.parent.parent / "target" / "sdk-tests"
VERSIONS = ("2.0.0", "7.0.0", "1.0.1", "0.2.0")     # by how many people wrote for them
AT_ONCE = 2


def main():
    options = _options()
    if options.batch:
        pairs = [json.loads(line) for line in sys.stdin if line.strip()]
    else:
        pairs = [{"before": options.before, "after": options.after}]
    results = judge(pairs, Path(options.environments))
    if options.batch:
        for result in results:
            print(json.dumps(result))
        return 0
    return _tell(results[0])


def _options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", nargs="?", help="the original")
    parser.add_argument("after", nargs="?", help="its conversion")
    parser.add_argument("--batch", action="store_true", help="read pairs from standard input")
    parser.add_argument("--environments", default=ENVIRONMENTS, help="where the SDKs are (default: %(default)s)")
    options = parser.parse_args()
    if not options.batch and not options.after:
        parser.error("name the original and its conversion, or --batch")
    return options


def judge(pairs, environments, up_to_failure=False):
    """One result for each pair, as `--batch` prints it. `up_to_failure`: what fails after it has started a job is compared
    by what it asked for until then."""
    originals = _originals({pair["before"] for pair in pairs}, environments)
    if up_to_failure:
        originals = {path: _up_to_failure(result) for path, result in originals.items()}
    wanted = [pair["after"] for pair in pairs if "record" in originals[pair["before"]]]
    conversions = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        by_target = {target: [path for path in dict.fromkeys(wanted) if _target(path) == target] for target in ("v2", "v1")}
        runs = [pool.submit(_run, target, paths, environments) for target, paths in by_target.items() if paths]
        for run in runs:
            conversions.update(run.result())
        if up_to_failure:
            stopped = {pair["after"] for pair in pairs if "stopped" in originals[pair["before"]]}
            conversions = {path: _up_to_failure(result) if path in stopped else result
                           for path, result in conversions.items()}
        return list(pool.map(lambda pair: _result(originals[pair["before"]], conversions.get(pair["after"])), pairs))


def _originals(paths, environments):
    """{path: result} on the first version that carries it out; the failure on the usual one if none does."""
    results = {}
    for version in VERSIONS:
        left = sorted(path for path in paths if "record" not in results.get(path, {}))
        for path, result in _run("batchai", left, environments, version).items():
            # A configuration that names its version fails there for a reason of its own.
            is_named = path in results and _summary(results[path]).endswith("is for azure-mgmt-batchai " + version)
            if "record" in result or path not in results or is_named:
                results[path] = dict(result, version=version)
    return results


def _up_to_failure(result):
    if "record" in result or "partial" not in result:
        return result
    return dict(result, record=result["partial"], stopped=_summary(result))


def _target(path):
    """Which SDK a conversion is for, by what it imports; a program of several files by its main module's folder."""
    folder = Path(path).parent
    texts = [Path(path)] if folder.name == "" or not (folder / "main.py").exists() else sorted(folder.glob("*.py"))
    found = "".join(text.read_text(encoding="utf-8", errors="replace") for text in texts)
    return "v1" if "azureml.core" in found or "azureml.train" in found else "v2"


def _run(sdk, paths, environments, version=""):
    """{path: {"record": …} or {"error", "summary"}}, from one warm process."""
    if not paths:
        return {}
    command = [str(environments / sdk / "bin/python"), str(HERE / "run_{}.py".format(sdk)), "--batch"]
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", BATCHAI_VERSION=version)
    process = subprocess.run(command, input="\n".join(paths), env=environment, capture_output=True, text=True, check=False)
    results = [json.loads(line) for line in process.stdout.splitlines()]
    if len(results) != len(paths):
        sys.exit("{} gave up:\n{}".format(command[1], process.stderr[-3000:]))
    return {path: result for path, result in zip(paths, results)}


def _result(original, conversion):
    if "record" not in original:
        return {"fails": "before", "why": _summary(original)}
    if "record" not in conversion:
        return {"version": original["version"], "fails": "after", "why": _summary(conversion), "error": conversion["error"]}
    stopped = {"stopped": original["stopped"]} if "stopped" in original else {}
    return {"version": original["version"], "fields": compare(original["record"], conversion["record"]), **stopped}


def _summary(result):
    return result.get("summary") or result["error"].strip().splitlines()[-1]


def _tell(result):
    """Prints one result for a person; 0 if all is equal, 1 if not, 2 if one of the two does not run."""
    if "fails" in result:
        print("the {} does not run: {}".format("original" if result["fails"] == "before" else "conversion", result["why"]))
        return 2
    unequal = [field for field in result["fields"] if field["verdict"] != EQUAL]
    for field in unequal:
        print("{field}: {verdict}\n    before: {before}\n    after:  {after}".format(**field))
    print("azure-mgmt-batchai {}: {} fields equal, {} not".format(
        result["version"], len(result["fields"]) - len(unequal), len(unequal)))
    return 1 if unequal else 0


if __name__ == "__main__":
    sys.exit(main())
