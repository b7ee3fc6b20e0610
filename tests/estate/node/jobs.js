// const old = require('azure-arm-batchai');
const batchai = require('azure-arm-batchai');  // expect: BAI814
import { BatchAIManagementClient } from '@azure/arm-batchai';  // expect: BAI814
const batch = require('azure-arm-batch');
