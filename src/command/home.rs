//! The workspace of commands from before there were any.

use super::CommandUse;
use crate::concept::{self, JobForm};
use crate::report::Fate;
use crate::sdk::{Target, az_ml};

/// Says once where commands from before there were workspaces get one.
pub(super) fn ask(text: &str, target: Target, uses: &mut [CommandUse]) {
    if text.contains("workspace=") {
        return;
    }
    let wants = |used: &&mut CommandUse| {
        let Some(row) = concept::table().symbol(&used.symbol) else { return false };
        let command = row.mapping(target, JobForm::default()).code.split(" -").next().unwrap_or_default();
        let takes = az_ml().commands.get(command).is_some_and(|options| options.named("--workspace-name").is_some());
        let is_done = ![Fate::Manual, Fate::Drop].contains(&used.settled.fate);
        takes && is_done && !used.options.iter().any(|(name, ..)| name == "--workspace" || name == "-w")
    };
    let Some(used) = uses.iter_mut().find(wants).filter(|used| !used.settled.todo.contains("workspace=")) else {
        return;
    };
    let settled = &mut used.settled;
    if settled.fate == Fate::Exact {
        (settled.fate, settled.reason) = (Fate::Approximate, "it is asked for in a workspace".into());
    }
    let home = "give it and the commands below `-w`, or set it once: `az configure --defaults workspace=WORKSPACE`";
    settled.todo =
        [settled.todo.as_str(), home].into_iter().filter(|todo| !todo.is_empty()).collect::<Vec<_>>().join("; ");
}
