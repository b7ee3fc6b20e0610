# needs: from urllib.parse import urlparse; from azure.identity import DefaultAzureCredential; from azure.keyvault.secrets import SecretClient
def read_secret(secret_url):
    """The value of a secret in Key Vault."""
    url = urlparse(secret_url)
    name, *version = url.path.strip("/").split("/")[1:]
    vault = SecretClient(f"https://{url.netloc}", DefaultAzureCredential())
    return vault.get_secret(name, *version).value
