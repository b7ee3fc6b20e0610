//! Sizes of virtual machines, most of which are gone since 2018, and images, most of which run on few GPUs of today:
//! nothing else would tell before the cluster or the job is made.

use super::{Result, Translator};
use crate::find::SiteId;
use crate::render::Markup;
use crate::report::Fate;
use crate::sdk::Target;
use crate::sdk::image::dated_cuda;
use crate::sdk::size::{Size, Status, size};
use crate::syntax::{ExprId, ExprKind};
use crate::text::Edit;

impl Translator<'_> {
    /// A size as the user wrote it, or with `--upgrade-vm-sizes` what replaces it; a finding says what became of it.
    pub(super) fn vm_size(&mut self, id: SiteId, value: ExprId) -> Result<Markup> {
        let text = self.text(value)?;
        let index = self.site(id).arg_at(value);
        let Some(name) = self.literal(value) else { return Ok(text) };
        let Some(known) = size(&name) else { return Ok(text) };
        if known.status == Status::Current {
            self.settle(id, index, Fate::Exact, "", "");
            return Ok(text);
        }
        let upgraded = self.p.upgrade_vm_sizes && known.upgrade().is_some();
        if upgraded && let Some(markup) = self.upgraded(value, &text, known) {
            self.settle(id, index, Fate::Approximate, &known.replaced(&name), self.check_size());
            return Ok(markup);
        }
        let (note, todo) = known.told(&name, self.check_size());
        self.settle(id, index, Fate::Approximate, &note, &todo);
        Ok(text)
    }

    /// A finding that says where the CUDA in an image runs today.
    pub(super) fn dated_image(&mut self, id: SiteId, value: ExprId) {
        let name = self.literal(value).unwrap_or_default();
        if let Some((version, cuda)) = dated_cuda(&name) {
            let note = format!("`{name}` holds CUDA {version}, which {}", cuda.says);
            let todo = format!("{}; check that `docker pull` finds the image", cuda.todo);
            self.settle(id, self.site(id).arg_at(value), Fate::Approximate, &note, &todo);
        }
    }

    /// The replacement where the size is written out: here, or where the name gets its value.
    fn upgraded(&mut self, value: ExprId, text: &Markup, known: &Size) -> Option<Markup> {
        let new = self.string(&known.replacement);
        let origin = self.p.resolved.origin(self.p.ast, value);
        if origin == value {
            return matches!(self.p.ast.kind(value), ExprKind::Str { .. }).then_some(new);
        }
        let [def] = self.p.resolved.reaching(value) else { return None };
        let only_here = self.p.resolved.def(*def).value == Some(origin)
            && self.p.resolved.uses_of(*def).all(|usage| usage == value)
            && matches!(self.p.ast.kind(origin), ExprKind::Str { .. });
        if !only_here {
            return None;
        }
        self.out.edits.push(Edit { span: self.p.ast.span(origin), text: new.flat() });
        Some(text.clone())
    }

    fn check_size(&self) -> &'static str {
        match self.p.target {
            Target::V2 => "check that the size is in `client.compute.list_sizes()`",
            Target::V1 => "check that the size is in `AmlCompute.supported_vmsizes(workspace)`",
        }
    }
}
