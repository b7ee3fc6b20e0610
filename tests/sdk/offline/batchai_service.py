"""Azure Batch AI as all versions of azure-mgmt-batchai saw it: one subscription in memory.

Before API version 2018-05-01 there were no workspaces and no experiments. Jobs that a script only asks about were there before, unless it deleted them.
"""

import functools
import re

from azure.mgmt.batchai import models

from offline import azure_ml, msrest_shapes
from offline.arm import Arm
from offline.batchai_lowering import lower_cluster, lower_job, lower_mounts
from offline.life import Lives
from offline.network import Answer
from offline.published import Published
from offline.shapes import Anything, Thing
from offline.storage import Blobs, Files

GROUP = r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)"
PROVIDER = GROUP + r"/providers/Microsoft\.BatchAI"
WORKSPACE = PROVIDER + r"/workspaces/(?P<workspace>[^/]+)"
PLACE = PROVIDER + r"(?:/workspaces/(?P<workspace>[^/]+))?"
JOB = PLACE + "(?:/experiments/(?P<experiment>[^/]+))?/jobs/(?P<name>[^/]+)"
STEPS = ("queued", "running", "succeeded")
OUTPUTS_ACCOUNT = "batchaioutputs"      # results are read from here


def published():
    """The shapes of the version of the SDK that runs. Before 2018-05-01 a client had nothing to send for a workspace."""
    shape = functools.partial(_shape, msrest_shapes.Models(models))
    return [
        ("PUT", "/resourceGroups/[^/]+", Anything()),     # Azure's own, not of this service
        ("PUT", "/clusters/[^/]+", shape("ClusterCreateParameters")),
        ("PATCH", "/clusters/[^/]+", shape("ClusterUpdateParameters")),
        ("PUT", "/jobs/[^/]+", shape("JobCreateParameters")),
        ("PUT", "/fileServers/[^/]+", shape("FileServerCreateParameters")),
        ("PUT", "/workspaces/[^/]+", shape("WorkspaceCreateParameters")),
        ("PATCH", "/workspaces/[^/]+", shape("WorkspaceUpdateParameters")),
    ]


def _shape(known, name):
    return known.of(name) if hasattr(models, name) else Thing(name, {})


class Service:
    """Answers azure-mgmt-batchai and records what it asks for."""

    def __init__(self, record, given):
        self.record = record
        self.given = given
        self.lives = Lives(STEPS)
        self.arm = Arm(Published(record, published()), created=200)
        self.blobs = Blobs(record, given, own_accounts=[OUTPUTS_ACCOUNT])
        self.files = Files(record, given)
        self._no_jobs = set()
        self._seen_workspaces = set()
        self._register()

    def serve(self, network):
        network.serve(r"management\.azure\.com", self._resource_manager)
        network.serve(r".*\.blob\.core\.windows\.net", self.blobs)
        network.serve(r".*\.file\.core\.windows\.net", self.files)

    def _register(self):
        arm = self.arm
        azure_ml.serve_resource_groups(arm, self.record)
        arm.on_put(WORKSPACE, self._put_workspace)
        arm.on_put(PLACE + "/clusters/[^/]+", self._put_cluster)
        arm.on_put(PLACE + "/fileServers/[^/]+", self._put_file_server)
        arm.on_put(WORKSPACE + "/experiments/[^/]+", self._put_experiment)
        arm.on_put(JOB, self._put_job)
        arm.on_read(JOB, self._age_job)
        for kind in ("clusters", "experiments"):
            arm.on_miss(".*/{}/[^/]+".format(kind), functools.partial(self._note_missing, kind))
        arm.action("POST", "/listRemoteLoginInformation", self._list_nodes)
        arm.action("POST", "/jobs/(?P<name>[^/]+)/terminate", self._cancel_job)
        arm.action("POST", "/jobs/(?P<name>[^/]+)/listOutputFiles", self._list_files)
        arm.action("GET", "/locations/(?P<location>[^/]+)/usages", azure_ml.usages)

    def _resource_manager(self, request):
        workspace = re.match(PLACE, request.path, re.I)
        if workspace:
            self.record.visit({"subscription_id": workspace["subscription"], "resource_group": workspace["group"],
                               "name": workspace["workspace"]})
            self._add_given(workspace.group())
            self._add_job(request)
        return self.arm(request)

    def _add_given(self, workspace):
        """What was there before: once, so that it can be deleted."""
        if workspace.lower() in self._seen_workspaces:
            return
        self._seen_workspaces.add(workspace.lower())
        for name in self.given.get("clusters", ()):
            scale = {"manual": {"targetNodeCount": azure_ml.GIVEN_NODES}}
            self.arm.add("{}/clusters/{}".format(workspace, name), properties=dict(
                _cluster_fields({"scaleSettings": scale}), vmSize="STANDARD_D2_V3", scaleSettings=scale))
        for name in self.given.get("experiments", ()):
            self.arm.add("{}/experiments/{}".format(workspace, name), **_ready())
        for name, experiment in self.given.get("jobs", {}).items():
            self.arm.add("{}/experiments/{}/jobs/{}".format(workspace, experiment, name), properties=_job_of_before())

    def _note_missing(self, kind, path):
        self.record.missing.append((kind, path.rpartition("/")[2]))

    def _add_job(self, request):
        job = re.fullmatch("({})(/[a-z]+)?".format(JOB), request.path, re.I)
        if job and request.method in ("GET", "POST") and job["name"] not in self._no_jobs:
            if job[1].lower() not in self.arm.resources:
                self.arm.add(job[1], properties=_job_of_before())
        if job and request.method == "DELETE":
            self._no_jobs.add(job["name"])

    def _put_workspace(self, path, body, _old):
        self.record.operate("workspaces.create", path.rpartition("/")[2])
        self.record.workspace.update(location=body.get("location"), tags=body.get("tags") or {})
        return _ready()

    def _put_experiment(self, path, _body, _old):
        self.record.operate("experiments.create", path.rpartition("/")[2])
        return _ready()

    def _put_file_server(self, path, _body, _old):
        self.record.operate("file_servers.create", path.rpartition("/")[2])
        return {"properties": dict(_ready()["properties"], mountSettings={
            "mountPoint": "/mnt", "fileServerPublicIP": "203.0.113.9", "fileServerInternalIP": "10.0.0.9"})}

    def _put_cluster(self, path, body, old):
        name = path.rpartition("/")[2]
        asked = dict(old["properties"], **body["properties"]) if old else body["properties"]
        self.record.operate("clusters.update" if old else "clusters.create", name)
        self._note_mounts((asked.get("nodeSetup") or {}).get("mountVolumes"))
        self.record.add("clusters", lower_cluster(name, asked))
        return {"properties": _cluster_fields(asked)}

    def _put_job(self, path, body, _old):
        job = re.fullmatch(JOB, path, re.I)
        self.record.operate("jobs.create", job["name"])
        self._note_mounts(body["properties"].get("mountVolumes"))
        self.record.add("jobs", lower_job(job["name"], job["experiment"], body["properties"]))
        self.blobs.add(OUTPUTS_ACCOUNT, "outputs", job["name"] + "/stdout.txt", b"offline log\n")
        self.blobs.add(OUTPUTS_ACCOUNT, "outputs", job["name"] + "/stderr.txt", b"")
        return {"properties": dict(_ready()["properties"], creationTime=azure_ml.MOMENT)}

    def _note_mounts(self, volumes):
        for datastore in lower_mounts(volumes):
            if datastore not in self.record.datastores:
                self.record.add("datastores", datastore)

    def _age_job(self, resource):
        state = self.lives.look(resource["name"])
        resource["properties"]["executionState"] = state
        resource["properties"]["executionInfo"] = {
            "startTime": azure_ml.MOMENT, "errors": [],
            "exitCode": {"succeeded": 0, "failed": 1}.get(state)}

    def _cancel_job(self, _request, match):
        self.lives.cancel(match["name"], "failed")
        return Answer(200)

    def _list_nodes(self, request, _match):
        resource = self.arm.resources.get(request.path.rpartition("/")[0].lower(), {"properties": {}})
        count = resource["properties"].get("currentNodeCount", azure_ml.GIVEN_NODES)
        return Answer(200, {"value": [{"nodeId": "tvm-{}".format(number), "port": 50000 + number,
                                       "ipAddress": "203.0.113.{}".format(number)} for number in range(count)]})

    def _list_files(self, _request, match):
        """Whatever directory is asked for: the standard output and error of the job."""
        folder = match["name"] + "/"
        files = self.blobs.roots.get((OUTPUTS_ACCOUNT, "outputs"), {})
        return Answer(200, {"value": [
            {"name": path[len(folder):], "fileType": "file",
             "downloadUrl": "https://{}.blob.core.windows.net/outputs/{}".format(OUTPUTS_ACCOUNT, path),
             "properties": {"lastModified": azure_ml.MOMENT, "contentLength": len(content)}}
            for path, content in sorted(files.items()) if path.startswith(folder)]})


def _ready():
    return {"properties": {"provisioningState": "succeeded", "creationTime": azure_ml.MOMENT,
                           "provisioningStateTransitionTime": azure_ml.MOMENT}}


def _job_of_before():
    return dict(_ready()["properties"], nodeCount=1, cluster={"id": "before"})


def _cluster_fields(asked):
    """What the service adds to a cluster: it is steady, with as many idle nodes as it asked for at least."""
    scale = asked.get("scaleSettings") or {}
    manual, auto = scale.get("manual") or {}, scale.get("autoScale") or {}
    nodes = manual.get("targetNodeCount", auto.get("minimumNodeCount", 0))
    return dict(_ready()["properties"], allocationState="steady", allocationStateTransitionTime=azure_ml.MOMENT,
                currentNodeCount=nodes, errors=[], nodeStateCounts={
                    "idleNodeCount": nodes, "runningNodeCount": 0, "preparingNodeCount": 0, "unusableNodeCount": 0,
                    "leavingNodeCount": 0})
