"""Field by field: what the old program asked for against what the new one asks for."""

import itertools
import json
import re
import tomllib
from pathlib import Path

from judge import fields

EQUAL, DIFFERS, MISSING, ADDED = "equal", "differs", "missing", "added"
OPERATIONS = tomllib.loads((Path(__file__).resolve().parent / "operations.toml").read_text(encoding="utf-8"))
VARIABLE = re.compile(r"(.*)\.environment\[(.*)\]")
STORED = re.compile(r"(/storage/.*?)/?([^/]+)")


def compare(before, after):
    """[{"field", "verdict", "before", "after"}] of two recordings: the old one's fields first, in their order."""
    after = _named_as_before(before, after)
    old, _ = fields.of(before, True)
    new, environments = fields.of(after, False)
    for field in old:
        variable = VARIABLE.fullmatch(field)
        if variable and variable[2] in environments.get(variable[1], {}):
            given = environments[variable[1]][variable[2]]
            new[field] = old[field] if old[field] == "(secret)" else given
    verdicts = [_verdict(field, value, new.get(field)) for field, value in old.items()]
    verdicts += [_verdict(field, None, value) for field, value in new.items() if field not in old]
    verdicts += _submitted(old, new)
    return verdicts + _operations(fields.operations(before), fields.operations(after))


def _named_as_before(before, after):
    """Jobs whose names are made at random are each other's by their place."""
    old, new = ([job["name"] for job in recording["jobs"]] for recording in (before, fields.with_old_names(after)))
    if len(old) != len(new) or set(old) & set(new):
        return fields.with_old_names(after)
    text = json.dumps(fields.with_old_names(after))
    for name, renamed in zip(new, old):
        text = re.sub(r"\b{}\b".format(re.escape(name)), renamed, text)
    return json.loads(text)


def _verdict(field, old, new):
    verdict = MISSING if new is None else ADDED if old is None else EQUAL if _same(old, new) else DIFFERS
    return {"field": field, "verdict": verdict, "before": old, "after": new}


def _same(old, new):
    return old == new or (isinstance(old, list) and isinstance(new, list) and len(old) == len(new)
                          and all(a == b or _is_submitted(a, b) for a, b in zip(old, new)))


def _is_submitted(old, new):
    """A file of the storage, which now comes with the job: from a folder of the machine that submits it."""
    stored = STORED.fullmatch(old)
    return bool(stored) and stored[2] == new


def _submitted(old, new):
    """The folders that come with the job, once each."""
    found = {}
    for field, words in old.items():
        if isinstance(words, list) and isinstance(new.get(field), list):
            for a, b in zip(words, new[field]):
                if a != b and _is_submitted(a, b):
                    found[field.partition(".starts")[0] + ".folder"] = STORED.fullmatch(a)[1]
    return [{"field": field, "verdict": DIFFERS, "before": folder, "after": "submitted with the job"}
            for field, folder in found.items()]


def _operations(old, new):
    """Each old call has its counterpart. Calls that change something also keep their order, and none is new.

    Calls that only read count once: how often a program looks depends on what it finds.
    """
    verdicts, left, order = [], list(new), []
    for verb, subject in _read_once(old):
        known = OPERATIONS.get(verb, {"becomes": []})
        if not known["becomes"]:
            continue
        found = next((call for call in left if call[0] in known["becomes"] and _same_subject(verb, subject, call)), None)
        if found and known["changes"]:
            left.remove(found)
            order.append(found)
        verdicts.append(_called(verb, subject, EQUAL if found else MISSING, verb, found and found[0]))
    if _runs(order) != _runs([call for call in new if call in order]):
        verdicts.append({"field": "operations.order", "verdict": DIFFERS, "before": order, "after": new})
    return verdicts + [_called(*call, ADDED, None, call[0]) for call in left if call[0] in CHANGING and not _was(call, old)]


def _read_once(calls):
    seen = set()
    for call in calls:
        if OPERATIONS.get(call[0], {}).get("changes") or call not in seen:
            seen.add(call)
            yield call


def _called(verb, subject, verdict, before, after):
    field = "operations[{} {}]".format(verb, subject) if subject else "operations[{}]".format(verb)
    return {"field": field, "verdict": verdict, "before": before, "after": after}


def _runs(calls):
    """Calls of one kind that follow each other have no order (they may come from threads), and are there once."""
    return [sorted({tuple(call) for call in group}) for _, group in itertools.groupby(calls, key=lambda call: call[0])]


def _same_subject(verb, subject, call):
    return call[1] == subject or not call[1] or not subject or OPERATIONS[verb].get("any_subject", False)


def _was(call, old):
    return any(call[0] in OPERATIONS.get(verb, {"becomes": []})["becomes"] and call[1] == subject for verb, subject in old)


CHANGING = {name for known in OPERATIONS.values() if known["changes"] for name in known["becomes"]}
