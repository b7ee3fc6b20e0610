# needs: import json; from types import SimpleNamespace
def load_configuration(path):
    """Read the recipes' configuration.json."""
    with open(path) as file:
        settings = json.load(file)
    storage, admin = settings["storage_account"], settings["admin_user"]
    registry = settings.get("container_registry", {})
    return SimpleNamespace(
        subscription_id=settings["subscription_id"],
        aad_client_id=settings["aad_client_id"],
        aad_secret_key=settings["aad_secret"],
        aad_tenant=settings["aad_tenant"],
        location=settings["location"],
        url=settings.get("base_url"),
        resource_group=settings["resource_group"],
        workspace=settings["workspace"],
        storage_account_name=storage["name"],
        storage_account_key=storage["key"],
        admin=admin["name"],
        admin_password=admin.get("password"),
        admin_ssh_key=admin.get("ssh_public_key"),
        container_registry_user=registry.get("user"),
        container_registry_password=registry.get("password"),
        container_registry_secret_url=registry.get("secret_url"),
        keyvault_id=settings.get("keyvault_id"),
    )
