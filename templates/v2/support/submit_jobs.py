# needs: from uuid import uuid4
def submit_jobs(client, experiment_name, jobs, prefix):
    """Submit jobs under new names that begin with a prefix."""
    submitted = []
    for job in jobs:
        job.experiment_name, job.name = experiment_name, f"{prefix}_{uuid4().hex[:16]}"
        submitted.append(client.jobs.create_or_update(job))
    return submitted
