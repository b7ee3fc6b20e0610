#!/usr/bin/env python3
"""Regenerates `tests/table/neighbours.json`: how the callables beside Batch AI that rows name are called.

    python3 tools/inventory/neighbours.py COPY      # a copy of Azure/BatchAI with its history: for its `utilities`

The storage SDK is described in three versions: of the first years of Batch AI, of its last, and the last of all.
What stands there is positions and names, `name?` for what may be left out; behind `**` what goes by keyword alone. A
version stands there where it differs from the one before.
"""

import ast
import json
import os
import pathlib
import re
import subprocess
import sys
import tomllib

sys.dont_write_bytecode = True

import generate
import layout

HERE = pathlib.Path(__file__).resolve().parent
TABLE = generate.ROOT / "src" / "concept" / "table"
OUTPUT = generate.ROOT / "tests" / "table" / "neighbours.json"

# The oldest first. What is new in a later version comes behind what the one before has.
VERSIONS = {
    "storage 0.37": ["azure-storage-blob==0.37.1", "azure-storage-file==0.37.0", "azure-storage-common==0.37.1"],
    "storage 1": ["azure-storage-blob==1.5.0", "azure-storage-file==1.4.0", "azure-storage-common==1.4.2"],
    "storage 2": ["azure-storage-blob==2.1.0", "azure-storage-file==2.1.0", "azure-storage-common==2.1.0"],
    "credentials": ["azure-common==1.1.28", "msrestazure==0.6.4.post1", "msrest==0.7.1", "azure-mgmt-resource==10.3.0",
                    "azure-mgmt-storage==11.2.0"],
    # It imports `six` without asking for it.
    "management 16": ["azure-mgmt-resource==16.0.0", "azure-mgmt-storage==16.0.0", "six==1.17.0"],
}

# Of the recipes' helpers: their last state, and the one before experiments came.
RECIPES = {"recipes of 2018-03": "6b49217", "recipes": "2238607"}


def named():
    """Every symbol that a row names with parameters of its own, or without any that could be known."""
    names = set()
    for file in sorted(TABLE.glob("*.toml")):
        for row in tomllib.loads(file.read_text())["concept"]:
            for symbol in row["symbol"]:
                source = symbol["source"]
                names.update(source if isinstance(source, list) else [source])
    return sorted(names)


def of_packages(version, names):
    """Signatures by dotted name, where the packages of a version have such a thing."""
    python = generate.environment(version.replace(" ", "-"), VERSIONS[version])
    run = subprocess.run([python, "-W", "ignore", HERE / "called.py"], input=json.dumps(names), check=True, text=True,
                         stdout=subprocess.PIPE, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    return json.loads(run.stdout)


def of_recipes(copy, commit):
    """Signatures of the recipes' helpers, in their modules and as the older single module had them."""
    git = ["git", "-C", copy]
    files = subprocess.run([*git, "ls-tree", "-r", "--name-only", commit], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.split()
    found = {}
    for file in (f for f in files if re.fullmatch(r"utilities/\w+\.py|recipes/utilities\.py", f)):
        text = subprocess.run([*git, "show", commit + ":" + file], check=True, text=True, stdout=subprocess.PIPE).stdout
        module = "utilities" + ("." + pathlib.Path(file).stem if file.startswith("utilities/") else "")
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef):
                found[module + "." + node.name] = parameters(node, 0)
            elif isinstance(node, ast.ClassDef):
                methods = [n for n in node.body if isinstance(n, ast.FunctionDef)]
                for method in methods:
                    name = module + "." + node.name + ("" if method.name == "__init__" else "." + method.name)
                    found[name] = parameters(method, 1)
    return found


def parameters(function, skip):
    """`name`, or `name?` with a default."""
    arguments = function.args.args
    first = len(arguments) - len(function.args.defaults)
    return [a.arg + ("?" if i >= first else "") for i, a in enumerate(arguments)][skip:]


def changes(name, surfaces):
    """A callable's parameters in the first version that has it, and in each that changes them."""
    changed, last = {}, None
    for version, surface in surfaces.items():
        now = surface.get(name, last)
        if now != last:
            changed[version], last = now, now
    return changed


def main(arguments):
    """Writes the inventory."""
    if len(arguments) != 1:
        sys.exit("say where the copy of Azure/BatchAI is: its `utilities` are in no package index")
    names = named()
    surfaces = {version: of_packages(version, names) for version in VERSIONS}
    for version, commit in RECIPES.items():
        surfaces[version] = {n: p for n, p in of_recipes(arguments[0], commit).items() if n in names}
    every = {name for surface in surfaces.values() for name in surface}
    signatures = {name: changes(name, surfaces) for name in sorted(every)}
    OUTPUT.write_text(layout.dumps(signatures, depth=1))
    print("%s: %d callables" % (OUTPUT.relative_to(generate.ROOT), len(signatures)))


if __name__ == "__main__":
    main(sys.argv[1:])
