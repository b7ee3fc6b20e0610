//! What a conversion aims at: the options that `convert` and `review` share.

use clap::{ArgAction, ValueEnum};

use crate::concept::JobForm;
use crate::convert::Options;
use crate::sdk::Target;

/// The options.
#[derive(Debug, clap::Args)]
pub struct Aim {
    /// The Azure ML SDK to write for
    #[arg(long, value_enum, default_value_t = TargetName::V2, value_name = "SDK")]
    target: TargetName,

    /// How to write jobs; only with `--target v1`
    #[arg(long, value_enum, default_value_t = JobFormName::Auto, value_name = "FORM", hide_default_value = true)]
    job_form: JobFormName,

    /// Replace sizes of virtual machines that are retired by what Microsoft names for them
    ///
    /// Without it a size stays as it is, and a finding names its replacement.
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value_t = false)]
    #[arg(default_missing_value = "true", value_name = "BOOL", hide_default_value = true, hide_possible_values = true)]
    pub upgrade_vm_sizes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TargetName {
    /// azure-ai-ml
    V2,
    /// azureml-core, the SDK of the 2019 guide; its support ended 2026-06-30
    V1,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum JobFormName {
    /// Estimators, or `ScriptRunConfig` in a program where that leaves less to
    /// you; the default
    Auto,
    /// An estimator for each framework, as the 2019 guide does
    Estimator,
    /// `ScriptRunConfig`, which replaced estimators
    ScriptRunConfig,
}

impl Aim {
    /// The SDK to write for.
    pub fn target(&self) -> Target {
        match self.target {
            TargetName::V1 => Target::V1,
            TargetName::V2 => Target::V2,
        }
    }

    /// How to write jobs.
    pub fn job_form(&self) -> Option<JobForm> {
        match self.job_form {
            JobFormName::ScriptRunConfig => Some(JobForm::ScriptRunConfig),
            JobFormName::Estimator => Some(JobForm::Estimator),
            JobFormName::Auto => None,
        }
    }

    /// The name of the job form, for the report; v2 has only one.
    pub fn job_form_name(&self) -> Option<&'static str> {
        (self.target == TargetName::V1).then_some(match self.job_form {
            JobFormName::Auto => "auto",
            JobFormName::Estimator => "estimator",
            JobFormName::ScriptRunConfig => "script-run-config",
        })
    }

    /// All of it, for the conversion.
    pub fn options(&self) -> Options {
        Options { target: self.target(), job_form: self.job_form(), upgrade_vm_sizes: self.upgrade_vm_sizes }
    }

    /// What the parser cannot say by itself.
    pub fn conflict(&self, asks_for_form: bool) -> Option<&'static str> {
        let is_alone = asks_for_form && self.target == TargetName::V2;
        is_alone.then_some("`--job-form` needs `--target v1`: v2 has one way to write a job")
    }
}
