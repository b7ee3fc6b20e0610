"""Waiting for a job, and what comes after it."""

import re
import time

import azure.mgmt.batchai.models as models
import requests

FINAL_STATES = ("succeeded", "failed")


def print_job_status(job):
    print("job {}: {}".format(job.name, job.execution_state))


def wait_for_job_completion(client, resource_group, workspace, experiment, job_name, cluster_name,
                            output_directory_id=None, file_name=None):
    """Looks at the job until it has ended; the cluster and the file to print are of no use here."""
    del cluster_name, output_directory_id, file_name
    while True:
        job = client.jobs.get(resource_group, workspace, experiment, job_name)
        if job.execution_state in FINAL_STATES:
            break
        time.sleep(5)
    print_job_status(job)


def convert_job_to_jcp(job, client):
    """The parameters that a job was created with, but for its constraints. The keys are in what the stand-in gives back."""
    del client
    names = [name for name in models.JobCreateParameters._attribute_map if name != "constraints" and hasattr(job, name)]
    return models.JobCreateParameters(**{name: getattr(job, name) for name in names})


class MetricExtractor:
    """A number that jobs write to one of their files: the last one found, or `mean`, `min` or `max` of all."""

    OF_ALL = {"last": lambda values: values[-1], "mean": lambda values: sum(values) / len(values), "min": min, "max": max}

    def __init__(self, output_dir_id, logfile, regex, calculate_method="last"):
        self.output_dir_id = output_dir_id
        self.logfile = logfile
        self.regex = regex
        self.calculate_method = calculate_method

    def get_metric(self, job_name, resource_group, workspace_name, experiment_name, client):
        """The number of one job; infinite if there is no such file."""
        options = models.JobsListOutputFilesOptions(outputdirectoryid=self.output_dir_id)
        files = list(client.jobs.list_output_files(resource_group, workspace_name, experiment_name, job_name, options))
        for file in files:
            if file.name == self.logfile:
                found = re.findall(self.regex, requests.get(file.download_url).text, re.DOTALL)
                return self.OF_ALL[self.calculate_method]([float(value) for value in found])
        return float("inf")
