"""What a cluster is doing."""


def print_cluster_status(cluster):
    print("cluster {}: {}, {} nodes".format(cluster.name, cluster.allocation_state, cluster.current_node_count))
