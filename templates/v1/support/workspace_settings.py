# needs: from azureml.core.authentication import ServicePrincipalAuthentication
def workspace_settings(settings):
    """The sign-in and subscription of a workspace, from the JSON of a service principal."""
    return {
        "auth": ServicePrincipalAuthentication(
            settings["tenantId"], settings["clientId"], settings["clientSecret"]
        ),
        "subscription_id": settings["subscriptionId"],
    }
