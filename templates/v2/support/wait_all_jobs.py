# needs: import time
def wait_all_jobs(client, experiment_name, job_names=None, on_progress=None, timeout=None):
    """Wait until the jobs of an experiment have ended, and list them."""
    start = time.time()
    while True:
        jobs = list_jobs(client, experiment_name)
        jobs = [job for job in jobs if not job_names or job.name in job_names]
        if on_progress:
            on_progress(jobs)
        if all(execution_state(job) in ("succeeded", "failed") for job in jobs):
            return jobs
        if timeout and time.time() - start > timeout:
            return jobs
        time.sleep(15)
