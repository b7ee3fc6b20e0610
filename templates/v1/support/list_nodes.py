# needs: from types import SimpleNamespace; from azureml.core.compute import ComputeTarget
def list_nodes(workspace, cluster_name):
    """The nodes of a cluster, with their SSH addresses and the runs that they work on."""
    return [
        SimpleNamespace(
            node_id=node.get("nodeId"),
            ip_address=node.get("publicIpAddress"),
            port=node.get("port"),
            run_id=node.get("runId"),
        )
        for node in ComputeTarget(workspace=workspace, name=cluster_name).list_nodes()
    ]
