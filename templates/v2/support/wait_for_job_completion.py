# needs: from azure.ai.ml.exceptions import JobException
def wait_for_job_completion(client, job_name):
    """Print the log of a job until it ends. A job that fails raises no error here."""
    try:
        client.jobs.stream(job_name)
    except JobException as error:
        print(f"FailureDetails: {error.message}")
    print_job_status(client.jobs.get(job_name))
