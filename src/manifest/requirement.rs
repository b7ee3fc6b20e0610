//! One requirement as pip writes it: `azure-storage-blob[aio]>=1.0,<2 ; python_version < "3"`.

/// A requirement in a text that begins with it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Requirement<'a> {
    /// As it is compared with others: in lower case, with `-`.
    pub name: String,
    /// The version that is asked for, without blanks around it; nothing for a requirement with an address.
    pub specifier: &'a str,
    /// How much of the text is name, extras, and version or address.
    pub length: usize,
}

impl<'a> Requirement<'a> {
    /// Reads a requirement up to its marker, a comment, or the end.
    pub fn of(text: &'a str) -> Option<Self> {
        let word = text.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(text.len());
        let name = normalized(&text[..word])?;
        let end = end(text);
        let rest = text[word..end].trim_start();
        let rest = match rest.strip_prefix('[') {
            Some(extras) => extras.split_once(']')?.1.trim_start(),
            None => rest,
        };
        let is_version = rest.is_empty() || rest.starts_with(['<', '>', '=', '!', '~', '^', '(']);
        let specifier = if is_version { rest } else { rest.strip_prefix('@').map(|_| "")? };
        Some(Requirement { name, specifier, length: end })
    }
}

/// A name as it is compared with others. A dotted one is a module: packages of Azure are never written so.
fn normalized(name: &str) -> Option<String> {
    let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric()) && !name.contains('.');
    is_name.then(|| name.to_ascii_lowercase().replace('_', "-"))
}

/// Where what comes after a requirement begins: a marker, a comment, options of pip.
fn end(text: &str) -> usize {
    let ends = [text.find(';'), text.find(" #"), text.find("\t#"), text.find(" --"), text.find(['\n', '\r', '\\'])];
    let end = ends.into_iter().flatten().min().unwrap_or(text.len());
    text[..end].trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(String, &str, &str)> {
        Requirement::of(text).map(|found| (found.name, found.specifier, &text[found.length..]))
    }

    #[test]
    fn requirements_end_where_their_version_does() {
        assert_eq!(parts("Azure_Mgmt-BatchAI==2.0.0  # x"), Some(("azure-mgmt-batchai".into(), "==2.0.0", "  # x")));
        assert_eq!(parts("adal[x] >= 1, <2 ; a"), Some(("adal".into(), ">= 1, <2", " ; a")));
        assert_eq!(parts("adal @ https://host/adal.whl"), Some(("adal".into(), "", "")));
        assert_eq!(parts("adal==1 --hash=sha256:0"), Some(("adal".into(), "==1", " --hash=sha256:0")));
    }

    #[test]
    fn modules_paths_and_options_are_none() {
        for text in ["azure.mgmt.batchai", "-r base.txt", "./adal", "adal is old", ""] {
            assert_eq!(parts(text), None, "{text}");
        }
    }
}
