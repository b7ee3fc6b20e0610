//! Items: the places of a run, each with what became of it. They are the findings of the conversion, and every use that
//! no finding speaks of; together they account for each place of the ledger.

use std::collections::{BTreeMap, HashMap};

use crate::concept;
use crate::finding::{Mask, Named, name};
use crate::report::{Also, Converted, Entry, Fate, Finding, Location};
use crate::source::{Kind, Language, Source};
use crate::syntax;
use crate::text::Span;

/// One place, or several of a statement of which the same is to be said. Its texts have no secrets in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Names it in its file by code, enclosing symbol and text, as the ids of `check` do.
    pub id: String,
    pub code: String,
    /// Name of the concept.
    pub concept: String,
    /// The number of the concept's area.
    pub area: usize,
    pub fate: Fate,
    pub location: Location,
    /// The line on which it ends, counted as that of the location.
    pub end_line: usize,
    pub symbol: String,
    /// What differs, why it is gone, or what a person must do; empty for what is exact.
    pub message: String,
    /// What to do, one sentence each.
    pub actions: Vec<String>,
    /// How many places it stands for.
    pub places: usize,
    /// What a person is taken to need for it.
    pub minutes: usize,
    /// The function or class around it.
    pub within: String,
    /// The line on which it begins.
    pub excerpt: String,
    /// The number of its file among those of the survey.
    pub file: usize,
    /// The number of its repository.
    pub repository: usize,
    /// Whether it stands in a document, or in other text that nothing runs.
    pub is_in_document: bool,
    /// Where it stands in the program text.
    pub site: Span,
    /// Where its hunk is: in which part of the file's diff, and the how manieth of it. None where nothing changes.
    pub hunk: Option<(usize, usize)>,
}

/// The entries of one site that belong to one concept.
struct Site<'a> {
    code: &'a str,
    span: Span,
    entries: Vec<&'a Entry>,
    fate: Fate,
}

/// What is told of a place before it is named.
struct Told<'a> {
    site: Span,
    code: &'a str,
    fate: Fate,
    location: &'a Location,
    symbol: &'a str,
    message: String,
    actions: Vec<String>,
    places: usize,
}

/// The items of a file, by place. `file` and `repository` are the numbers that it has.
pub(super) fn of_file(
    source: &Source,
    converted: &Converted,
    mask: &Mask,
    file: usize,
    repository: usize,
) -> Vec<Item> {
    let mut told = told(converted);
    told.sort_by_key(|told| (told.site.start, std::cmp::Reverse(told.site.end), told.code));
    let ast = syntax::parse(source);
    let names = name(source, &ast, told.iter().map(|told| (told.code, told.site)));
    let hide = |text: &str| mask.hide(text, Kind::Script);
    let item = |(told, named): (Told<'_>, Named)| Item {
        id: named.id,
        code: told.code.to_owned(),
        concept: concept::described(told.code).map(|(name, _)| name.to_owned()).unwrap_or_default(),
        area: concept::area_of(told.code).unwrap_or_default(),
        fate: told.fate,
        location: told.location.clone(),
        end_line: source.locate(told.site.end).line.max(told.location.line),
        symbol: hide(told.symbol),
        message: hide(&told.message),
        actions: told.actions.iter().map(|action| hide(action)).collect(),
        places: told.places,
        minutes: 0,
        within: named.within,
        excerpt: mask.hide(&named.excerpt, source.kind()),
        file,
        repository,
        is_in_document: matches!(source.kind(), Kind::Other(Language::Markdown | Language::Text)),
        site: told.site,
        hunk: None,
    };
    told.into_iter().zip(names).map(item).collect()
}

/// The findings of a file with the sites that each stands for, and the sites that none stands for.
fn told(converted: &Converted) -> Vec<Told<'_>> {
    let mut told: Vec<Told<'_>> = converted.findings.iter().map(of_finding).collect();
    let mut at: BTreeMap<(&str, &Location), Vec<usize>> = BTreeMap::new();
    for (index, finding) in converted.findings.iter().enumerate().rev() {
        at.entry((&finding.code, &finding.location)).or_default().push(index);
    }
    // The last finding of a concept and fate: sites of one statement that say the same are told once.
    let mut last: HashMap<(&str, Fate), usize> = HashMap::new();
    for site in sites(&converted.entries) {
        let Some(first) = site.entries.first() else { continue };
        let place = site.entries.iter().map(|entry| &entry.location).min().unwrap_or(&first.location);
        if let Some(index) = at.get_mut(&(site.code, place)).and_then(Vec::pop) {
            told[index].site = site.span;
            told[index].places = 1;
            last.insert((site.code, told[index].fate), index);
            continue;
        }
        match last.get(&(site.code, site.fate)) {
            Some(index) if site.fate >= Fate::Approximate => told[*index].places += 1,
            _ => {
                let own = of_site(&site, place);
                last.insert((site.code, site.fate), told.len());
                told.push(own);
            }
        }
    }
    told.iter_mut().for_each(|told| told.places = told.places.max(1));
    told
}

/// All that is said of a site.
fn whole(finding: &Finding) -> String {
    let also = |also: &Also| {
        let word = if also.fate == Fate::Drop { "dropped" } else { "approximate" };
        format!("; also {word}: {}", also.message)
    };
    finding.message.clone() + &finding.also.iter().map(also).collect::<String>()
}

fn of_finding(finding: &Finding) -> Told<'_> {
    Told {
        site: Span::new(0, 0),
        code: &finding.code,
        fate: finding.fate,
        location: &finding.location,
        symbol: &finding.symbol,
        message: whole(finding),
        actions: finding.actions.clone(),
        places: 0,
    }
}

fn of_site<'a>(site: &Site<'a>, place: &'a Location) -> Told<'a> {
    let mut reasons: Vec<&str> = Vec::new();
    let mut actions: Vec<String> = Vec::new();
    for entry in site.entries.iter().filter(|entry| entry.fate == site.fate) {
        if !entry.reason.is_empty() && !reasons.contains(&entry.reason.as_str()) {
            reasons.push(&entry.reason);
        }
        if !entry.todo.is_empty() && !actions.contains(&entry.todo) {
            actions.push(entry.todo.clone());
        }
    }
    Told {
        site: site.span,
        code: site.code,
        fate: site.fate,
        location: place,
        symbol: site.entries.first().map_or("", |entry| &entry.symbol),
        message: reasons.join("; "),
        actions,
        places: 1,
    }
}

/// The sites of a ledger, by place.
fn sites(entries: &[Entry]) -> Vec<Site<'_>> {
    let mut sites: Vec<Site<'_>> = Vec::new();
    let mut known: HashMap<(Span, &str), usize> = HashMap::new();
    for entry in entries {
        let index = *known.entry((entry.site, &entry.code)).or_insert(sites.len());
        if index == sites.len() {
            sites.push(Site { code: &entry.code, span: entry.site, entries: Vec::new(), fate: Fate::Exact });
        }
        sites[index].entries.push(entry);
        sites[index].fate = sites[index].fate.max(entry.fate);
    }
    sites.sort_by_key(|site| (site.span.start, std::cmp::Reverse(site.span.end)));
    sites
}
