def print_cluster_status(cluster):
    """Print what a cluster and its nodes are doing."""
    status = cluster.get_status()
    if status is None:
        return
    counts, scale = status.node_state_counts, status.scale_settings
    if scale.minimum_node_count == scale.maximum_node_count:
        size = f"Target: {scale.maximum_node_count}"
    else:
        size = f"Min: {scale.minimum_node_count}; Max: {scale.maximum_node_count}"
    print(
        f"Cluster state: {status.allocation_state.lower()} {size}; "
        f"Allocated: {status.current_node_count}; "
        f"Idle: {counts.idle_node_count}; "
        f"Unusable: {counts.unusable_node_count}; "
        f"Running: {counts.running_node_count}; "
        f"Preparing: {counts.preparing_node_count}; "
        f"Leaving: {counts.leaving_node_count}"
    )
    for error in status.errors or []:
        print(f"Cluster error: {error}")
