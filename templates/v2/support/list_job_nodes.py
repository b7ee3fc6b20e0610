def list_job_nodes(client, job_name):
    """The nodes that run a job, with their SSH addresses."""
    nodes = list_nodes(client, client.jobs.get(job_name).compute)
    return [node for node in nodes if node.run_id == job_name]
