"""What a script asked Azure for, in words that belong to no SDK.

A value that was not given is left out, never written as null, so two recordings compare field by field.
"""

import itertools

ADDING = ("create_directory", "upload_file", "upload_blob")


class Record:
    """Collects the calls of one script, in order."""

    def __init__(self):
        self.workspace = {}
        self.other_workspaces = []
        self.clusters = []
        self.datastores = []
        self.jobs = []
        self.storage = []
        self.operations = []
        # Not part of the recording: what was looked for in vain, as ("clusters", name), and what the service refused.
        self.missing = []
        self.refused = []

    def add(self, kind, fields):
        """Adds a cluster, datastore or job, without the fields that have no value."""
        getattr(self, kind).append(_given(fields))

    def visit(self, workspace):
        """The script works in a workspace: as a rule in one."""
        if not self.workspace:
            self.workspace.update(workspace)
        elif not workspace.items() <= self.workspace.items() and workspace not in self.other_workspaces:
            self.other_workspaces.append(workspace)

    def store(self, verb, *path):
        """One change in Azure Storage."""
        self.storage.append([verb, *path])

    def operate(self, *words):
        """One call; the same reading call again and again (polling) counts once."""
        line = " ".join(str(word) for word in words if word not in (None, ""))
        if not (self.operations and self.operations[-1] == line):
            self.operations.append(line)

    def as_json(self):
        recording = {name: value for name, value in vars(self).items() if name not in ("missing", "refused")}
        if not self.other_workspaces:
            del recording["other_workspaces"]
        return dict(recording, workspace=_given(self.workspace), storage=_without_race(self.storage))


def _given(fields):
    return {name: value for name, value in fields.items() if value not in (None, {}, [])}


def _without_race(storage):
    """SDKs upload files side by side: neighbours that only add something are put in the order of their names."""
    ordered = []
    for adds, group in itertools.groupby(storage, key=lambda entry: entry[0] in ADDING):
        ordered += sorted(group, key=lambda entry: [str(part) for part in entry]) if adds else group
    return ordered
