# needs: import subprocess
def cli_subscription():
    """The subscription that `az login` works in."""
    command = "az account show --query id --output tsv"
    return subprocess.check_output(command, shell=True, universal_newlines=True).strip()
