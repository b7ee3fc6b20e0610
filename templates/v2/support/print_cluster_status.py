def print_cluster_status(client, cluster):
    """Print what a cluster and its nodes are doing."""
    counts = node_state_counts(client, cluster)
    changing = counts.preparing_node_count or counts.leaving_node_count
    if cluster.min_instances == cluster.max_instances:
        size = f"Target: {cluster.max_instances}"
    else:
        size = f"Min: {cluster.min_instances}; Max: {cluster.max_instances}"
    print(
        f"Cluster state: {'resizing' if changing else 'steady'} {size}; "
        f"Allocated: {sum(vars(counts).values())}; "
        f"Idle: {counts.idle_node_count}; "
        f"Unusable: {counts.unusable_node_count}; "
        f"Running: {counts.running_node_count}; "
        f"Preparing: {counts.preparing_node_count}; "
        f"Leaving: {counts.leaving_node_count}"
    )
    if cluster.provisioning_errors:
        print(f"Cluster error: {cluster.provisioning_errors}")
