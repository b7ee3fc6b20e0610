def resubmit_failed_jobs(experiment, job_names=None):
    """Submit what failed in an experiment again, under new names."""
    failed = [run for run in experiment.get_runs() if execution_state(run) == "failed"]
    failed = [run for run in failed if not job_names or run.id in job_names]
    return [submit_jobs(experiment, [job_of_run(run)], run.id)[0] for run in failed]
