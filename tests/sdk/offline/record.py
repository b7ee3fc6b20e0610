"""What a script asked Azure for, in words that belong to no SDK.

A value that was not given is left out, never written as null, so two recordings compare field by field.
"""


class Record:
    """Collects the calls of one script, in order."""

    def __init__(self):
        self.workspace = {}
        self.clusters = []
        self.datastores = []
        self.jobs = []
        self.storage = []
        self.operations = []
        self.missing = []       # what was looked for in vain, as ("clusters", name); not part of the recording

    def add(self, kind, fields):
        """Adds a cluster, datastore or job, without the fields that have no value."""
        getattr(self, kind).append({name: value for name, value in fields.items() if value not in (None, {}, [])})

    def store(self, verb, *path):
        """One change in Azure Storage."""
        self.storage.append([verb, *path])

    def operate(self, *words):
        """One call; the same reading call again and again (polling) counts once."""
        line = " ".join(str(word) for word in words if word not in (None, ""))
        if not (self.operations and self.operations[-1] == line):
            self.operations.append(line)

    def as_json(self):
        return {name: value for name, value in vars(self).items() if name != "missing"}
