# system("az batchai job list")
jobs <- system("az batchai job list -g vision", intern = TRUE)  # expect: BAI827
batchai <- reticulate::import("azure.mgmt.batchai")  # expect: BAI009
batch <- reticulate::import("azure.batch")
