"""A data set of the recipes."""

import os

import requests

from offline.surroundings import MADE_UP, MNIST_FILES, RNN_FILES


def download_file(sas, destination):
    """Into a file, whose folder is made first."""
    os.makedirs(os.path.dirname(destination) or ".", exist_ok=True)
    with open(destination, "wb") as file:
        file.write(requests.get(sas).content)


def download_and_upload_mnist_dataset_to_blob(blob_service, container_name, directory):
    """Uploads files of the names that the data set has; there is nothing to download here."""
    for name in MNIST_FILES:
        blob_service.create_blob_from_text(container_name, "{}/{}".format(directory, name), MADE_UP)


def download_and_upload_rnn_dataset_to_blob(blob_service, container_name, directory):
    """The same for texts."""
    for name in RNN_FILES:
        blob_service.create_blob_from_text(container_name, "{}/{}".format(directory, name), MADE_UP)
