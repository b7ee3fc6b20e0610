def vnet_keywords(subnet_id):
    """The keywords that name a subnet for a compute, from the id of the subnet; none without one."""
    if not subnet_id:
        return {}
    parts = subnet_id.split("/")
    return dict(vnet_resourcegroup_name=parts[4], vnet_name=parts[8], subnet_name=parts[10])
