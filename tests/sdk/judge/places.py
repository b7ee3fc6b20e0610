"""Where a job's data is, as folders of `node.ROOT`: the same folder for the same place, whoever names it."""

import re

from judge.node import ROOT

ADDRESS = re.compile(r"azureml://datastores/([^/]+)/paths/?(.*)")
# Some people wrote down where Batch AI mounted the storage of a cluster.
HARD_ROOT = "/mnt/batch/tasks/shared/LS_root/mounts"
MOUNTED = re.compile(r"(?:\$\{?AZ_BATCHAI(?:_JOB)?_MOUNT_ROOT\}?|" + HARD_ROOT + ")/?(.*)")
# Every workspace of Azure ML has these, in the place of what `az batchai cluster create --use-auto-storage` mounted.
OF_THE_WORKSPACE = {"workspacefilestore": "autoafs", "workspaceblobstore": "autobfs"}
# A folder that belongs to the job alone; how its name is made differs, and no program should know.
JOB = "folder-of-the-job"
NAMES_OF_THE_JOB = ("${{name}}", "{run-id}")
# What the service chooses itself, because nothing was asked for.
UNNAMED = ROOT + "/unnamed/" + JOB


def folder(address, job_name=None):
    """The folder of `azureml://datastores/D/paths/P`, or of `$AZ_BATCHAI_MOUNT_ROOT/D/P`; None for any other place."""
    found = ADDRESS.fullmatch(address or "")
    if found:
        return join(ROOT, OF_THE_WORKSPACE.get(found[1], found[1]), *(_part(part, job_name) for part in found[2].split("/")))
    found = MOUNTED.fullmatch(address or "")
    return join(ROOT, *found[1].split("/")) if found else None


def join(*parts):
    """A path without doubled, empty and `.` parts."""
    return "/" + "/".join(part for part in "/".join(parts).split("/") if part not in ("", "."))


def _part(part, job_name):
    return JOB if part in NAMES_OF_THE_JOB or (job_name and part == job_name) else part
