# needs: from azure.identity import ClientSecretCredential; from azure.mgmt.resource.resources import ResourceManagementClient
def create_resource_group(configuration):
    """Create the resource group of a configuration, if there is none."""
    credential = ClientSecretCredential(
        tenant_id=configuration.aad_tenant,
        client_id=configuration.aad_client_id,
        client_secret=configuration.aad_secret_key,
    )
    client = ResourceManagementClient(credential, configuration.subscription_id)
    client.resource_groups.create_or_update(
        configuration.resource_group, {"location": configuration.location}
    )
