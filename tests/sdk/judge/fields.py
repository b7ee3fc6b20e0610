"""A recording as one flat intent, {"jobs[train].nodes": 2, …}, the same for Batch AI and for Azure ML.

What has no value is left out. Values that only one of the two services knows have the same name on both sides where they
mean the same, and are left out where the other has no such thing (`IGNORED`).
"""

import itertools

from judge import azure_ml_job, batchai_job, places
from judge.tasks import MASTER, WORKER, starts

# Clusters: Azure ML alone has them, or the service decides it.
IGNORED_OF_CLUSTERS = ("name", "idle_seconds", "ssh_open")
JOB_FIELDS = ("experiment", "cluster", "nodes", "image", "registry", "shm_size", "priority")
NAME_IN_TAGS = "batchai_job_name"


def with_old_names(recording):
    """The recording with the names that jobs had in Batch AI: an estimator's run is named by the service, and has a tag."""
    names = {job["name"]: job["tags"][NAME_IN_TAGS] for job in recording["jobs"] if NAME_IN_TAGS in job.get("tags", {})}
    lines = (line.partition(" ") for line in recording["operations"])
    return dict(recording, jobs=[dict(job, name=names.get(job["name"], job["name"])) for job in recording["jobs"]],
                operations=[verb + space + names.get(subject, subject) for verb, space, subject in lines])


def of(recording, is_batchai):
    """({field: value}, {job: {variable: value}}): the intent, and the whole environment of each job."""
    fields, environments = {}, {}
    for name, value in recording["workspace"].items():
        fields["workspace." + name] = value
    for place, cluster in _numbered(recording["clusters"], "clusters"):
        fields.update({"{}.{}".format(place, name): value for name, value in cluster.items()
                       if name not in IGNORED_OF_CLUSTERS})
    for datastore in recording["datastores"]:
        for name, value in datastore.items():
            fields["data[{}].{}".format(datastore["name"], name)] = value
    for place, job in _numbered(recording["jobs"], "jobs"):
        environments[place] = _job(fields, place, job, batchai_job if is_batchai else azure_ml_job, is_batchai)
    for number, change in enumerate(recording["storage"]):
        fields["storage[{}]".format(number)] = " ".join(str(word) for word in change)
    return fields, environments


def operations(recording):
    """[(verb, subject)]"""
    return [line.partition(" ")[::2] for line in recording["operations"]]


def _numbered(things, kind):
    """("jobs[train]", thing); what is there again is `jobs[train]#2`."""
    seen = {}
    for thing in things:
        count = seen[thing["name"]] = seen.get(thing["name"], 0) + 1
        yield "{}[{}]{}".format(kind, thing["name"], "" if count == 1 else "#{}".format(count)), thing


def _job(fields, place, job, service, is_batchai):
    """Fields of one job; returns the environment of its first process, as its last program sees it."""
    job = _with_whole_image(job)
    for name in JOB_FIELDS:
        if job.get(name) is not None:
            fields["{}.{}".format(place, name)] = job[name]
    fields[place + ".timeout_seconds"] = job.get("timeout_seconds", batchai_job.WEEK if is_batchai else None)
    tasks = service.tasks(job)
    folders = [folder for folder in service.folders(job).values() if folder.startswith(places.ROOT)]
    started, count = starts(tasks, folders), len(tasks)
    if is_batchai:
        count = _launched(started, job.get("nodes") or 1) or count
    else:
        for program in itertools.chain(*started.values()):
            program["words"] = azure_ml_job.met(program["words"], program["environment"])
    for role, programs in started.items():
        fields.update({"{}.starts[{}][{}]".format(place, role, number): program["words"]
                       for number, program in enumerate(programs)})
    environment = started[MASTER][-1]["environment"] if started.get(MASTER) else {}
    fields[place + ".processes"] = count
    for folder, is_writable in service.outputs(job).items():
        fields["{}.outputs[{}]".format(place, folder)] = "writable" if is_writable else "not writable"
    if is_batchai:
        for name in [*job.get("environment_variables", ()), *job.get("secrets", ())]:
            fields["{}.environment[{}]".format(place, name)] = environment.get(name, "(secret)")
    return environment


def _with_whole_image(job):
    """The job with the address of its registry in the image's name, where Azure ML has it."""
    registry = job.get("registry") or {}
    if not registry.get("address"):
        return job
    address = registry["address"].rpartition("://")[2].rstrip("/")
    image = job.get("image") or ""
    whole = image if image.startswith(address) else "{}/{}".format(address, image)
    rest = {name: value for name, value in registry.items() if name != "address"}
    return dict(job, image=whole, registry=rest or None)


def _launched(started, nodes):
    """Carries out the `mpirun` of a custom toolkit: what it starts takes its place. The number of processes, if there is one.

    What stands in front of it ran once; new code runs it in each process, which comes to the same for the program.
    """
    count = None
    for program in started.get(MASTER, ()):
        launch = batchai_job.launched(program["words"], nodes)
        if launch:
            program["words"], count, variables = launch
            program["environment"].update(variables)
    if count and count > 1:
        started[WORKER] = started[MASTER]
    return count
