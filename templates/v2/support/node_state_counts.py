# needs: from collections import Counter; from types import SimpleNamespace
def node_state_counts(client, cluster):
    """How many nodes of a cluster are in each state."""
    nodes = client.compute.list_nodes(cluster.name)
    # azure-ai-ml 1.35 puts the state into `nodeState` and leaves `node_state` empty.
    states = Counter(node.node_state or getattr(node, "nodeState", None) for node in nodes)
    return SimpleNamespace(
        idle_node_count=states["idle"],
        running_node_count=states["running"],
        preparing_node_count=states["preparing"],
        unusable_node_count=states["unusable"],
        leaving_node_count=states["leaving"],
    )
