// using Microsoft.Azure.Management.BatchAI;
using Microsoft.Azure.Management.BatchAI.Models;  // expect: BAI814
using Microsoft.Azure.Management.Batch;
/* AZ_BATCHAI_MOUNT_ROOT was the place */
var root = Environment.GetEnvironmentVariable("AZ_BATCHAI_MOUNT_ROOT");  // expect: BAI605
