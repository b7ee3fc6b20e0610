//! Arguments get the names that the SDK gives them, by the signature of the version that the call was written for.
//!
//! Files mix versions, so this is decided for each call: the newest version whose signature takes the arguments.

use crate::concept::SymbolRow;
use crate::resolve::{Resolved, Ty};
use crate::sdk;
use crate::syntax::{Arg, Ast, ExprId};
use crate::text::Span;

/// An argument with the SDK's name for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The parameter; `*` for arguments that are unpacked.
    pub name: String,
    pub value: ExprId,
    /// The argument as it stands, name included.
    pub span: Span,
    /// Whether the SDK has such a parameter; it ignored others in silence.
    pub known: bool,
}

/// A signature: the version, and the parameters with whether they must be given.
struct Signature<'a> {
    version: Option<&'a str>,
    params: Vec<(&'a str, bool)>,
    /// Whether arguments may be given by position.
    positional: bool,
    /// The types of the parameters, where the inventory has them.
    types: Vec<Option<Ty>>,
}

/// Binds the arguments of a call to the symbol with this canonical name.
pub(super) fn bind(
    symbol: &str,
    row: &SymbolRow,
    args: &[Arg],
    ast: &Ast,
    resolved: &Resolved,
) -> (Vec<Bound>, Option<String>) {
    let signatures = signatures(symbol, row);
    let fitting = signatures.iter().find(|s| fits(s, args, ast, resolved)).or(signatures.first());
    let (params, version) = fitting.map_or((&[][..], None), |s| (s.params.as_slice(), s.version));
    (assign(params, args, &signatures), version.map(str::to_owned))
}

/// Whether arguments are all that a version of an operation needs.
pub(super) fn takes(symbol: &str, row: &SymbolRow, args: &[Arg], ast: &Ast, resolved: &Resolved) -> bool {
    signatures(symbol, row).iter().any(|signature| fits(signature, args, ast, resolved))
}

fn signatures<'a>(symbol: &str, row: &'a SymbolRow) -> Vec<Signature<'a>> {
    let surface = sdk::batchai();
    if let Some((group, method)) = symbol.rsplit_once('.') {
        let operations = surface.operations(group, method);
        if !operations.is_empty() {
            return operations
                .iter()
                .map(|o| Signature {
                    version: o.versions.last().map(|v| &**v),
                    params: o.params.iter().map(|p| (p.name, p.required)).collect(),
                    positional: true,
                    types: Vec::new(),
                })
                .collect();
        }
    }
    let models = surface.model(symbol);
    if !models.is_empty() {
        return models
            .iter()
            .map(|m| Signature {
                version: m.versions.last().map(|v| &**v),
                params: m.fields.iter().filter(|f| f.constructor).map(|f| (f.name, false)).collect(),
                positional: m.positional,
                types: m.fields.iter().filter(|f| f.constructor).map(|f| Some(Ty::of(&f.ty))).collect(),
            })
            .collect();
    }
    if let Some(client) = surface.client(symbol) {
        let params = client.params.iter().map(|p| (p.name, p.required)).collect();
        return vec![Signature { version: None, params, positional: true, types: Vec::new() }];
    }
    let named = |params: &'a [String]| Signature {
        version: None,
        positional: true,
        types: Vec::new(),
        params: params.iter().map(|p| p.strip_suffix('?').map_or((p.as_str(), true), |n| (n, false))).collect(),
    };
    let shapes = [row.params.as_slice(), row.older.as_slice()];
    shapes.into_iter().filter(|s| !s.is_empty()).map(named).collect()
}

/// Parameters that callers never give by position; a value that lands there belongs to another version.
const TRAILING: [&str; 4] = ["custom_headers", "raw", "polling", "operation_config"];

fn fits(signature: &Signature, args: &[Arg], ast: &Ast, resolved: &Resolved) -> bool {
    if args.iter().any(|a| a.stars > 0) {
        return true;
    }
    let positional: Vec<&Arg> = args.iter().filter(|a| a.name.is_none()).collect();
    let Some(by_position) = signature.params.get(..positional.len()) else { return false };
    if !positional.is_empty() && !signature.positional {
        return false;
    }
    let right_type = |(index, arg): (usize, &&Arg)| {
        let Some(Some(wanted)) = signature.types.get(index) else { return true };
        match (wanted, resolved.ty(arg.value)) {
            (Ty::Instance(wanted), Ty::Instance(given)) => wanted == given,
            (Ty::Instance(_), Ty::Other | Ty::Foreign) | (Ty::Other, Ty::Instance(_)) => false,
            _ => true,
        }
    };
    if !positional.iter().enumerate().all(right_type) {
        return false;
    }
    let given = |name: &str| {
        by_position.iter().any(|(n, _)| *n == name)
            || args.iter().any(|a| a.name.as_ref().is_some_and(|(n, _)| n == name))
    };
    let known = args
        .iter()
        .filter_map(|a| a.name.as_ref())
        .all(|(n, _)| TRAILING.contains(&n.as_str()) || signature.params.iter().any(|(p, _)| p == n));
    let is_free = |name: &str| !by_position.iter().any(|(n, _)| *n == name);
    known
        && args.iter().filter_map(|a| a.name.as_ref()).all(|(name, _)| is_free(name))
        && signature.params.iter().all(|(name, required)| !required || given(name))
        && by_position.iter().zip(&positional).all(|((name, _), arg)| {
            plausible(name, resolved.ty(arg.value))
                && ast.str_value(arg.value).is_none_or(|text| !is_log(name, text) && !is_permission(name, text))
        })
}

/// A model object is only ever given as parameters or options, and permissions are given as nothing else.
fn plausible(param: &str, ty: &Ty) -> bool {
    if TRAILING.contains(&param) {
        return false;
    }
    let grants = ty.class().or(ty.symbol()).is_some_and(|path| path.contains("Permissions"));
    if grants && param != "permission" {
        return false;
    }
    let model = ty.class().is_some_and(|c| !sdk::batchai().model(c).is_empty());
    if param == "location" && matches!(ty, Ty::Dict(_)) {
        return false;
    }
    let takes_model = ["parameters", "options", "settings"].iter().any(|word| param.contains(word));
    // Constructors take models anywhere; operations have names first.
    !model || takes_model || !param.ends_with("_name")
}

/// Names in a storage account, which may well be those of text files.
const OF_STORAGE: [&str; 5] = ["blob_name", "container_name", "directory_name", "file_name", "share_name"];

/// The directory and file of a job's log, where a name of a resource is due: an older shape of the call.
fn is_log(param: &str, text: &str) -> bool {
    param.ends_with("_name") && !OF_STORAGE.contains(&param) && (text == "stdouterr" || text.ends_with(".txt"))
}

/// The letters of a permission, where the time of a snapshot is due: the signature before 1.5.
fn is_permission(param: &str, text: &str) -> bool {
    param == "snapshot" && !text.is_empty() && text.chars().all(char::is_alphabetic)
}

fn assign(params: &[(&str, bool)], args: &[Arg], signatures: &[Signature]) -> Vec<Bound> {
    let mut next = 0;
    let exists = |name: &str| signatures.iter().any(|s| s.params.iter().any(|(p, _)| *p == name));
    let bound = args.iter().map(|arg| {
        let (name, known) = match &arg.name {
            Some((name, _)) => (name.clone(), TRAILING.contains(&name.as_str()) || exists(name)),
            None if arg.stars > 0 => ("*".to_owned(), false),
            None => {
                next += 1;
                params.get(next - 1).map_or(("*".to_owned(), false), |(name, _)| ((*name).to_owned(), true))
            }
        };
        Bound { name, value: arg.value, span: arg.span, known }
    });
    bound.collect()
}
