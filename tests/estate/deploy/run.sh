#!/bin/bash
# az batchai job list is how it was done
set -e
az batchai cluster create -g vision -w training -n gpus -k ~/.ssh/id_rsa.pub  # expect: BAI822
ID=$(az batchai job show -n train --query id)  # expect: BAI827
echo "mounted at $AZ_BATCHAI_MOUNT_ROOT"  # expect: BAI605
az provider register -n Microsoft.BatchAI  # expect: BAI813
pip install azure-mgmt-batchai==2.0.0  # expect: BAI801
az batch pool list
echo laz batchai-like things, azure-mgmt-batchai-fork
