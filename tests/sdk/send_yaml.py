"""Sends the YAML files beside it as `az ml` does: datastores, then computes, then jobs, with names from the command line."""

from pathlib import Path

import yaml
from azure.ai.ml import MLClient, load_compute, load_datastore, load_environment, load_job
from azure.identity import DefaultAzureCredential

client = MLClient(DefaultAzureCredential(), "subscription", "group", "workspace")
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
