// import com.microsoft.azure.management.batchai.Cluster;
import com.microsoft.azure.management.batchai.Cluster;  // expect: BAI814
import com.microsoft.azure.management.batch.Pool;
