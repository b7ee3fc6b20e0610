from azure.batch import BatchServiceClient

print('Microsoft.Batch')
