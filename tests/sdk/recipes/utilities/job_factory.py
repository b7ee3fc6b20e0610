"""Jobs with combinations of values in them: a sweep.

Values are drawn from numpy's random numbers, one after the other, so that the same seed gives the same jobs.
"""

import copy
import itertools
import posixpath
import re

import azure.mgmt.batchai.models as models
import numpy
from azure.storage.blob import BlockBlobService
from azure.storage.file import FileService

PREFIX = "PARAM_"
ROOTS = {"JOB": "$AZ_BATCHAI_JOB_MOUNT_ROOT", "CLUSTER": "$AZ_BATCHAI_MOUNT_ROOT"}


class Parameter:
    """A name and the values that it takes."""

    def __init__(self, parameter_name, values=()):
        self.parameter_name = parameter_name
        self.values = list(values)

    def get_random(self):
        return self.values[numpy.random.randint(0, len(self.values))]


class NumericParameter(Parameter):
    """A number between two others."""

    ENDPOINT_OFFSET = 0.001

    def __init__(self, parameter_name, data_type, start, end, scale, num_values=None, step=None):
        super().__init__(parameter_name)
        self.start, self.end, self.scale = start, end, scale
        if scale == "LINEAR" and step:
            self.values = list(numpy.arange(start, end + self.ENDPOINT_OFFSET, step))
        elif num_values:
            spaced = numpy.geomspace if scale == "LOG" else numpy.linspace
            self.values = list(spaced(start, end, num_values))
        if data_type == "INTEGER":
            self.values = [int(round(value)) for value in self.values]

    def get_random(self):
        if self.scale == "LOG":
            return numpy.exp(numpy.random.uniform(numpy.log(self.start), numpy.log(self.end)))
        return numpy.random.uniform(self.start, self.end)


class DiscreteParameter(Parameter):
    """One of several values."""

    def validate(self, values):
        if not values:
            raise ValueError("no values")


class DictParameter(DiscreteParameter):
    """One of several sets of values, which are named alike."""

    def __init__(self, parameter_name, values):
        super().__init__(parameter_name, values)
        self.dict_keys = values[0].keys()


class FileParameter(Parameter):
    """One of the files of a container or a share, by its place on a node."""

    def __init__(self, parameter_name, storage_account_name, storage_account_key, storage_type, mount_path, mount_method,
                 container=None, fileshare=None, directory=None, filter_str=None):
        if storage_type == "BLOB":
            blobs = BlockBlobService(storage_account_name, storage_account_key).list_blobs(container)
            paths = [blob.name for blob in blobs]
        else:
            paths = _files(FileService(storage_account_name, storage_account_key), fileshare, directory)
        kept = [path for path in paths if re.match(filter_str or "", path)]
        super().__init__(parameter_name, [posixpath.join(ROOTS[mount_method], mount_path, path) for path in kept])


def _files(service, share, directory):
    """The paths of all files below a directory: the last one found is looked into first."""
    found, folders = [], [directory]
    while folders:
        folder = folders.pop()
        for entry in service.list_directories_and_files(share, folder):
            path = posixpath.join(folder or "", entry.name)
            (found if hasattr(entry.properties, "content_length") else folders).append(path)
    return found


class ParameterSweep:
    """What stands for the values in the texts of a job, and the jobs that come of it."""

    def __init__(self, param_specs):
        self.param_specs = param_specs
        for spec in param_specs:
            whole = Substitution(spec.parameter_name)
            setattr(self, spec.parameter_name, whole)
            for key in getattr(spec, "dict_keys", ()):
                part = "{}__{}".format(spec.parameter_name, key)
                whole.dictParams[key] = Substitution(part)
                setattr(self, part, Substitution(part))

    def __getitem__(self, name):
        return getattr(self, name)

    def generate_jobs(self, job_create_parameters):
        """A job for each combination, and the combinations."""
        return self._jobs(job_create_parameters, itertools.product(*(spec.values for spec in self.param_specs)))

    def generate_jobs_random_search(self, job_create_parameters, num_jobs):
        """Jobs with values that are drawn, and these values."""
        return self._jobs(job_create_parameters, [[spec.get_random() for spec in self.param_specs] for _ in range(num_jobs)])

    def _jobs(self, template, rows):
        rows = [self._named(row) for row in rows]
        return [_filled(template, values) for values in rows], rows

    def _named(self, row):
        named = {}
        for spec, value in zip(self.param_specs, row):
            parts = {"__" + key: part for key, part in value.items()} if isinstance(value, dict) else {"": value}
            named.update({PREFIX + spec.parameter_name + end: part for end, part in parts.items()})
        return named


class Substitution:
    """The place of a value: as a text, the name under which the job has it as well."""

    ENV_VAR_PREFIX = PREFIX

    def __init__(self, parameter_name):
        self.parameter_name = parameter_name
        self.dictParams = {}

    @classmethod
    def convert_name(cls, parameter_name):
        return PREFIX + parameter_name

    def __getitem__(self, key):
        return self.dictParams[key]

    def __str__(self):
        return self.convert_name(self.parameter_name)


def _filled(template, values):
    """A job with the values in its texts and as its environment; what stands in lists stays as it is."""
    job = copy.deepcopy(template)
    _fill(job, values)
    job.environment_variables = [models.EnvironmentVariable(name=name, value=str(value)) for name, value in values.items()]
    return job


def _fill(part, values):
    for name, value in getattr(part, "__dict__", {}).items():
        if isinstance(value, Substitution):
            setattr(part, name, values[str(value)])
        elif isinstance(value, str):
            for known, given in values.items():
                value = value.replace(known, str(given))
            setattr(part, name, value)
        else:
            _fill(value, values)
