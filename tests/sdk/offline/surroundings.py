"""What a script expects around it: its own folder, the recipes' settings and data, values in the environment.

A file `sdk.given.json` in the script's folder adds to it:

    {"files": {"data/train.txt": "text", "../login.json": {"tenant": "…"}, "/etc/team.txt": "vision"},
     "environment": {"STORAGE_KEY": "…"}, "arguments": ["--fast"],
     "clusters": ["nc6"], "datastores": ["afs"], "jobs": {"job_1": "its experiment"},
     "stored": ["blob/account/container/data/train.csv"]}

What a script needs and does not make is found out without it, see `driver`; but made-up files have made-up content,
and no job is ever listed that is not given.
"""

import builtins
import io
import json
import os
import shutil
import sys
from pathlib import Path

GIVEN = "sdk.given.json"
# Both Azure ML SDKs find their workspace by it.
WORKSPACE = {"subscription_id": "00000000-0000-0000-0000-000000000000", "resource_group": "resource-group",
             "workspace_name": "workspace"}
# The data sets of the recipes, as they stand in Blob storage and in a folder.
MNIST_FOLDER = "mnist_dataset_full"
MNIST_FILES = ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz",
               "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")
RNN_FOLDER = "rnn_dataset"
RNN_FILES = ("linux_input.txt", "shakespeare_input.txt", "war_and_peace_input.txt")
MADE_UP = "made up\n"
KEY = "a2V5"        # storage keys are decoded before they are used
# The settings file of Microsoft's recipes, which stands in the script's folder or some folders above it.
CONFIGURATION = {
    "subscription_id": "00000000-0000-0000-0000-000000000000", "aad_client_id": "client", "aad_secret": "secret",
    "aad_tenant": "tenant", "base_url": "https://management.azure.com", "location": "eastus",
    "resource_group": "resource-group", "workspace": "workspace",
    "storage_account": {"name": "account", "key": KEY},
    "admin_user": {"name": "admin", "password": "demo-Password1", "ssh_public_key": ""},
}
FOLDERS_ABOVE = "a/b/c"


def given(folder):
    """What `sdk.given.json` says, empty if there is none."""
    path = folder / GIVEN
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def copy(source, scratch, files):
    """A copy of the script's folder below `scratch`, with what is expected in it and above it."""
    folder = scratch.resolve() / FOLDERS_ABOVE / "work"
    shutil.copytree(source, folder)
    if not any(folder.rglob("config.json")):
        _write(folder / ".azureml/config.json", WORKSPACE)
    for place in [folder, *folder.parents[:len(FOLDERS_ABOVE.split("/")) + 1]]:
        if not (place / "configuration.json").exists():
            _write(place / "configuration.json", CONFIGURATION)
    for data, names in ((MNIST_FOLDER, MNIST_FILES), (RNN_FOLDER, RNN_FILES)):
        for name in names:
            _write(folder / data / name, MADE_UP)
    for name, content in files.items():
        _lay(folder, scratch.resolve(), name, content)
    return folder


def presume(given, kind, name):
    """Adds one thing to what is given, with made-up content; the name of a folder ends in a slash."""
    if kind != "files":
        given.setdefault(kind, []).append(name)
        return
    files = given.setdefault("files", {})
    if name.endswith("/"):
        files.pop(name.rstrip("/"), None)
    files[name] = CONFIGURATION if name.endswith(".json") else MADE_UP


def _lay(folder, scratch, name, content):
    """Writes a file below `scratch`. One that should stand elsewhere on the machine is only lent: see `_lend`."""
    if name.endswith("/"):
        name += "made-up.txt"
    place = Path(os.path.abspath(folder / name))
    if scratch in place.parents:
        return _write(place, content)
    stand_in = scratch / "lent" / place.relative_to(place.anchor)
    _write(stand_in, content)
    return _lend(place, stand_in)


def _lend(place, stand_in):
    """From here on who opens `place` opens the stand-in."""
    original = io.open

    def opening(file, *arguments, **keywords):
        if isinstance(file, (str, os.PathLike)) and Path(os.path.abspath(file)) == place:
            file = stand_in
        return original(file, *arguments, **keywords)

    builtins.open = io.open = opening


def _write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def lend_environment(folder, variables):
    """Sets the variables; any other that code in the folder insists on is made up: `SP_ID` is "sp-id". azureml-core
    refuses a password that is too simple."""
    os.environ.update(variables)

    class Environment(type(os.environ)):
        def __getitem__(self, name):
            try:
                return super().__getitem__(name)
            except KeyError:
                if not sys._getframe(1).f_code.co_filename.startswith(str(folder)):
                    raise
                made_up = name.lower().replace("_", "-")
                return KEY if "KEY" in name else made_up + "-1A" if "PASSWORD" in name else made_up

    os.environ.__class__ = Environment
