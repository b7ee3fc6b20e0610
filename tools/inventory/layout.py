"""Writes JSON that a person can read and a diff can follow: pretty down to a depth, compact below it."""

import json


def dumps(value, depth):
    """`value` as JSON text with a final newline; what lies deeper than `depth` stands on one line."""
    return block(value, depth, "") + "\n"


def block(value, depth, indent):
    """One value, its closing bracket at `indent`."""
    if depth == 0 or not isinstance(value, (dict, list)) or not value:
        return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    inner = indent + " "
    if isinstance(value, dict):
        rows = ["%s%s:%s" % (inner, json.dumps(k), block(v, depth - 1, inner)) for k, v in value.items()]
        return "{\n" + ",\n".join(rows) + "\n" + indent + "}"
    rows = [inner + block(v, depth - 1, inner) for v in value]
    return "[\n" + ",\n".join(rows) + "\n" + indent + "]"
