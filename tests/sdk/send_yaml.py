"""Sends the YAML files beside it as `az ml` does: datastores, then computes, then jobs, with names from the command line.

A program beside it has dictionaries that it would write into such files: they are written with these values for its names.
"""

import ast
import json
import os
from pathlib import Path

import yaml
from azure.ai.ml import MLClient, load_compute, load_datastore, load_environment, load_job
from azure.identity import DefaultAzureCredential

client = MLClient(DefaultAzureCredential(), "subscription", "group", "workspace")
os.environ.setdefault("KEY", "key")
NAMES = {
    "ACCOUNT": "account",
    "FAKE": "-env FAKE=True",
    "GPUS": 4,
    "IMAGES": {"gpu": "python:3.6"},
    "KEY": "key",
    "NODES": 2,
    "SHARE": "models",
    "kind": "gpu",
    "nodes": 2,
    "os": os,
    "rate": 0.1,
    "script": "train.py",
    "size": "STANDARD_NC6S_V3",
    "user": "me",
}
os.environ["ADMIN_PASSWORD"] = "password"

for program in Path().glob("program.py"):
    for number, node in enumerate(ast.walk(ast.parse(program.read_text(encoding="utf-8")))):
        keys = [getattr(key, "value", None) for key in node.keys] if isinstance(node, ast.Dict) else []
        if "$schema" in keys:
            value = eval(compile(ast.Expression(node), str(program), "eval"), dict(NAMES))
            ending = "datastore.yml" if value["type"].startswith("azure_") else "yml"
            Path(f"dictionary-{number:04}.{ending}").write_text(json.dumps(value, indent=4), encoding="utf-8")

documents = {path: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(Path().glob("*.yml"))}

for path, document in documents.items():
    if path.name.endswith(".datastore.yml"):
        client.datastores.create_or_update(load_datastore(path))
for path, document in documents.items():
    if document["type"] == "amlcompute":
        # As `--name` and `--set` do.
        given = [{"name": "from-yaml"}]
        if "<" in document["size"]:
            given.append({"size": "SIZE"})
        client.compute.begin_create_or_update(load_compute(path, params_override=given)).result()
    elif document["type"] == "command":
        # What a job calls its environment is a file's whole content elsewhere.
        environment = Path("environment.yaml")
        environment.write_text(yaml.safe_dump({"name": "image", **document["environment"]}), encoding="utf-8")
        load_environment(environment)
        given = [{"name": "from-yaml"}]
        if "<" in document["compute"]:
            given.append({"compute": "azureml:from-yaml"})
        if "experiment_name" not in document:
            given.append({"experiment_name": "from-yaml"})
        client.jobs.create_or_update(load_job(path, params_override=given))
