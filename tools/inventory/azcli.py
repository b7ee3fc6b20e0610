"""Writes `src/sdk/inventory/az-batchai.json` and `az-ml.json`: which commands and options the command lines have.

`az batchai` comes from the wheels of azure-cli-batchai: their argument definitions are run against a recorder, and
the signatures of their commands are read without importing them. `az ml` is an extension that no index of Python
packages has; its definitions come from the reference that is generated from the extension, in the repository
MicrosoftDocs/azure-docs-cli.

    python3 tools/inventory/azcli.py WHEELS REFERENCE COMMIT

WHEELS is a folder with the unpacked wheels, `0.4.10/azure/cli/…`; REFERENCE a folder with `compute.yml`, `job.yml` and
so on from `docs-ref-autogen/Latest-version/latest/ml/`; COMMIT the commit that they are of. Needs PyYAML.
"""

import ast
import json
import re
import sys
from pathlib import Path
from unittest.mock import MagicMock

import yaml

OUT = Path(__file__).resolve().parents[2] / "src" / "sdk" / "inventory"
MODULE = "azure/cli/command_modules/batchai"
# The groups of `az ml` that a conversion can use.
GROUPS = ["compute", "datastore", "job", "workspace"]
# Operations of the SDK that are commands as they stand: their arguments before and since workspaces.
SDK = {
    "delete": ["name"], "get": ["name"], "terminate": ["name"], "create": ["name"],
    "list_remote_login_information": ["name"], "list": ["location"], "list_by_workspace": [], "list_by_experiment": [],
}
NAMES = {"cluster": "cluster_name", "job": "job_name", "experiment": "experiment_name",
         "workspace": "workspace_name", "file-server": "file_server_name"}


class Arguments:
    """What `_params.py` says of arguments, by command prefix."""

    def __init__(self):
        self.said = []

    def context(self, scope=None, command=None, **_):
        recorder, scope = self, scope or command

        class Context:
            def __enter__(self):
                return self

            def __exit__(self, *_):
                return False

            def argument(self, name, kind=None, options_list=None, action=None, **_):
                recorder.said.append((scope, name, list(options_list) if options_list else None, action))

            register_alias = argument

            def ignore(self, *names):
                recorder.said.extend((scope, name, [], None) for name in names)

        return Context()

    def options(self, command, name):
        """The options of an argument, and whether it is a switch: the longest scope that says so wins."""
        options, action = None, None
        for scope, argument, found, does in sorted(self.said, key=lambda said: len(said[0])):
            if argument == name and (command == scope or command.startswith(scope + " ")):
                options = found if found is not None else options
                action = does or action
        if options is None:
            common = {"resource_group": ["--resource-group", "-g"], "location": ["--location", "-l"],
                      "no_wait": ["--no-wait"], "yes": ["--yes", "-y"]}
            options = common.get(name, ["--" + name.replace("_", "-")])
        # 0.2.0 has an option that is called "--vm-priority, -p"; who wrote `--vm-priority` meant it.
        options = [option.split(",")[0] for option in options]
        return options, action == "store_true" or name in ("no_wait", "yes")


def arguments(folder):
    recorder = Arguments()
    text = (folder / "_params.py").read_text()
    space = {"Completer": lambda f: f}
    tree = ast.parse(text)
    tree.body = [node for node in tree.body if not isinstance(node, (ast.Import, ast.ImportFrom, ast.ClassDef))]
    for name in {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - {"self", "c", "Completer"}:
        if name not in dir(__builtins__):
            space.setdefault(name, MagicMock())
    space["ParametersContext"] = recorder.context
    exec(compile(tree, "_params.py", "exec"), space)  # the wheel's own definitions, with everything else mocked
    if "load_arguments" in {getattr(node, "name", "") for node in tree.body}:
        loader = MagicMock()
        loader.argument_context = recorder.context
        space["load_arguments"](loader, None)
    return recorder


def functions(folder):
    tree = ast.parse((folder / "custom.py").read_text())
    found = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            args = [arg.arg for arg in node.args.args]
            required = args[: len(args) - len(node.args.defaults)]
            found[node.name] = [(arg, arg in required) for arg in args if arg not in ("cmd", "client")]
    return found


def commands(folder):
    """Each command, the function behind it, whether that is its own, and the arguments that its registration adds."""
    text = (folder / "commands.py").read_text()
    for name, kind, rest in re.findall(r"cli_command\(__name__, '([^']+)', (custom_path|mgmt_path)\.format\((.*)\)", text):
        function = re.findall(r"'([^']+)'", rest.split(")")[0])[-1]
        yield name, function, kind == "custom_path", added(rest)
    group = ""
    for line in text.splitlines():
        if found := re.search(r"command_group\('([^']+)'", line):
            group = found[1]
        elif found := re.search(r"g\.(custom_command|command|show_command)\('([^']+)', '([^']+)'(.*)", line):
            yield f"{group} {found[2]}", found[3], found[1] == "custom_command", added(found[4])


def added(text):
    extra = [("yes", False)] if "confirmation=True" in text else []
    return extra + ([("no_wait", False)] if "no_wait" in text else [])


def of_version(folder):
    said, own = arguments(folder), functions(folder)
    has_workspaces = "batchai workspace" in (folder / "commands.py").read_text()
    out = {}
    for command, function, is_own, extra in commands(folder):
        if is_own:
            args = own[function] + extra
        else:
            args = [("resource_group", True)] if function != "list" else []
            group = command.split()[1]
            if function != "list" and has_workspaces and group != "workspace":
                args.append(("workspace_name", True))
            if group == "job" and has_workspaces:
                args.append(("experiment_name", True))
            named = {"name": NAMES.get(group, ""), "location": "location"}
            args += [(named[arg], True) for arg in SDK[function]] + extra
        options = {}
        for name, required in (arg for arg in args if arg[0] != "raw"):
            found, switch = said.options(command, name)
            if found:
                options[found[0]] = {"also": found[1:], "required": required, "switch": switch}
        out["az " + command] = options
    return out


def batchai(wheels):
    versions = sorted((path.name for path in wheels.iterdir()), key=lambda v: [int(n) for n in v.split(".")])
    forms = {}
    for version in versions:
        for command, options in of_version(wheels / version / MODULE).items():
            known = forms.setdefault(command, [])
            if known and known[-1]["options"] == options:
                known[-1]["last"] = version
            else:
                known.append({"first": version, "last": version, "options": options})
    return {"package": "azure-cli-batchai", "versions": versions, "commands": forms}


def ml(reference, commit):
    out = {}
    for group in GROUPS:
        for command in yaml.safe_load((reference / f"{group}.yml").read_text())["directCommands"]:
            options = {}
            for part in ("requiredParameters", "optionalParameters"):
                for option in command.get(part) or []:
                    first, *also = option["name"].split()
                    is_switch = str(option.get("defaultValue")) == "False" or first in ("--all",)
                    options[first] = {"also": also, "required": part[0] == "r", "switch": is_switch}
            out[command["name"]] = options
    shared = {}
    for option in command["globalParameters"]:
        first, *also = option["name"].split()
        is_switch = first in ("--debug", "--verbose", "--only-show-errors", "--help")
        shared[first] = {"also": also, "required": False, "switch": is_switch}
    source = f"MicrosoftDocs/azure-docs-cli@{commit}, docs-ref-autogen/Latest-version/latest/ml"
    return {"package": "ml", "source": source, "shared": shared, "commands": out}


def write(name, data):
    lines = json.dumps(data, indent=1, sort_keys=False)
    lines = re.sub(r"\{\n\s+\"also\": (\[[^\]]*\]),\n\s+\"required\": (\w+),\n\s+\"switch\": (\w+)\n\s+\}",
                   lambda m: '{"also": %s, "required": %s, "switch": %s}' % (re.sub(r"\s+", " ", m[1]).replace("[ ", "[").replace(" ]", "]"), m[2], m[3]),
                   lines)
    (OUT / name).write_text(lines + "\n")


if __name__ == "__main__":
    wheels, reference, commit = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    write("az-batchai.json", batchai(wheels))
    write("az-ml.json", ml(reference, commit))
