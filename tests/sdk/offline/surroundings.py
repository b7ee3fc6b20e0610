"""What a script expects around it: its own folder, the recipes' configuration, settings in the environment.

A file `sdk.given.json` in the script's folder adds to it:

    {"files": {"data/train.txt": "text", "../login.json": {"tenant": "…"}},
     "environment": {"STORAGE_KEY": "…"},
     "clusters": ["nc6"], "datastores": ["afs"]}

`clusters` and `datastores` are there before the script runs; those that a script needs and does not make are found
out without it, see `driver`.
"""

import json
import os
import shutil
import sys

GIVEN = "sdk.given.json"
# Both Azure ML SDKs find their workspace by it.
WORKSPACE = {"subscription_id": "00000000-0000-0000-0000-000000000000", "resource_group": "resource-group",
             "workspace_name": "workspace"}
# The settings file of Microsoft's recipes, which stands in the script's folder or some folders above it.
CONFIGURATION = {
    "subscription_id": "00000000-0000-0000-0000-000000000000", "aad_client_id": "client", "aad_secret": "secret",
    "aad_tenant": "tenant", "base_url": "https://management.azure.com", "location": "eastus",
    "resource_group": "resource-group", "workspace": "workspace",
    "storage_account": {"name": "account", "key": "a2V5"},
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
    for name, content in files.items():
        _write(folder / name, content)
    return folder


def _write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def lend_environment(folder, variables):
    """Sets the variables; any other that code in the folder insists on has a made-up value: `SP_KEY` is "sp-key"."""
    os.environ.update(variables)

    class Environment(type(os.environ)):
        def __getitem__(self, name):
            try:
                return super().__getitem__(name)
            except KeyError:
                if not sys._getframe(1).f_code.co_filename.startswith(str(folder)):
                    raise
                return name.lower().replace("_", "-")

    os.environ.__class__ = Environment
