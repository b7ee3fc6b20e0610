# needs: import os; from urllib.request import urlretrieve
def download_file(url, destination):
    """Download a file, and make its folder first."""
    os.makedirs(os.path.dirname(destination) or ".", exist_ok=True)
    urlretrieve(url, destination)
