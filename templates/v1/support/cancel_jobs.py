def cancel_jobs(experiment, state=None, job_names=None):
    """Cancel the runs of an experiment that have not ended: azureml-core deletes none."""
    for run in experiment.get_runs():
        now = execution_state(run)
        if now not in ("succeeded", "failed") and state in (None, now) and (not job_names or run.id in job_names):
            run.cancel()
