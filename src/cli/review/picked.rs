//! Decisions that come with the command: from its options, or from a file.

use std::fs;

use anyhow::{Context, Result, bail, ensure};

use super::preview::{Choice, Preview};
use crate::cli::place::shown;
use crate::cli::review_args::Review;
use crate::output::summary::word;
use crate::report::Fate;

/// What was decided, in words.
#[derive(Default)]
struct Words {
    preview: Option<String>,
    accept: Vec<String>,
    reject: Vec<String>,
}

/// The hunks that the command accepts.
pub fn choice(args: &Review, preview: &Preview) -> Result<Choice> {
    let words = match &args.decisions {
        Some(path) => {
            let text = fs::read_to_string(path).with_context(|| format!("cannot read `{}`", shown(path)))?;
            Words::read(&text, &shown(path))?
        }
        None => {
            let exact = args.accept_exact.then(|| "exact,drop".to_owned());
            let accept = args.accept.iter().cloned().chain(exact).collect();
            Words { preview: args.preview.clone(), accept, reject: args.reject.iter().cloned().collect() }
        }
    };
    words.check(preview)?;
    let mut accepted = vec![false; preview.pieces.len()];
    for (words, is_accepted) in [(&words.accept, true), (&words.reject, false)] {
        for item in words.iter().flat_map(|list| list.split(',')) {
            let meant = meant(item.trim(), preview)?;
            (0..accepted.len()).filter(|at| meant(*at)).for_each(|at| accepted[at] = is_accepted);
        }
    }
    Ok(Choice { accepted, ..Choice::default() })
}

impl Words {
    fn read(text: &str, name: &str) -> Result<Self> {
        let mut words = Words::default();
        for (number, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            match line.split_once(char::is_whitespace).map(|(word, rest)| (word, rest.trim().to_owned())) {
                None if line.is_empty() => {}
                Some(("preview", id)) => words.preview = Some(id),
                Some(("accept", list)) => words.accept.push(list),
                Some(("reject", list)) => words.reject.push(list),
                _ => bail!("{name}:{}: a line is `preview ID`, `accept HUNKS` or `reject HUNKS`", number + 1),
            }
        }
        Ok(words)
    }

    /// Numbers mean something only in the preview that they are of.
    fn check(&self, preview: &Preview) -> Result<()> {
        let mut lists = self.accept.iter().chain(&self.reject);
        match &self.preview {
            Some(id) => ensure!(
                *id == preview.id,
                "the files or the options are not those of preview `{id}`; nothing was changed: look at the new one with \
                 `bai2aml review --list`"
            ),
            None => ensure!(
                !lists.any(|list| list.contains(|c: char| c.is_ascii_digit())),
                "numbers are those of a preview: give its ID with `--preview`, as `bai2aml review --list` shows it"
            ),
        }
        Ok(())
    }
}

/// Which hunks a word of a list means.
fn meant(item: &str, preview: &Preview) -> Result<impl Fn(usize) -> bool> {
    let count = preview.pieces.len();
    let fates: Vec<Fate> = preview.pieces.iter().map(|piece| piece.fate).collect();
    let fate = [Fate::Exact, Fate::Drop, Fate::Approximate, Fate::Manual].into_iter().find(|fate| word(*fate) == item);
    let (first, last) = item.split_once('-').unwrap_or((item, item));
    let range = match (first.trim().parse::<usize>(), last.trim().parse::<usize>()) {
        _ if item == "all" || fate.is_some() => 1..=count,
        (Ok(first), Ok(last)) if first <= last => {
            ensure!(first > 0 && last <= count, "there is no hunk {item}: there are {count}");
            first..=last
        }
        _ => bail!("`{item}` is no hunk: write numbers (`1,3-5`), fates (`exact,drop`) or `all`"),
    };
    Ok(move |at: usize| range.contains(&(at + 1)) && fate.is_none_or(|fate| fates[at] == fate))
}
