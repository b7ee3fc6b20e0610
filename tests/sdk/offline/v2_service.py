"""Azure ML as azure-ai-ml sees it: one subscription in memory.

Jobs that a script only asks about were there before. Clusters were not, so that "create it if it is missing"
is carried out.
"""

import re

from offline import azure_ml, v2_shapes
from offline.arm import Arm, error
from offline.life import Lives
from offline.network import Answer
from offline.published import Published
from offline.shapes import Anything
from offline.storage import Blobs, Files
from offline.v2_lowering import lower_cluster, lower_datastore, lower_job

WORKSPACE = azure_ml.WORKSPACE


PUBLISHED = [
    # Azure's own, not of this service.
    ("PUT", "/resourceGroups/[^/]+", Anything()),
    ("PUT", "/deployments/[^/]+", Anything()),
    ("PUT", "/computes/[^/]+", v2_shapes.of("ComputeResource")),
    ("PATCH", "/computes/[^/]+", v2_shapes.of("ClusterUpdateParameters")),
    ("PUT", "/datastores/[^/]+", v2_shapes.of("Datastore")),
    ("POST", "/datastores/[^/]+/listSecrets", v2_shapes.of("SecretExpiry")),
    ("PUT", "/jobs/[^/]+", v2_shapes.of("JobBase")),
    ("PUT", "/environments/[^/]+/versions/[^/]+", v2_shapes.of("EnvironmentVersion")),
    ("PUT", "/environments/[^/]+", v2_shapes.of("EnvironmentContainer")),
    ("PUT", "/codes/[^/]+/versions/[^/]+", v2_shapes.of("CodeVersion")),
    ("POST", "/versions/[^/]+/startPendingUpload", v2_shapes.of("PendingUploadRequestDto")),
    ("PUT", "/workspaces/[^/]+", v2_shapes.of("Workspace")),
    ("PATCH", "/workspaces/[^/]+", v2_shapes.of("WorkspaceUpdateParameters")),
    ("PUT", "/connections/[^/]+", v2_shapes.of("WorkspaceConnectionPropertiesV2BasicResource")),
]


class Service:
    """Answers azure-ai-ml and records what it asks for."""

    def __init__(self, record, given):
        self.record = record
        self.given = given
        self.lives = Lives()
        self.arm = Arm(Published(record, PUBLISHED))
        self.blobs = Blobs(record, given, own_accounts=[azure_ml.STORAGE_ACCOUNT])
        self.files = Files(record, given, own_accounts=[azure_ml.STORAGE_ACCOUNT])
        self._no_workspaces = set()
        self._no_jobs = set()
        self._register()

    def serve(self, network):
        network.serve(r"management\.azure\.com", self._resource_manager)
        network.serve(r".*\.blob\.core\.windows\.net", self.blobs)
        network.serve(r".*\.file\.core\.windows\.net", self.files)
        network.serve(r".*\.vault\.azure\.net", _secret)
        network.serve(re.escape(azure_ml.API_HOST) + r"|ml\.azure\.com", self._data_plane)

    def called(self, operation, subject):
        """The script calls a public method."""
        if operation in ("workspaces.create", "workspaces.delete"):
            self._no_workspaces.add(subject.lower())
        if operation == "jobs.delete":
            self._no_jobs.add(subject)
        self.record.operate(operation, subject)

    def _register(self):
        arm = self.arm
        azure_ml.serve_resource_groups(arm, self.record)
        azure_ml.note_missing(arm, self.record)
        arm.on_put(r".*/providers/Microsoft\.Resources/deployments/[^/]+", self._deploy_workspace)
        arm.on_put(WORKSPACE + "/computes/[^/]+", self._put_cluster)
        arm.on_put(WORKSPACE + "/datastores/[^/]+", self._put_datastore)
        arm.on_put(WORKSPACE + "/jobs/[^/]+", self._put_job)
        arm.on_read(WORKSPACE + "/jobs/[^/]+", self._age_job)
        arm.action("POST", "/computes/(?P<name>[^/]+)/listNodes", self._list_nodes)
        arm.action("POST", "/datastores/(?P<name>[^/]+)/listSecrets", self._list_secrets)
        arm.action("POST", "/jobs/(?P<name>[^/]+)/cancel", self._cancel_job)
        arm.action("POST", "/versions/[^/]+/startPendingUpload", _start_upload)
        arm.action("GET", "/locations/(?P<location>[^/]+)/usages", azure_ml.usages)

    # --- Azure Resource Manager

    def _resource_manager(self, request):
        workspace = re.match(WORKSPACE, request.path, re.I)
        if workspace:
            self.record.visit(azure_ml.workspace_of(request.path))
            self._add_what_was_there(request, workspace)
        return self.arm(request)

    def _add_what_was_there(self, request, workspace):
        if workspace["workspace"].lower() in self._no_workspaces:
            return
        if workspace.group().lower() not in self.arm.resources:
            self._add_workspace(workspace.group())
        self._add_own_datastores(workspace.group())
        job = re.fullmatch(WORKSPACE + "/jobs/(?P<name>[^/]+)(/cancel)?", request.path)
        if job and request.method in ("GET", "POST") and job["name"] not in self._no_jobs:
            self._add(request.path.replace("/cancel", ""), _job_of_before(job["name"]))

    def _add_workspace(self, path):
        azure_ml.add_workspace_when_missing(self.arm, path)
        azure_ml.add_given_clusters(self.arm, path, self.given)
        for name in self.given.get("datastores", ()):
            self._add("{}/datastores/{}".format(path, name), azure_ml.given_datastore(name))
        for name, experiment in self.given.get("jobs", {}).items():
            self._add("{}/jobs/{}".format(path, name), dict(_job_of_before(name), experimentName=experiment))

    def _add_own_datastores(self, path):
        """Every workspace has these from the beginning, one that the script creates too."""
        for name, container in (("workspaceblobstore", "workspaceblobs"), ("workspaceartifactstore", "artifacts")):
            self._add("{}/datastores/{}".format(path, name), azure_ml.own_datastore(container))

    def _add(self, path, properties):
        if path.lower() not in self.arm.resources:
            self.arm.add(path, properties=properties)

    def _deploy_workspace(self, path, body, _old):
        name, asked = azure_ml.deployed_workspace(self.arm, path, body)
        self._no_workspaces.discard(name.lower())
        self.record.workspace.update(asked)

    def _put_cluster(self, path, body, old):
        name, properties = path.rpartition("/")[2], body["properties"]["properties"]
        self.record.operate("clusters.update" if old else "clusters.create", name)
        self.record.add("clusters", lower_cluster(name, properties))
        return {"properties": azure_ml.cluster_fields(properties)}

    def _put_datastore(self, path, body, _old):
        self.record.operate("datastores.create", path.rpartition("/")[2])
        self.record.add("datastores", lower_datastore(path.rpartition("/")[2], body["properties"]))
        return {}

    def _put_job(self, path, body, _old):
        name, properties = path.rpartition("/")[2], body["properties"]
        environment = self.arm.resources.get(properties.get("environmentId", "").lower(), {})
        self.record.operate("jobs.create", name)
        self.record.add("jobs", lower_job(name, properties, environment.get("properties", {})))
        self._leave_results(path.rpartition("/jobs/")[0], name, properties.get("outputs") or {})
        return {"properties": _service_fields(name)}

    def _leave_results(self, workspace, job_name, outputs):
        """What the job would leave behind: its log, and a file in each output with a known place."""
        self.blobs.add(azure_ml.STORAGE_ACCOUNT, *azure_ml.log_of(job_name))
        for name, output in outputs.items():
            place = re.fullmatch("azureml://datastores/([^/]+)/paths/(.*)", _resolved(output.get("uri"), job_name))
            datastore = place and self.arm.resources.get("{}/datastores/{}".format(workspace, place[1]).lower())
            if datastore:
                self._leave_file(datastore["properties"], place[2].rstrip("/") + "/" + name.lower() + ".txt", job_name)

    def _leave_file(self, datastore, path, job_name):
        service = self.files if "fileShareName" in datastore else self.blobs
        root = datastore.get("fileShareName") or datastore.get("containerName")
        service.leave(datastore["accountName"], root, path, job_name)

    def _age_job(self, resource):
        resource["properties"]["status"] = self.lives.look(resource["name"])

    def _list_nodes(self, request, _match):
        return azure_ml.list_nodes(self.arm, request)

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
            values[asset] = {"uri": _resolved(self._outputs(name)[output].get("uri"), name), "type": "uri_folder"}
        return Answer(200, {"values": values})

    def _outputs(self, job_name):
        for key, resource in self.arm.resources.items():
            if key.endswith("/jobs/" + job_name.lower()):
                return resource["properties"].get("outputs") or {}
        return {}


def _resolved(address, job_name):
    """An address with the name of the job in it, as the service fills it in."""
    return (address or "").replace("${{name}}", job_name)


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


def _discover(_request, _match):
    return Answer(200, {"api": "https://" + azure_ml.API_HOST, "history": "https://" + azure_ml.API_HOST})


def _run(_request, match):
    return Answer(200, {"runId": match["name"]})
