"""Merges the six versions of Batch AI: what is the same in several versions is written once, with its `versions`."""


def merge(surfaces):
    """One inventory from `{version: surface}`, versions given oldest first; newest definitions come first in lists."""
    newest_first = list(surfaces.items())[::-1]
    return {
        "versions": [version for version, _ in newest_first],
        "clients": by_name(newest_first, lambda s: s["clients"]),
        "operations": nested(newest_first),
        "models": by_name(newest_first, lambda s: s["models"]),
        "enums": enums(newest_first),
        "pagers": by_name(newest_first, lambda s: {k: {"of": v} for k, v in s["pagers"].items()}),
        "results": by_name(newest_first, lambda s: s["results"]),
        "exceptions": by_name(newest_first, lambda s: s["exceptions"]),
        "model_methods": sorted({name for _, s in newest_first for name in s["model_methods"]}),
    }


def by_name(newest_first, part):
    """For every name the different definitions that it has, each with the versions that share it."""
    merged = {}
    for version, surface in newest_first:
        for name, definition in part(surface).items():
            variants = merged.setdefault(name, [])
            same = next((v for v in variants if {**v, "versions": None} == {"versions": None, **definition}), None)
            if same:
                same["versions"].append(version)
            else:
                variants.append({"versions": [version], **definition})
    return {name: merged[name] for name in sorted(merged)}


def nested(newest_first):
    """The operations of every group, merged like `by_name`."""
    groups = sorted({group for _, surface in newest_first for group in surface["operations"]})
    return {group: by_name(newest_first, lambda s, group=group: s["operations"].get(group, {})) for group in groups}


def enums(newest_first):
    """Every member that any version has: `{enum: {member: {value, versions}}}`."""
    merged = {}
    for version, surface in newest_first:
        for name, members in surface["enums"].items():
            for member, value in members.items():
                found = merged.setdefault(name, {}).setdefault(member, {"value": value, "versions": []})
                if found["value"] != value:
                    raise ValueError("%s.%s has two values" % (name, member))
                found["versions"].append(version)
    return {name: merged[name] for name in sorted(merged)}
