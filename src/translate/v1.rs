//! v1 jobs
use super::{Result, Stuck, Translator, Value};
use crate::concept::Mapping;
use crate::find::SiteId;

impl Translator<'_> {
    pub(super) fn v1_job(&mut self, _id: SiteId, _mapping: &'static Mapping) -> Result<Value> {
        Err(Stuck::new("not yet", ""))
    }
}
