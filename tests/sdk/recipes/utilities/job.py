"""Waiting for a job."""

import time

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
