"""Puts the fake Azure ML of azureml-core in place and watches the script's calls of it."""

import functools
import itertools
import sys

import jwt

import offline.network  # noqa: F401  (before azureml.core, which asks Azure for its addresses)
import azureml.train.dnn  # noqa: F401  (slow, so once for all scripts)
from azureml._execution import _commands
from azureml._restclient.snapshots_client import SnapshotsClient
from azureml.core import Datastore, Experiment, Run, Workspace, authentication
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.script_run import ScriptRun
from azureml.widgets._widget_run_details_base import _WidgetRunDetailsBase

from offline import calls, downloads
from offline.v1_service import Service

TOKEN = jwt.encode({"exp": 4102444800, "tid": "tenant", "oid": "person"}, "offline-" * 4, algorithm="HS256")

# What creates or changes something is noted by the service, with what was asked for.
WATCHED = {
    ComputeTarget: {"__new__": "clusters.get", "list": ("clusters.list", "")},
    AmlCompute: {
        "get_status": ("clusters.get", "self.name"), "delete": ("clusters.delete", "self.name"),
        "list_nodes": ("clusters.list_nodes", "self.name"), "list_usages": ("clusters.list_usages", "location"),
        "supported_vmsizes": ("clusters.list_sizes", "location")},
    Datastore: {
        "__new__": "datastores.get", "get": ("datastores.get", "datastore_name"),
        "get_default": ("datastores.get_default", "")},
    Workspace: {
        "list": ("workspaces.list", ""), "create": "workspaces.create", "delete": ("workspaces.delete", "self.name"),
        "get_run": ("jobs.get", "run_id"), "get_default_datastore": ("datastores.get_default", ""),
        "compute_targets": ("clusters.list", ""), "datastores": ("datastores.list", "")},
    Experiment: {"__init__": "experiments.create", "get_runs": ("jobs.list", "")},
    Run: {
        "__init__": ("jobs.get", "run_id"), "get": ("jobs.get", "run_id"), "get_status": ("jobs.get", "self.id"),
        "get_details": ("jobs.get", "self.id"), "wait_for_completion": ("jobs.wait", "self.id"),
        "cancel": ("jobs.cancel", "self.id"), "get_file_names": ("jobs.list_files", "self.id"),
        "download_file": ("jobs.download", "self.id"), "download_files": ("jobs.download", "self.id"),
        "get_metrics": ("jobs.get_metrics", "self.id"), "get_all_logs": ("jobs.download", "self.id"),
        "get_details_with_logs": ("jobs.get", "self.id")},
    ScriptRun: {"cancel": ("jobs.cancel", "self.id")},
    _WidgetRunDetailsBase: {"show": ("jobs.show", "self.run_instance.id")},
}


class Details(dict):
    """The details of a run: who takes the addresses of the logs from them lists its files."""

    def __init__(self, fields, listed):
        super().__init__(fields)
        self._listed = listed

    def __getitem__(self, name):
        if name == "logFiles" and not calls.is_of_sdk(sys._getframe(1)):
            self._listed()
        return super().__getitem__(name)


def prepare(record, network, given):
    """Puts the fake service in place for this process."""
    _fake_authentication()
    numbers = itertools.count(1)
    _commands._generate_run_id_from_experiment_name = lambda name: "{}_{}".format(name, next(numbers))
    SnapshotsClient.create_snapshot = lambda *_arguments, **_keywords: "snapshot"
    # There is no notebook to show a widget in.
    _WidgetRunDetailsBase.show = lambda self, render_lib=None, widget_settings=None: None
    service = Service(record, given)
    downloads.serve(network)
    service.serve(network)
    _tell_who_reads_details(service)
    calls.watch_all(WATCHED, service.called)


def _fake_authentication():
    """Logins that give a token at once."""
    for name in ("InteractiveLoginAuthentication", "AzureCliAuthentication", "ServicePrincipalAuthentication",
                 "MsiAuthentication", "TokenAuthentication"):
        kind = getattr(authentication, name)
        kind.__init__ = calls.checked_only(kind.__init__, authentication.AbstractAuthentication.__init__)
        kind._get_arm_token = kind._get_graph_token = kind._get_azureml_client_token = lambda _self: TOKEN
        kind._get_all_subscription_ids = lambda _self: ([], "tenant")
        kind._check_if_subscription_exists = lambda *_arguments: None


def _tell_who_reads_details(service):
    original = Run.get_details

    @functools.wraps(original)
    def get_details(self):
        return Details(original(self), functools.partial(service.called, "jobs.list_files", self.id))

    Run.get_details = get_details
