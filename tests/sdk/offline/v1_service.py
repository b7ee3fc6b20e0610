"""Azure ML as azureml-core sees it: one subscription in memory.

Runs that a script only asks about were there before. Clusters were not, so that "create it if it is missing"
is carried out.
"""

import re

from azureml._execution._commands import _serialize_run_config_to_dict
from azureml.core.runconfig import RunConfiguration

from offline import azure_ml, v1_shapes
from offline.arm import Arm, error
from offline.life import Lives
from offline.network import Answer
from offline.published import Published
from offline.shapes import Anything
from offline.storage import Blobs, Files
from offline.v1_lowering import lower_datastore, lower_run
from offline.v2_lowering import lower_cluster

WORKSPACE = azure_ml.WORKSPACE
SERVICES = ("api", "catalog", "experimentation", "gallery", "history", "hyperdrive", "labeling", "modelmanagement",
            "pipelines", "studio", "inferencing")
# The files that were sent with a run are not kept, so what comes back is an archive without any.
ZIP, EMPTY_ZIP = "/snapshot.zip", b"PK\x05\x06" + bytes(18)
OWN_DATASTORES = {"workspaceblobstore": ("AzureBlob", "workspaceblobs"),
                  "workspacefilestore": ("AzureFile", "workspacefiles")}


SHAPES = v1_shapes.of_the_service()
PUBLISHED = [
    # Azure's own, not of this service.
    ("PUT", "/resourceGroups/[^/]+", Anything()),
    ("PUT", "/deployments/[^/]+", Anything()),
    ("PUT", "/computes/[^/]+", SHAPES.of("ComputeResource")),
    ("PATCH", "/computes/[^/]+", SHAPES.of("ComputeResource")),
    ("PATCH", "/workspaces/[^/]+", v1_shapes.WORKSPACES.of("WorkspaceUpdateParameters")),
    ("POST", "/datastores", SHAPES.of("DataStore")),
    ("PUT", "/datastores/[^/]+", SHAPES.of("DataStore")),
    ("POST", "/experiments/[^/]+/snapshotrun", v1_shapes.run()),
]


class Service:
    """Answers azureml-core and records what it asks for."""

    def __init__(self, record, given):
        self.record = record
        self.given = given
        self.lives = Lives()
        self._published = Published(record, PUBLISHED)
        self.arm = Arm(self._published)
        self.blobs = Blobs(record, given, own_accounts=[azure_ml.STORAGE_ACCOUNT])
        self.files = Files(record, given, own_accounts=[azure_ml.STORAGE_ACCOUNT])
        self.runs = {name: _new_run(name, experiment) for name, experiment in given.get("jobs", {}).items()}
        self.definitions = {}
        self.datastores = {name: _datastore_of_before(name) for name in given.get("datastores", ())}
        self._no_workspaces = set()
        azure_ml.serve_resource_groups(self.arm, record)
        self.arm.on_put("/subscriptions/[^/]+/resourceGroups/[^/]+", self._group_comes_first)
        azure_ml.note_missing(self.arm, record)
        self.arm.on_put(r".*/providers/Microsoft\.Resources/deployments/[^/]+", self._deploy_workspace)
        self.arm.on_put(WORKSPACE + "/computes/[^/]+", self._put_cluster)
        self.arm.action("POST", "/computes/(?P<name>[^/]+)/listNodes", self._list_nodes)
        self.arm.action("GET", r"/providers/Microsoft\.MachineLearningServices", azure_ml.locations)
        self.arm.action("GET", "/operations/0", lambda *_: Answer(200, {"status": "Succeeded"}))
        self.arm.action("GET", "/metadata/endpoints", lambda *_: Answer(200, []))
        self.arm.action("GET", "/locations/(?P<location>[^/]+)/usages", azure_ml.usages)

    def serve(self, network):
        network.serve(r"management\.azure\.com", self._resource_manager)
        network.serve(r".*\.blob\.core\.windows\.net", self.blobs)
        network.serve(r".*\.file\.core\.windows\.net", self.files)
        network.serve(re.escape(azure_ml.API_HOST) + r"|ml\.azure\.com", self._data_plane)

    def called(self, operation, subject):
        """The script calls a public method."""
        if operation == "workspaces.create":
            self._no_workspaces.add(subject.lower())
        if operation not in ("clusters.get", "jobs.get", "experiments.create", "datastores.get") or subject:
            self.record.operate(operation, subject)

    # --- Azure Resource Manager

    def _resource_manager(self, request):
        workspace = re.match(WORKSPACE, request.path, re.I)
        if workspace:
            self.record.visit(azure_ml.workspace_of(request.path))
            if workspace["workspace"].lower() not in self._no_workspaces:
                self._add_what_was_there(workspace.group())
        answer = self.arm(request)
        if request.method in ("PUT", "DELETE"):
            answer.headers["Azure-AsyncOperation"] = "https://management.azure.com/operations/0"
        return answer

    def _add_what_was_there(self, workspace):
        if workspace.lower() not in self.arm.resources:
            azure_ml.add_workspace_when_missing(self.arm, workspace)
            azure_ml.add_given_clusters(self.arm, workspace, self.given)

    def _deploy_workspace(self, path, body, _old):
        name, asked = azure_ml.deployed_workspace(self.arm, path, body)
        self._no_workspaces.discard(name.lower())
        self.record.workspace.update(asked)

    def _group_comes_first(self, _path, _body, _old):
        """A resource group that a call makes for its workspace is there before that."""
        operations = self.record.operations
        if len(operations) > 1 and operations[-2].startswith("workspaces.create "):
            operations[-2:] = reversed(operations[-2:])

    def _put_cluster(self, path, body, old):
        properties = body["properties"]["properties"]
        whole = dict(old["properties"]["properties"], **properties) if old else properties
        name = path.rpartition("/")[2]
        self.record.operate("clusters.update" if old else "clusters.create", name)
        self.record.add("clusters", lower_cluster(name, whole))
        return {"properties": azure_ml.cluster_fields(whole)}

    def _list_nodes(self, request, _match):
        return azure_ml.list_nodes(self.arm, request)

    # --- data stores, experiments and runs

    def _data_plane(self, request):
        if request.path.startswith("/rp/workspaces/"):
            request.path = request.path[len("/rp/workspaces"):]
            return self._resource_manager(request)
        routes = (
            (r"/discovery.*", self._discover),
            (r"/datastore/.*/datastores", self._all_datastores),
            (r"/datastore/.*/default", self._default_datastore),
            (r"/datastore/.*/datastores/(?P<name>[^/]+)", self._one_datastore),
            (r"/history/.*/experiments/(?P<name>[^/]+)", self._experiment),
            (r"/history/.*/experimentids/(?P<name>[^/]+)", self._experiment),
            (r"/execution/.*/experiments/(?P<experiment>[^/]+)/snapshotrun", self._start_run),
            (r"/execution/runs/(?P<name>[^/]+)/cancel", self._cancel_run),
            (r"/history/.*/metricsingest/wait", _nothing),
            (r"/credential/.*/secrets(/(?P<name>[^/]+))?", _secret),
            (r"/metric/.*/runs/(?P<name>[^/]+)/list", _no_values),
            (r"/history/.*/experiments/(?P<experiment>[^/]+)/runs:query", self._list_runs),
            (r"/history/.*/runs/(?P<name>[^/]+)/details", self._run_details),
            (r"/artifact/.*/contentinfo/ExperimentRun/dcid\.(?P<run>[^/]+)/(?P<path>.*)", self._content_of),
            (r"/artifact/.*/artifacts/ExperimentRun/dcid\.(?P<run>[^/]+)(/(?P<path>.*))?", self._run_files),
            (r"/history/.*/runs/(?P<name>[^/]+)", self._run),
            (r"/content/.*/snapshots/[^/]+/zip", _zip_of_snapshot),
            (ZIP, lambda *_: Answer(200, EMPTY_ZIP)),
        )
        for pattern, answer in routes:
            match = re.fullmatch(pattern, request.path)
            if match:
                return answer(request, match)
        return Answer(404, error("NotFound", "no offline answer for {} {}".format(request.method, request.url)))

    def _discover(self, _request, _match):
        return Answer(200, dict.fromkeys(SERVICES, "https://" + azure_ml.API_HOST))

    def _all_datastores(self, request, _match):
        if request.method == "GET":
            names = list(OWN_DATASTORES) + list(self.datastores)
            return Answer(200, {"value": [self._datastore(name) for name in names]})
        refusal, body = self._published.refusal(request), request.json()
        if refusal:
            return refusal
        if body["name"] in self.datastores and request.method == "POST":
            return Answer(400, error("UserError", "Another datastore with the same name already exists"))
        return self._save_datastore(request, body)

    def _save_datastore(self, request, body):
        section = body["azureStorageSection"]
        self.datastores[body["name"]] = body
        self.record.operate("datastores.create", body["name"])
        self.record.add("datastores", lower_datastore(body))
        if request.query.get("createifnotexists") == "true":
            service = self.files if body["dataStoreType"] == "AzureFile" else self.blobs
            service.create(section["accountName"], section["containerName"])
        return Answer(200)

    def _datastore(self, name):
        if name in self.datastores:
            body = self.datastores[name]
        else:
            kind, container = OWN_DATASTORES[name]
            body = _datastore_body(name, kind, azure_ml.STORAGE_ACCOUNT, container)
        section = body["azureStorageSection"]
        secret = "sasToken" if section.get("credentialType") == "Sas" else "accountKey"
        return dict(body, azureStorageSection=dict(
            section, protocol="https", endpoint="core.windows.net", **{secret: section.get("credential")}))

    def _default_datastore(self, _request, _match):
        return Answer(200, self._datastore("workspaceblobstore"))

    def _one_datastore(self, request, match):
        name = match["name"]
        if name not in self.datastores and name not in OWN_DATASTORES:
            self.record.missing.append(("datastores", name))
            return Answer(404, error("UserError", "no datastore {}".format(name)))
        if request.method == "DELETE":
            del self.datastores[name]
            return Answer(200)
        if request.method == "PUT":
            return self._published.refusal(request) or self._save_datastore(request, request.json())
        return Answer(200, self._datastore(name))

    def _experiment(self, _request, match):
        return Answer(200, {"experimentId": match["name"], "name": match["name"], "tags": {},
                            "createdUtc": azure_ml.MOMENT})

    def _start_run(self, request, match):
        refusal = self._published.refusal(request)
        if refusal:
            return refusal
        name = request.query["runid"]
        self.runs[name] = _new_run(name, match["experiment"])
        self.definitions[name] = request.json()["Configuration"]
        self.record.operate("jobs.create", name)
        self.record.add("jobs", lower_run(name, match["experiment"], self.definitions[name]))
        self._leave_results(name, self.record.jobs[-1].get("outputs", {}))
        return Answer(200, {"runId": name})

    def _leave_results(self, run_name, outputs):
        """What the run would leave behind: its log, and a file in each output with a known place."""
        self.blobs.add(azure_ml.STORAGE_ACCOUNT, *azure_ml.log_of(run_name))
        for name, output in outputs.items():
            place = re.fullmatch("azureml://datastores/([^/]+)/paths/(.*)", output.get("path", ""))
            if place and place[1] in self.datastores:
                self._leave_file(self.datastores[place[1]], "{}/{}.txt".format(
                    place[2].rstrip("/").replace("{run-id}", run_name), name.lower()), run_name)

    def _leave_file(self, datastore, path, run_name):
        service = self.files if datastore["dataStoreType"] == "AzureFile" else self.blobs
        section = datastore["azureStorageSection"]
        service.leave(section["accountName"], section["containerName"], path, run_name)

    def _cancel_run(self, _request, match):
        self.lives.cancel(match["name"], "Canceled")
        return Answer(200)

    def _known_run(self, name):
        return self.runs.setdefault(name, _new_run(name, "experiment"))

    def _run(self, request, match):
        run = self._known_run(match["name"])
        if request.method == "PATCH":
            given = request.json()
            run["tags"].update(given.get("tags") or {})
            run["properties"].update(given.get("properties") or {})
            self._note_tags(match["name"], given.get("tags"))
        else:
            run["status"] = self.lives.look(match["name"])
        return Answer(200, run)

    def _note_tags(self, name, tags):
        for job in self.record.jobs:
            if job["name"] == name and tags:
                job.setdefault("tags", {}).update(tags)

    def _run_details(self, _request, match):
        run = self._known_run(match["name"])
        return Answer(200, {"runId": run["runId"], "status": self.lives.look(match["name"]), "logFiles": {},
                            "properties": run["properties"], "target": "offline",
                            "runDefinition": self.definitions.get(match["name"]) or _usual_definition(),
                            "startTimeUtc": azure_ml.MOMENT, "endTimeUtc": azure_ml.MOMENT,
                            "inputDatasets": [], "outputDatasets": []})

    def _list_runs(self, _request, match):
        return Answer(200, {"value": [dict(run, status=self.lives.look(name)) for name, run in self.runs.items()
                                      if run["experimentId"] == match["experiment"]]})

    def _run_files(self, request, match):
        """The artifacts of a run, with addresses to read them at where they are asked for."""
        return Answer(200, {"value": [self._artifact(match["run"], path) for path in self._artifacts(match["run"])
                                      if path.startswith(match["path"] or "")]})

    def _content_of(self, request, match):
        """`…/prefix/contentinfo/…` is about all files below a path, `…/contentinfo/…` about one."""
        if "/prefix/contentinfo/" in request.path:
            return self._run_files(request, match)
        return Answer(200, self._artifact(match["run"], match["path"]))

    def _artifacts(self, run_name):
        container, log, _content = azure_ml.log_of(run_name)
        folder = log.partition("user_logs/")[0]
        files = self.blobs.roots.get((azure_ml.STORAGE_ACCOUNT, container), {})
        return [path[len(folder):] for path in sorted(files) if path.startswith(folder)]

    def _artifact(self, run_name, path):
        container, log, _content = azure_ml.log_of(run_name)
        return {"origin": "ExperimentRun", "container": "dcid." + run_name, "path": path, "name": path,
                "contentUri": "https://{}.blob.core.windows.net/{}/{}{}".format(
                    azure_ml.STORAGE_ACCOUNT, container, log.partition("user_logs/")[0], path)}


def _datastore_body(name, kind, account, container):
    return {"name": name, "dataStoreType": kind, "azureStorageSection": {
        "accountName": account, "containerName": container, "credentialType": "AccountKey", "credential": "a2V5"}}


def _datastore_of_before(name):
    return _datastore_body(name, "AzureBlob", "account", name)


def _zip_of_snapshot(_request, _match):
    return Answer(200, {"zipSasUri": "https://" + azure_ml.API_HOST + ZIP})


def _nothing(_request, _match):
    return Answer(200)


def _secret(_request, match):
    return Answer(200, {"name": match["name"], "value": "offline-secret"})


def _no_values(_request, _match):
    return Answer(200, {"value": []})


def _usual_definition():
    """What the service remembers of a run that was there before."""
    return dict(_serialize_run_config_to_dict(RunConfiguration()), target="before")


def _new_run(name, experiment):
    return {"runId": name, "rootRunId": name, "runNumber": 1, "experimentId": experiment, "status": "Queued",
            "runType": "azureml.scriptrun", "dataContainerId": "dcid." + name,
            "cancelUri": "https://{}/execution/runs/{}/cancel".format(azure_ml.API_HOST, name),
            "createdUtc": azure_ml.MOMENT, "tags": {}, "properties": {}}
