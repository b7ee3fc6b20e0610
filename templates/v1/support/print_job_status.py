def print_job_status(run):
    """Print the state of a run, and why it failed."""
    print(f"Job state: {execution_state(run)}")
    error = run.get_details().get("error")
    if error:
        print(f"FailureDetails: {error}")
