//! Trees for `report`: many findings, secrets, and text that would like to be something else.

use super::place::{BROKEN, Place};

/// What must never be seen of [`secretive`] and [`hostile`].
pub const SECRETS: [&str; 2] = ["hunter2", "QmQmQmQmQmQmQmQmQmQm"];

/// A secret wherever one can stand, and where only its text tells.
pub fn secretive() -> Place {
    let key = "Qm".repeat(43);
    let script = format!(
        "from azure.mgmt.batchai import BatchAIManagementClient, models\n\
         from azure.common.credentials import ServicePrincipalCredentials\n\
         c = ServicePrincipalCredentials(client_id='a', secret='hunter2', tenant='t')\n\
         d = ServicePrincipalCredentials('a', 'hunter2', tenant='t')\n\
         print('hunter2')  # hunter2\n\
         models.AzureStorageCredentialsInfo(account_key='{key}==')\n\
         models.EnvironmentVariableWithSecretValue(name='X', value='hunter2')\n\
         models.UserAccountSettings(admin_user_name='me', admin_user_password='hunter2')\n\
         models.SetupTask(command_line='run --password hunter2')\n\
         models.JobCreateParameters(x='AccountName=a;AccountKey={key}==;b')\n"
    );
    let config = format!(
        "{{\"properties\": {{\"nodeCount\": 1, \"customToolkitSettings\": {{\"commandLine\": \"run\"}}, \
         \"mountVolumes\": {{\"azureFileShares\": [{{\"azureFileUrl\": \"https://a.file.core.windows.net/s\", \
         \"accountName\": \"a\", \"relativeMountPath\": \"m\", \"credentials\": {{\"accountKey\": \"{key}==\"}}}}]}}, \
         \"secrets\": [{{\"name\": \"A\", \"value\": \"hunter2\"}}]}}}}\n"
    );
    Place::with(&[
        ("a.py", &script),
        ("b.py", &script.replace("key='", "key=\n  '")),
        ("job.json", &config),
        ("run.sh", "az batchai cluster create -n a -g b -w c -u me -p hunter2 --storage-account-key hunter2\n"),
    ])
}

/// Markup, commands of a terminal, formulas and very long lines in names and code.
pub fn hostile() -> Place {
    let script = "</script><script>window.pwned=1</script><img src=x onerror=pwned=2>";
    let code = format!(
        "from azure.mgmt.batchai import BatchAIManagementClient, models\n\
         client = BatchAIManagementClient(credentials, '{script}')\n\
         # {script} \u{1b}[31m \u{202e} {{{{ 7 * 7 }}}}\n\
         client.clusters.delete('{script}', '</td>', '\u{1b}]0;x\u{7}').result()\n\
         client.file_servers.delete('g', 'w', '{long}').result()\n",
        long = "x".repeat(50_000)
    );
    let name = "=cmd|' &<b>\"\u{1b}[31m\u{202e}.py";
    Place::with(&[
        ("a.py", &code),
        (name, &code),
        ("<img src=x onerror=alert(1)>/-b.py", &code),
        ("broken\u{7}<i>.py", BROKEN),
    ])
}

/// A script with three findings: an import, a client, a call.
pub const THREE: &str = "\
from azure.mgmt.batchai import BatchAIManagementClient
client = BatchAIManagementClient(credentials, 'subscription')
client.file_servers.delete('group', 'workspace', 'server').result()
";

/// A function with ten findings, of every fate.
const TEN: &str = "\
def train_NUMBER(client, models, name):
    # One node, as cheap as there is.
    parameters = models.ClusterCreateParameters(
        vm_size='STANDARD_NC6',
        vm_priority=models.VmPriority.lowpriority,
        scale_settings=models.ScaleSettings(manual=models.ManualScaleSettings(target_node_count=2)),
        node_setup=models.NodeSetup(setup_task=models.SetupTask(command_line='apt-get -y install libsndfile1')))
    client.clusters.create('vision', 'training', name, parameters).result()
    client.file_servers.delete('vision', 'training', name).result()
    return client.clusters.get('vision', 'training', name)


";

/// Many findings: this many files in folders of their own, each with so many functions that are all alike.
pub fn many(files: usize, functions: usize) -> Place {
    let head = "from azure.mgmt.batchai import BatchAIManagementClient, models\n\n\
                client = BatchAIManagementClient(credentials, 'subscription')\n\n\n";
    let place = Place::new();
    for file in 0..files {
        let body: String = (0..functions).map(|at| TEN.replace("NUMBER", &at.to_string())).collect();
        let body = body.replace("client, models, name", "name");
        place.write(
            &format!("team{}/project{}/train_{file}.py", file % 7, file % 40),
            (head.to_owned() + &body).as_bytes(),
        );
    }
    place
}
