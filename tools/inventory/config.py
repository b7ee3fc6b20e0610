"""The fields of the configuration files of `az batchai`, from the JSON schemas in the repository Azure/BatchAI.

    python3 tools/inventory/config.py SCHEMAS > src/sdk/inventory/config.json

SCHEMAS is the folder `schemas` of that repository. Schemas of 2018-03-01 refer to definitions that stand elsewhere;
those of 2018-05-01 have the same names and are taken for them.
"""

import json
import sys
from pathlib import Path

FILES = ["job", "cluster", "nfs"]


def read(path):
    return json.loads(path.read_text(encoding="utf-8-sig"))


def walk(schema, path, seen, definitions, found):
    """Notes every property below a schema, by its path; recursive definitions end where they begin again."""
    while isinstance(schema, dict) and "$ref" in schema:
        name = schema["$ref"].split("/")[-1]
        if name in seen or name not in definitions:
            return
        seen, schema = seen | {name}, definitions[name]
    if not isinstance(schema, dict):
        return
    for several in ("oneOf", "anyOf", "allOf"):
        choices = schema.get(several, [])
        for choice in choices if isinstance(choices, list) else []:
            walk(choice, path, seen, definitions, found)
    properties = schema.get("properties", {})
    for key, inner in properties.items() if isinstance(properties, dict) else []:
        # Two schemas have a word of their own among the properties.
        if isinstance(inner, dict):
            found.add(path + key)
            walk(inner, f"{path}{key}.", seen, definitions, found)
    if isinstance(schema.get("items"), dict):
        walk(schema["items"], f"{path[:-1]}[].", seen, definitions, found)


def main():
    root = Path(sys.argv[1])
    shared = read(root / "2018-05-01" / "job.json")["definitions"]
    fields = {file: {} for file in FILES}
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        for path in sorted(folder.glob("*.json")):
            schema = read(path)
            own = schema.pop("definitions", {})
            found = set()
            walk(schema, "", frozenset(), {**shared, **own}, found)
            file = path.stem if path.stem in FILES else "job"
            for field in found:
                versions = fields[file].setdefault(field, [])
                if folder.name not in versions:
                    versions.insert(0, folder.name)
    lines = [
        f'  "{file}.json": {{\n' + ",\n".join(f"    {json.dumps(k)}: {json.dumps(v)}" for k, v in sorted(of.items())) + "\n  }"
        for file, of in fields.items()
    ]
    print("{\n" + ",\n".join(lines) + "\n}")


main()
