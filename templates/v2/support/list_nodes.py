# needs: from types import SimpleNamespace
def list_nodes(client, cluster_name):
    """The nodes of a cluster, with their SSH addresses and the jobs that they run."""
    return [
        # azure-ai-ml 1.35 fills the camelCase names and leaves the others empty.
        SimpleNamespace(
            node_id=node.node_id or getattr(node, "nodeId", None),
            ip_address=node.public_ip_address or getattr(node, "publicIpAddress", None),
            port=node.port,
            run_id=node.run_id or getattr(node, "runId", None),
        )
        for node in client.compute.list_nodes(cluster_name)
    ]
