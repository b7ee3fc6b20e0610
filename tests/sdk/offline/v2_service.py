"""Azure ML as azure-ai-ml sees it: one subscription in memory.

Jobs that a script only asks about were there before. Clusters were not, so that "create it if it is missing"
is carried out.
"""

import re

from offline import azure_ml
from offline.arm import Arm, error, not_found
from offline.life import Lives
from offline.network import Answer, Network
from offline.storage import Blobs, Files
from offline.v2_lowering import lower_cluster, lower_datastore, lower_job

WORKSPACE = azure_ml.WORKSPACE


class Service:
    """Answers azure-ai-ml and records what it asks for."""

    def __init__(self, record):
        self.record = record
        self.lives = Lives()
        self.arm = Arm()
        self.blobs = Blobs(record, own_accounts=[azure_ml.STORAGE_ACCOUNT])
        self.files = Files(record, own_accounts=[azure_ml.STORAGE_ACCOUNT])
        self._no_workspaces = set()
        self._no_jobs = set()
        self._register()

    def install(self):
        network = Network()
        network.serve(r"management\.azure\.com", self._resource_manager)
        network.serve(r".*\.blob\.core\.windows\.net", self.blobs)
        network.serve(r".*\.file\.core\.windows\.net", self.files)
        network.serve(r".*\.vault\.azure\.net", _secret)
        network.serve(re.escape(azure_ml.API_HOST) + r"|ml\.azure\.com", self._data_plane)
        network.install()

    def note(self, group, verb, name):
        """The script calls a method."""
        if (group, verb) == ("clusters", "create") and self._has_cluster(name):
            verb = "update"
        if (group, verb) == ("jobs", "wait"):
            self.lives.finish(name)
        if (group, verb) == ("jobs", "delete"):
            self._no_jobs.add(name)
        if group == "workspaces" and verb in ("create", "delete"):
            self._no_workspaces.add(name.lower())
        self.record.operate(group + "." + verb, name)

    def _has_cluster(self, name):
        return any(key.endswith("/computes/" + name.lower()) for key in self.arm.resources)

    def _register(self):
        arm = self.arm
        arm.on_put(r".*/providers/Microsoft\.Resources/deployments/[^/]+", self._deploy_workspace)
        arm.on_put(WORKSPACE + "/computes/[^/]+", self._put_cluster)
        arm.on_put(WORKSPACE + "/datastores/[^/]+", self._put_datastore)
        arm.on_put(WORKSPACE + "/jobs/[^/]+", self._put_job)
        arm.on_read(WORKSPACE + "/jobs/[^/]+", self._age_job)
        arm.action("POST", "/computes/(?P<name>[^/]+)/listNodes", self._list_nodes)
        arm.action("POST", "/datastores/(?P<name>[^/]+)/listSecrets", self._list_secrets)
        arm.action("POST", "/jobs/(?P<name>[^/]+)/cancel", self._cancel_job)
        arm.action("POST", "/versions/[^/]+/startPendingUpload", _start_upload)
        arm.action("GET", "/locations/(?P<location>[^/]+)/usages", _usages)

    # --- Azure Resource Manager

    def _resource_manager(self, request):
        workspace = re.match(WORKSPACE, request.path, re.I)
        if workspace:
            self.record.workspace.update(azure_ml.workspace_of(request.path))
            self._add_what_was_there(request, workspace)
        return self.arm(request)

    def _add_what_was_there(self, request, workspace):
        if workspace["workspace"].lower() in self._no_workspaces:
            return
        azure_ml.add_workspace_when_missing(self.arm, workspace.group())
        for name, container in (("workspaceblobstore", "workspaceblobs"), ("workspaceartifactstore", "artifacts")):
            self._add("{}/datastores/{}".format(workspace.group(), name), azure_ml.own_datastore(container))
        job = re.fullmatch(WORKSPACE + "/jobs/(?P<name>[^/]+)(/cancel)?", request.path)
        if job and request.method in ("GET", "POST") and job["name"] not in self._no_jobs:
            self._add(request.path.replace("/cancel", ""), _job_of_before(job["name"]))

    def _add(self, path, properties):
        if path.lower() not in self.arm.resources:
            self.arm.add(path, properties=properties)

    def _deploy_workspace(self, path, body, _old):
        """azure-ai-ml creates a workspace by deploying a template."""
        given = {name: entry.get("value") for name, entry in body["properties"]["parameters"].items()}
        self._no_workspaces.discard(given["workspaceName"].lower())
        azure_ml.add_workspace_when_missing(self.arm, "{}/providers/Microsoft.MachineLearningServices/workspaces/{}"
                                            .format(path.split("/providers/")[0], given["workspaceName"]))
        tags = {name: value for name, value in (given.get("tagValues") or {}).items() if name != "createdByToolkit"}
        self.record.workspace.update(location=given.get("location"), tags=tags)
        return {}

    def _put_cluster(self, path, body, _old):
        properties = body["properties"]["properties"]
        self.record.add("clusters", lower_cluster(path.rpartition("/")[2], properties))
        nodes = properties["scaleSettings"]["minNodeCount"]
        return {"properties": {"properties": {
            "allocationState": "Steady", "currentNodeCount": nodes, "targetNodeCount": nodes,
            "nodeStateCounts": dict(azure_ml.NO_NODES, idleNodeCount=nodes)}}}

    def _put_datastore(self, path, body, _old):
        self.record.add("datastores", lower_datastore(path.rpartition("/")[2], body["properties"]))
        return {}

    def _put_job(self, path, body, _old):
        name, properties = path.rpartition("/")[2], body["properties"]
        environment = self.arm.resources.get(properties.get("environmentId", "").lower(), {})
        self.record.add("jobs", lower_job(name, properties, environment.get("properties", {})))
        self._leave_results(path.rpartition("/jobs/")[0], name, properties.get("outputs") or {})
        return {"properties": _service_fields(name)}

    def _leave_results(self, workspace, job_name, outputs):
        """What the job would leave behind: its log, and a file in each output with a known place."""
        self.blobs.add(azure_ml.STORAGE_ACCOUNT, "artifacts",
                       "ExperimentRun/dcid.{}/user_logs/std_log.txt".format(job_name), b"offline log\n")
        for name, output in outputs.items():
            place = re.fullmatch("azureml://datastores/([^/]+)/paths/(.*)", output.get("uri") or "")
            datastore = place and self.arm.resources.get("{}/datastores/{}".format(workspace, place[1]).lower())
            if datastore:
                self._leave_file(datastore["properties"], place[2].rstrip("/") + "/" + name.lower() + ".txt")

    def _leave_file(self, datastore, path):
        service = self.files if "fileShareName" in datastore else self.blobs
        root = datastore.get("fileShareName") or datastore.get("containerName")
        service.add(datastore["accountName"], root, path, b"offline result\n")

    def _age_job(self, resource):
        resource["properties"]["status"] = self.lives.look(resource["name"])

    def _list_nodes(self, request, _match):
        cluster = self.arm.resources.get(request.path.rpartition("/")[0].lower())
        if cluster is None:
            return not_found(request.path)
        count = cluster["properties"]["properties"]["currentNodeCount"]
        return Answer(200, {"nodes": [
            {"nodeId": "tvm-{}".format(number), "privateIpAddress": "10.0.0.{}".format(number),
             "publicIpAddress": "203.0.113.{}".format(number), "port": 50000 + number, "nodeState": "idle"}
            for number in range(count)]})

    def _list_secrets(self, _request, _match):
        return Answer(200, {"secretsType": "AccountKey", "key": "a2V5"})

    def _cancel_job(self, _request, match):
        self.lives.cancel(match["name"], "Canceled")
        return Answer(200)

    # --- run history and data

    def _data_plane(self, request):
        routes = ((r"/discovery.*", _discover), (r".*/runs/(?P<name>[^/]+)/details", self._run_details),
                  (r".*/rundata", self._run_data), (r".*/dataversion/batchGetResolvedUris", self._data_uris),
                  (r".*/runs/(?P<name>[^/]+)", _run))
        for pattern, answer in routes:
            match = re.fullmatch(pattern, request.path)
            if match:
                return answer(request, match)
        return Answer(404, error("NotFound", "no offline answer for {} {}".format(request.method, request.url)))

    def _run_details(self, _request, match):
        return Answer(200, {"runId": match["name"], "status": self.lives.look(match["name"]), "logFiles": {}})

    def _run_data(self, request, _match):
        name = request.json()["runId"]
        outputs = {output: {"assetId": "{}:{}".format(name, output), "type": "uri_folder"}
                   for output in self._outputs(name) if output != "default"}
        return Answer(200, {"runMetadata": {"runId": name, "outputs": outputs}})

    def _data_uris(self, request, _match):
        values = {}
        for asset in request.json()["values"]:
            name, _, output = asset.partition(":")
            values[asset] = {"uri": self._outputs(name)[output].get("uri"), "type": "uri_folder"}
        return Answer(200, {"values": values})

    def _outputs(self, job_name):
        for key, resource in self.arm.resources.items():
            if key.endswith("/jobs/" + job_name.lower()):
                return resource["properties"].get("outputs") or {}
        return {}


def _service_fields(job_name):
    """What the service adds to a job."""
    return {"status": "Queued", "services": {"Studio": {"jobServiceType": "Studio",
                                                        "endpoint": "https://ml.azure.com/runs/" + job_name}}}


def _job_of_before(name):
    uri = "azureml://datastores/workspaceartifactstore/paths/ExperimentRun/dcid." + name
    return dict(_service_fields(name), jobType="Command", command="true", experimentName="experiment",
                environmentId="azureml:before:1", computeId="before", displayName=name, tags={}, properties={},
                resources={"instanceCount": 1}, inputs={}, isArchived=False, environmentVariables={},
                outputs={"default": {"jobOutputType": "uri_folder", "mode": "ReadWriteMount", "uri": uri}})


def _secret(request):
    if "authorization" not in request.headers:
        return Answer(401, None, {"WWW-Authenticate": 'Bearer authorization="https://login.microsoftonline.com/t", '
                                                      'resource="https://vault.azure.net"'})
    return Answer(200, {"value": "offline-secret", "id": request.url.partition("?")[0] + "/0", "attributes": {}})


def _start_upload(request, _match):
    name = request.path.split("/versions/")[0].rpartition("/")[2]
    uri = "https://{}.blob.core.windows.net/code-{}".format(azure_ml.STORAGE_ACCOUNT, name)
    return Answer(200, {"pendingUploadType": "TemporaryBlobReference", "blobReferenceForConsumption": {
        "blobUri": uri, "credential": {"credentialType": "SAS", "sasUri": uri + "?sig=0"}}})


def _usages(_request, _match):
    return Answer(200, {"value": [
        {"id": "0", "type": "Microsoft.MachineLearningServices/usages", "unit": "Count", "currentValue": 0, "limit": 24,
         "name": {"value": "standardNCFamily", "localizedValue": "Standard NC Family"}}]})


def _discover(_request, _match):
    return Answer(200, {"api": "https://" + azure_ml.API_HOST, "history": "https://" + azure_ml.API_HOST})


def _run(_request, match):
    return Answer(200, {"runId": match["name"]})
