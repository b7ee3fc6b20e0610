import os

from azure.mgmt.batchai import BatchAIManagementClient  # expect: BAI009

print('az batchai is only named here')
