<# az batchai workspace create
   in a comment #>
az batchai workspace create -n training -g vision  # expect: BAI821
$root = $env:AZ_BATCHAI_JOB_MOUNT_ROOT  # expect: BAI604
az batch account list
