def resize_cluster(client, name, min_instances, max_instances):
    """Change how many nodes a cluster has."""
    cluster = client.compute.get(name)
    cluster.min_instances = min_instances
    cluster.max_instances = max_instances or cluster.max_instances
    # azure-ai-ml 1.35 fails on a cluster without a subnet.
    if cluster.network_settings and not cluster.network_settings.subnet:
        cluster.network_settings = None
    return client.compute.begin_create_or_update(cluster).result()
