def get_metrics_for_jobs(client, experiment_name, jobs, metric):
    """The jobs with a number from the logs of each, once they have ended."""
    wait_all_jobs(client, experiment_name, [job.name for job in jobs])
    return [
        {"job_name": job.name, "job": job, "metric_value": get_metric(client, job.name, **metric)}
        for job in jobs
    ]
