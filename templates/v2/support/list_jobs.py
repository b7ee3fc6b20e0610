def list_jobs(client, experiment_name=None):
    """The jobs of an experiment, or of the whole workspace."""
    jobs = [job for job in client.jobs.list() if job is not None]
    return [job for job in jobs if experiment_name in (None, job.experiment_name)]
