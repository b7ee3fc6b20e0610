REM az batchai cluster delete -n gpus
:: expect: BAI823 two lines below
az batchai cluster delete -n gpus
az batch pool delete
