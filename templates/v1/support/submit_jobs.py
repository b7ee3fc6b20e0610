# needs: from uuid import uuid4
def submit_jobs(experiment, jobs, prefix):
    """Submit jobs under new names that begin with a prefix."""
    submitted = []
    for job in jobs:
        name = f"{prefix}_{uuid4().hex[:16]}"
        submitted.append(experiment.submit(copy_job(job), run_id=name, tags={"batchai_job_name": name}))
    return submitted
