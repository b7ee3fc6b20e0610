//! Files that are not Python: what they are, by name and first line, and where their comments stand.
//!
//! This is no parser. It knows what begins and ends a comment and a string in a language, so that a word in a comment is
//! not taken for a use; strings count, for commands stand in them.

use crate::text::Span;

/// What a file is written in, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    Shell,
    PowerShell,
    /// `cmd.exe`
    Batch,
    Makefile,
    Dockerfile,
    Yaml,
    R,
    Json,
    Markdown,
    CSharp,
    /// Java, Kotlin, Scala, Groovy, and Gradle's files.
    Java,
    /// JavaScript and TypeScript.
    JavaScript,
    /// Project files of .NET and Maven.
    Xml,
    /// Bicep and Terraform.
    Infrastructure,
    /// Python where it is not parsed: in a block of Markdown.
    Python,
    /// Anything else.
    Text,
}

/// Languages by the ends of file names.
const ENDINGS: [(&str, Language); 36] = [
    ("azcli", Language::Shell),
    ("bash", Language::Shell),
    ("bat", Language::Batch),
    ("bicep", Language::Infrastructure),
    ("cmd", Language::Batch),
    ("cs", Language::CSharp),
    ("csproj", Language::Xml),
    ("csx", Language::CSharp),
    ("dockerfile", Language::Dockerfile),
    ("fsproj", Language::Xml),
    ("gradle", Language::Java),
    ("groovy", Language::Java),
    ("java", Language::Java),
    ("js", Language::JavaScript),
    ("json", Language::Json),
    ("jsx", Language::JavaScript),
    ("ksh", Language::Shell),
    ("kt", Language::Java),
    ("kts", Language::Java),
    ("markdown", Language::Markdown),
    ("md", Language::Markdown),
    ("mjs", Language::JavaScript),
    ("mk", Language::Makefile),
    ("ps1", Language::PowerShell),
    ("psm1", Language::PowerShell),
    ("r", Language::R),
    ("rmd", Language::Markdown),
    ("scala", Language::Java),
    ("sh", Language::Shell),
    ("tf", Language::Infrastructure),
    ("ts", Language::JavaScript),
    ("vbproj", Language::Xml),
    ("xml", Language::Xml),
    ("yaml", Language::Yaml),
    ("yml", Language::Yaml),
    ("zsh", Language::Shell),
];
/// Languages by whole names of files.
const NAMES: [(&str, Language); 5] = [
    ("Dockerfile", Language::Dockerfile),
    ("Containerfile", Language::Dockerfile),
    ("GNUmakefile", Language::Makefile),
    ("Jenkinsfile", Language::Java),
    ("Makefile", Language::Makefile),
];
/// Languages by the program that a first line names after `#!`.
const PROGRAMS: [(&str, Language); 7] = [
    ("Rscript", Language::R),
    ("bash", Language::Shell),
    ("ksh", Language::Shell),
    ("node", Language::JavaScript),
    ("pwsh", Language::PowerShell),
    ("sh", Language::Shell),
    ("zsh", Language::Shell),
];
/// Languages by the word behind the fence of a block of Markdown, where that is no ending.
const FENCES: [(&str, Language); 12] = [
    ("azurecli", Language::Shell),
    ("c#", Language::CSharp),
    ("console", Language::Shell),
    ("csharp", Language::CSharp),
    ("docker", Language::Dockerfile),
    ("javascript", Language::JavaScript),
    ("makefile", Language::Makefile),
    ("powershell", Language::PowerShell),
    ("py", Language::Python),
    ("python", Language::Python),
    ("shell", Language::Shell),
    ("typescript", Language::JavaScript),
];

impl Language {
    /// The language of a file, by its name or else by its first line; none for Python and for what is not known.
    pub fn of(path: &str, bytes: &[u8]) -> Option<Language> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let whole = |(known, language): &(&str, Language)| {
            (*known == name || name.starts_with(&format!("{known}."))).then_some(*language)
        };
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        let by_ending = ending.as_deref().and_then(|ending| find(&ENDINGS, ending));
        by_ending
            .or_else(|| NAMES.iter().find_map(whole))
            .or_else(|| Language::of_first_line(bytes).filter(|_| ending.is_none()))
    }

    fn of_first_line(bytes: &[u8]) -> Option<Language> {
        let line = bytes.strip_prefix(b"#!")?.split(|byte| *byte == b'\n').next()?;
        let line = std::str::from_utf8(line).ok()?;
        let mut words = line.split(|c: char| c.is_whitespace() || c == '/').filter(|word| !word.is_empty());
        words.find_map(|word| find(&PROGRAMS, word))
    }

    /// The language of a block of Markdown, by the words behind its fence; without any it is most often a shell's.
    pub fn of_fence(info: &str) -> Language {
        let word = info.trim().trim_start_matches(['{', '.']);
        let word = word.split(|c: char| c.is_whitespace() || ",}".contains(c)).next().unwrap_or_default();
        let word = word.to_ascii_lowercase();
        if word.is_empty() {
            return Language::Shell;
        }
        // `azurecli-interactive`, `powershell-interactive`
        let word = word.trim_end_matches("-interactive");
        find(&FENCES, word).or_else(|| find(&ENDINGS, word)).unwrap_or(Language::Text)
    }

    /// Whether command lines stand in it, bare or in strings.
    pub fn has_commands(self) -> bool {
        use Language::{Batch, Dockerfile, Java, JavaScript, Makefile, PowerShell, R, Shell, Yaml};
        matches!(self, Shell | PowerShell | Batch | Makefile | Dockerfile | Yaml | R | JavaScript | Java)
    }

    /// What begins a comment up to the end of its line, and whether only at the beginning of a word.
    fn line_comments(self) -> (&'static [&'static str], bool) {
        use Language::{
            Batch, CSharp, Dockerfile, Infrastructure, Java, JavaScript, Makefile, PowerShell, Python, R, Shell, Yaml,
        };
        match self {
            Shell | Makefile | Dockerfile | Yaml => (&["#"], true),
            PowerShell | R | Python => (&["#"], false),
            Batch => (&["::", "REM ", "rem ", "@REM ", "@rem "], true),
            CSharp | Java | JavaScript => (&["//"], false),
            Infrastructure => (&["//", "#"], true),
            _ => (&[], false),
        }
    }

    fn block_comment(self) -> Option<(&'static str, &'static str)> {
        match self {
            Language::CSharp | Language::Java | Language::JavaScript | Language::Infrastructure => Some(("/*", "*/")),
            Language::PowerShell => Some(("<#", "#>")),
            Language::Xml | Language::Markdown => Some(("<!--", "-->")),
            _ => None,
        }
    }

    fn quotes(self) -> &'static [char] {
        match self {
            Language::Xml | Language::Markdown | Language::Text | Language::Batch => &[],
            Language::Json => &['"'],
            _ => &['"', '\''],
        }
    }

    /// Every comment of a part of a text, in order.
    pub fn comments(self, text: &str, part: Span) -> Vec<Span> {
        let (lines, only_words) = self.line_comments();
        let (mut found, mut at) = (Vec::new(), part.start);
        while at < part.end {
            let rest = &text[at..part.end];
            let Some(c) = rest.chars().next() else { break };
            let is_word = text[part.start..at].chars().next_back().is_none_or(char::is_whitespace);
            // Only where it is asked for: lines may be megabytes long.
            let line_end = || rest.find('\n').unwrap_or(rest.len());
            if let Some((_, close)) = self.block_comment().filter(|(open, _)| rest.starts_with(open)) {
                let length = rest.find(close).map_or(rest.len(), |end| end + close.len());
                found.push(Span::new(at, at + length));
                at += length;
            } else if lines.iter().any(|open| rest.starts_with(open)) && (is_word || !only_words) {
                let line = &rest[..line_end()];
                found.push(Span::new(at, at + line.trim_end_matches('\r').len()));
                at += line.len();
            } else if self.quotes().contains(&c) {
                at += quoted(&rest[..line_end()], c);
            } else {
                at += c.len_utf8();
            }
        }
        found
    }
}

/// The length of the string that a line begins with. A quote that the line does not close is a letter like others.
fn quoted(line: &str, quote: char) -> usize {
    let mut chars = line.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    1
}

fn find(list: &[(&str, Language)], word: &str) -> Option<Language> {
    list.iter().find(|(known, _)| *known == word).map(|(_, language)| *language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_names_and_first_lines() {
        for (path, text, language) in [
            ("a/run.sh", "", Some(Language::Shell)),
            ("Dockerfile.gpu", "", Some(Language::Dockerfile)),
            ("gpu.Dockerfile", "", Some(Language::Dockerfile)),
            ("deploy", "#!/usr/bin/env bash\n", Some(Language::Shell)),
            ("plot", "#!/usr/bin/Rscript --vanilla\n", Some(Language::R)),
            ("train", "#!/usr/bin/env python3\n", None),
            ("a.py", "#!/bin/sh\n", None),
            ("Makefiles", "", None),
            ("a.PS1", "", Some(Language::PowerShell)),
        ] {
            assert_eq!(Language::of(path, text.as_bytes()), language, "{path}");
        }
    }

    #[test]
    fn comments_are_told_from_strings() {
        for (language, text, expected) in [
            (Language::Shell, "a 'x # y' b#c # d\n# e", &["# d", "# e"][..]),
            (Language::Shell, "don't # x", &["# x"]),
            (Language::R, "f(\"#\")# x", &["# x"]),
            (Language::PowerShell, "a <# b\nc #> d # e", &["<# b\nc #>", "# e"]),
            (Language::CSharp, "a = \"// \\\" /*\"; // b\r\n/* c */ d", &["// b", "/* c */"]),
            (Language::Xml, "<a>'<!-- b --></a>", &["<!-- b -->"]),
            (Language::Json, "{\"a\": \"# // /*\"}", &[]),
            (Language::CSharp, "/* never closed", &["/* never closed"]),
        ] {
            let found: Vec<&str> =
                language.comments(text, Span::new(0, text.len())).iter().map(|span| span.of(text)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
