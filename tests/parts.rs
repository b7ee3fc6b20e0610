//! What is left of a fixture when only some of its changes are made: it parses, and no name is gone that it reads.

mod support {
    #[allow(dead_code)]
    pub mod fixture;
    #[allow(dead_code)]
    pub mod promise;
}

use std::collections::BTreeSet;

use bai2aml::convert::{Plan, plan};
use bai2aml::resolve::Module;
use bai2aml::source::Source;
use bai2aml::syntax::ExprId;
use support::fixture;
use support::promise::{self, AIMS};

/// Every change with all that it needs, and everything but one change and what needs it.
fn choices(plan: &Plan) -> Vec<(String, BTreeSet<usize>)> {
    let closed = |mut open: Vec<usize>, next: &dyn Fn(usize) -> Vec<usize>| {
        let mut all = BTreeSet::new();
        while let Some(at) = open.pop() {
            if all.insert(at) {
                open.extend(next(at));
            }
        }
        all
    };
    let every: BTreeSet<usize> = (0..plan.changes.len()).collect();
    let with_edits = every.iter().filter(|at| !plan.changes[**at].edits.is_empty());
    let each = with_edits.flat_map(|at| {
        let own = closed(vec![*at], &|at| plan.changes[at].needs.clone());
        let needing =
            |at: usize| every.iter().copied().filter(|other| plan.changes[*other].needs.contains(&at)).collect();
        let gone = closed(vec![*at], &needing);
        [(format!("change {at} alone"), own), (format!("all but change {at}"), &every - &gone)]
    });
    each.collect()
}

/// The names that a program reads and that nothing in it binds.
fn unbound(source: &Source) -> BTreeSet<String> {
    let module = Module::alone(source);
    let is_unbound = |id: &ExprId| module.resolved.reaching(*id).is_empty();
    let names = module.ast.expr_ids().filter(is_unbound).filter_map(|id| module.ast.name(id));
    names.filter(|name| module.resolved.defs_named(name).next().is_none()).map(str::to_owned).collect()
}

#[test]
fn no_choice_of_changes_takes_a_name_away_or_stops_a_fixture_from_parsing() {
    let (mut wrong, mut tried) = (Vec::new(), 0);
    let fixtures = fixture::all();
    let fixtures =
        fixtures.iter().filter(|fixture| fixture.is_first() && !fixture.is_broken() && !fixture.is_unchanged());
    for (fixture, aim) in fixtures.flat_map(|fixture| AIMS[..2].iter().map(move |aim| (fixture, aim))) {
        let plan = plan(fixture.sources(), &aim.options());
        let choices = choices(&plan);
        for (file, planned) in plan.files.iter().enumerate() {
            let read = |bytes: &[u8]| Source::read(planned.source.path(), bytes.to_vec()).expect("it can be read");
            let after = &plan.converted[file].after;
            let known = &unbound(&planned.source) | &unbound(&read(after));
            let mut seen = BTreeSet::from([after.clone(), planned.source.bytes().to_vec()]);
            for (what, chosen) in &choices {
                let bytes = plan.with(file, |at| chosen.contains(&at)).expect("it can be applied");
                if !seen.insert(bytes.clone()) {
                    continue;
                }
                tried += 1;
                let part = read(&bytes);
                let new: Vec<String> = (&unbound(&part) - &known).into_iter().chain(promise::unparsed(&part)).collect();
                if !new.is_empty() {
                    wrong.push(format!("{}, {}, {what}: {}", part.path(), aim.name, new.join(", ")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried} found wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(tried > 100, "{tried} parts were tried");
}
