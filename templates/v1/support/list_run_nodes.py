def list_run_nodes(run):
    """The nodes that work on a run, with their SSH addresses."""
    nodes = list_nodes(run.experiment.workspace, run.get_details()["target"])
    return [node for node in nodes if node.run_id == run.id]
