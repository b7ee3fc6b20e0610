def allocation_state(client, cluster):
    """Whether a cluster is getting or losing nodes: resizing or steady."""
    counts = node_state_counts(client, cluster)
    changing = counts.preparing_node_count or counts.leaving_node_count
    return "resizing" if changing else "steady"
