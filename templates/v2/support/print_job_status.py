def print_job_status(job):
    """Print the state of a job."""
    print(f"Job state: {execution_state(job)}")
