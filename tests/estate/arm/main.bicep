// resource old 'Microsoft.BatchAI/workspaces@2018-05-01'
resource training 'Microsoft.BatchAI/workspaces@2018-05-01' = {  // expect: BAI813
  name: 'training'
}
resource pool 'Microsoft.Batch/batchAccounts@2020-01-01' = {
  name: 'other'
}
