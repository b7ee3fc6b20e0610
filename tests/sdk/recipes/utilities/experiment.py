"""Many jobs of one experiment: submitted, waited for and looked at together."""

import collections
import hashlib
import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor

import azure.mgmt.batchai.models as models

from utilities.job import FINAL_STATES, convert_job_to_jcp

JobToSubmit = collections.namedtuple("JobToSubmit", ["name", "parameters"])


class ExperimentUtils:
    """The jobs of an experiment, which must be there."""

    def __init__(self, client, resource_group_name, workspace_name, experiment_name, log_to_stdout=True):
        self.client = client
        self.resource_group_name = resource_group_name
        self.workspace_name = workspace_name
        self.experiment_name = experiment_name
        self.logger = logging.getLogger("ExperimentUtils")
        del log_to_stdout       # nobody reads it
        client.experiments.get(*self._place())

    def log_to_stdout(self):
        """Nobody reads it."""

    def submit_jobs(self, jcp_list, job_name_prefix, max_retries=5, num_threads=30):
        """A future of the jobs, which get names of what they are. One thread, so that they come in their order."""
        del max_retries, num_threads
        jobs = [JobToSubmit("{}_{}".format(job_name_prefix, _digest(jcp)), jcp) for jcp in jcp_list]
        with ThreadPoolExecutor(max_workers=1) as executor:
            return executor.submit(self._submit, jobs)

    def wait_all_jobs(self, job_names=None, on_progress=None, timeout=None):
        """Looks at the jobs until all have ended."""
        start = time.time()
        while True:
            jobs = self._jobs(job_names)
            if on_progress:
                on_progress(jobs)
            if all(job.execution_state in FINAL_STATES for job in jobs) or timeout and time.time() - start > timeout:
                return jobs
            time.sleep(45)

    def resubmit_failed_jobs(self, job_names=None, max_retries=5, num_threads=30):
        """Deletes the jobs that failed, and submits them once more."""
        del max_retries, num_threads
        failed = [job for job in self._jobs(job_names) if job.execution_state == models.ExecutionState.failed]
        for job in failed:
            self._delete(job.name)
        return self._submit([JobToSubmit(job.name, convert_job_to_jcp(job, self.client)) for job in failed])

    def get_metrics_for_jobs(self, jobs, metric_extractor):
        """The jobs, once they have ended, with a number of each."""
        self.wait_all_jobs(job_names=[job.name for job in jobs])
        return [{"job_name": job.name, "job": job,
                 "metric_value": metric_extractor.get_metric(job.name, *self._place(), self.client)} for job in jobs]

    def delete_jobs_in_experiment(self, execution_state=None, job_names=None, num_threads=30):
        """Deletes the jobs, or those in a state."""
        del num_threads
        for job in self._jobs(job_names):
            if execution_state in (None, job.execution_state):
                self._delete(job.name)

    def _place(self):
        return self.resource_group_name, self.workspace_name, self.experiment_name

    def _jobs(self, names):
        jobs = list(self.client.jobs.list_by_experiment(*self._place()))
        return [job for job in jobs if not names or job.name in names]

    def _submit(self, jobs):
        return [self.client.jobs.create(*self._place(), name, parameters).result() for name, parameters in jobs]

    def _delete(self, name):
        self.client.jobs.delete(*self._place(), name).result()


def _digest(jcp):
    """Sixteen letters that are the same for the same parameters."""
    text = json.dumps(jcp.serialize(), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
