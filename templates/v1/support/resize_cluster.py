# needs: from azureml.core.compute import AmlCompute
def resize_cluster(workspace, name, min_nodes, max_nodes):
    """Change how many nodes a cluster has."""
    cluster = AmlCompute(workspace=workspace, name=name)
    max_nodes = max_nodes or cluster.scale_settings.maximum_node_count
    cluster.update(min_nodes=min_nodes, max_nodes=max_nodes)
    return cluster
