//! The certificate: of which two texts it is, and what an independent reading says of each field of what they ask for.
//!
//! `docs/verify.md` says what it promises. It is stale as soon as one of the two files is another one.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::json::SCHEMA;
use super::run::{Run, is_rewritten};
use crate::report::{Converted, Proof, Verdict};

#[derive(Serialize)]
struct Certificate<'a> {
    schema: u32,
    tool: &'static str,
    version: &'static str,
    files: Vec<Certified<'a>>,
}

#[derive(Serialize)]
struct Certified<'a> {
    path: String,
    before_sha256: String,
    after_sha256: String,
    verdict: Verdict,
    fields: &'a [Proof],
}

/// What is read of a certificate to see whether it is stale.
#[derive(Deserialize)]
struct Named {
    schema: u32,
    files: Vec<Hashes>,
}

#[derive(Deserialize)]
struct Hashes {
    before_sha256: String,
    after_sha256: String,
}

/// The certificate of a run.
pub fn write(run: &Run<'_>) -> serde_json::Result<Vec<u8>> {
    let files = run.files.iter().filter(|file| is_rewritten(file)).map(certified).collect();
    let (tool, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    let mut text = serde_json::to_vec_pretty(&Certificate { schema: SCHEMA, tool, version, files })?;
    text.push(b'\n');
    Ok(text)
}

fn certified(file: &Converted) -> Certified<'_> {
    let worst = file.proofs.iter().map(|proof| proof.verdict).max();
    Certified {
        path: super::visible::text(&file.path.to_string_lossy()).into_owned(),
        before_sha256: sha256(&file.before),
        after_sha256: sha256(&file.after),
        verdict: worst.unwrap_or(Verdict::Equal),
        fields: &file.proofs,
    }
}

/// The hash of some bytes, in hexadecimal digits.
fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Why a certificate does not hold for a file and what became of it; nothing if it does.
pub fn stale(certificate: &[u8], before: &[u8], after: &[u8]) -> Option<&'static str> {
    let Ok(named) = serde_json::from_slice::<Named>(certificate) else {
        return Some("it is no certificate of this program");
    };
    if named.schema != SCHEMA {
        return Some("it has a format that this version does not read");
    }
    let (before, after) = (sha256(before), sha256(after));
    let Some(file) = named.files.iter().find(|file| file.before_sha256 == before || file.after_sha256 == after) else {
        return Some("it is of other files");
    };
    match (file.before_sha256 == before, file.after_sha256 == after) {
        (true, true) => None,
        (false, _) => Some("the old file is not the one that it is of"),
        (_, false) => Some("the new file has changed since"),
    }
}
