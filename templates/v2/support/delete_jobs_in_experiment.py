def delete_jobs_in_experiment(client, experiment_name, state=None, job_names=None):
    """Delete jobs of an experiment."""
    jobs = list_jobs(client, experiment_name)
    jobs = [job for job in jobs if not job_names or job.name in job_names]
    jobs = [job for job in jobs if not state or execution_state(job) == state]
    for poller in [client.jobs.begin_delete(job.name) for job in jobs]:
        poller.wait()
