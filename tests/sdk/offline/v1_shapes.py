"""What azureml-core publishes of the service: the models that it has of it, and, for a run, the list of fields by which it
writes a `RunConfiguration`."""

import enum
import functools

from azureml._base_sdk_common.common import to_camel_case
from azureml._base_sdk_common.workspace import models as workspace_models
from azureml._restclient import models
from azureml.core.environment import PythonSection
from azureml.core.runconfig import SUPPORTED_PYTORCH_BACKENDS, OutputData, OutputOptions, RegistrationOptions, RunConfiguration

from offline import msrest_shapes
from offline.shapes import NUMBER, TEXT, TRUTH, WHOLE, Anything, Field, Plain, Several, Thing

BASIC = {str: TEXT, int: WHOLE, float: NUMBER, bool: TRUTH}
# The service reads numbers as texts where it takes a list of texts: `arguments=["--epochs", 3]`.
WORD = Plain((str, int, float, bool), "a text or a number")
# What the documentation of a field lists, which is all that is published of it, and what the SDK itself adds.
KNOWN = {
    "framework": Plain((str,), "a framework", ("Python", "PySpark", "CNTK", "TensorFlow", "PyTorch")),
    "communicator": Plain((str,), "a communicator",
                          ("None", "ParameterServer", "OpenMpi", "IntelMpi", "Mpi", *SUPPORTED_PYTORCH_BACKENDS)),
}
# Where the SDK sends something else than its list of fields says: a command as words, the packages of an environment.
OTHERWISE = {
    (RunConfiguration, "command"): Anything,
    (OutputData, "additionalOptions"): lambda: of(OutputOptions),
    (OutputOptions, "registrationOptions"): lambda: of(RegistrationOptions),
    (RegistrationOptions, "datasetRegistrationOptions"): Anything,
    (RegistrationOptions, "tags"): Anything,
    (PythonSection, "condaDependencies"): Anything,
}
# The models are of an API version before the one at which the SDK sends a cluster.
NEWER = {"AmlComputeProperties": {"enableNodePublicIp": TRUTH}}


WORKSPACES = msrest_shapes.Models(workspace_models)


def of_the_service():
    """The models of the service, by name."""
    known = msrest_shapes.Models(models)
    for name, fields in NEWER.items():
        known.of(name).fields.update({key: Field(shape) for key, shape in fields.items()})
    return known


def run():
    """The shape of what starts a run."""
    return Thing("RunDefinition", {
        "Configuration": Field(of(RunConfiguration), required=True), "TargetDetails": Field(Anything()),
        "TelemetryValues": Field(Several(dict, Anything())), "SnapshotId": Field(TEXT), "ParentRunId": Field(TEXT)})


@functools.cache
def of(kind):
    """The shape of a class that has such a list."""
    fields = {}
    for name, info in kind._field_to_info_dict.items():
        written = to_camel_case(info.serialized_name or name)
        own = KNOWN.get(written) if kind is RunConfiguration else None
        fields[written] = Field(own or _shape(info.field_type, info))
    fields.update({name: Field(shape()) for (owner, name), shape in OTHERWISE.items() if owner is kind})
    return Thing(kind.__name__, fields)


def _shape(kind, info):
    if kind in BASIC:
        return BASIC[kind]
    if kind in (list, dict):
        inner = info.list_element_type
        return Several(kind, WORD if inner is str else _shape(inner, None) if isinstance(inner, type) else Anything())
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return Plain((str,), "a `{}`".format(kind.__name__), [value.value for value in kind])
    return of(kind) if hasattr(kind, "_field_to_info_dict") else Anything()
