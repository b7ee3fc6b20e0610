//! What exists: the surfaces of the real packages, and nothing about what maps to what (that is `concept`).
//!
//! The facts are data in `inventory/`, written by `tools/inventory/generate.py` and `azcli.py` from the published packages and never
//! by hand; this module only looks things up in them. Everything borrows from the embedded text, so names are
//! `&'static str`.

pub mod batchai;
pub mod command;
pub mod config;
pub mod image;
pub mod name;
pub mod signature;
pub mod size;
pub mod target;

pub use batchai::{
    ApiKind, ApiSymbol, Client, Enum, EnumMember, Field, Model, Operation, OperationKind, Surface, Type, batchai,
};
pub use command::{AzMl, CommandForm, CommandOption, CommandOptions, az_batchai, az_ml};
pub use config::{ConfigField, config_fields, config_model};
pub use signature::{Param, Signature};
pub use target::{How, Inventory, Member, MemberKind, Returned, Symbol, SymbolKind, Target, UnknownTarget, inventory};
