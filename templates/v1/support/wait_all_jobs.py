# needs: import time
def wait_all_jobs(experiment, job_names=None, on_progress=None, timeout=None):
    """Wait until the runs of an experiment have ended, and list them."""
    start = time.time()
    while True:
        runs = [run for run in experiment.get_runs() if not job_names or run.id in job_names]
        if on_progress:
            on_progress(runs)
        if all(execution_state(run) in ("succeeded", "failed") for run in runs):
            return runs
        if timeout and time.time() - start > timeout:
            return runs
        time.sleep(15)
