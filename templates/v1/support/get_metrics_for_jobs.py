def get_metrics_for_jobs(experiment, runs, metric):
    """The runs with a number from the files of each, once they have ended."""
    wait_all_jobs(experiment, [run.id for run in runs])
    return [
        {"job_name": run.id, "job": run, "metric_value": get_metric(run, **metric)}
        for run in runs
    ]
