def resubmit_failed_jobs(client, experiment_name, job_names=None):
    """Submit the failed jobs of an experiment again, under new names."""
    jobs = list_jobs(client, experiment_name)
    failed = [job for job in jobs if execution_state(job) == "failed"]
    failed = [client.jobs.get(job.name) for job in failed if not job_names or job.name in job_names]
    return [submit_jobs(client, experiment_name, [copy_job(job)], job.name)[0] for job in failed]
