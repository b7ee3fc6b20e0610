# needs: from azure.identity import ClientSecretCredential
def client_settings(settings):
    """The credential and subscription of a client, from the JSON of a service principal."""
    return {
        "credential": ClientSecretCredential(
            settings["tenantId"], settings["clientId"], settings["clientSecret"]
        ),
        "subscription_id": settings["subscriptionId"],
    }
