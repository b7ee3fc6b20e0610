//! `bai2aml report`: what a whole code base holds of Batch AI, and what becomes of it.

use std::fs;
use std::path::Path;

use anstream::ColorChoice;
use anyhow::{Context, Result, bail};

use super::commit::{self, Change, Guard};
use super::place::{shown, top_of};
use super::prefilter::Needle;
use super::progress::Progress;
use super::read::{Input, Inputs, is_among, read_estate};
use super::report_args::Report;
use super::{Exit, undo, unless_closed};
use crate::output::survey::{self, Format};
use crate::output::{Out, style};
use crate::survey::{Material, Survey};

/// Runs the subcommand.
pub fn run(args: &Report, color: ColorChoice) -> Result<Exit> {
    let Some(format) = args.format() else { bail!("name a `--format`") };
    undo::notice(&args.paths.paths, false, color)?;
    let progress = Progress::start(color);
    // An earlier report names what it reports: it is no part of the code.
    let earlier = args.output.as_deref().filter(|path| is_earlier(path, format));
    let Inputs { files, sources, problems, read, .. } = read_estate(&args.paths.paths, earlier, Needle::BatchAi);
    is_ours(args.output.as_deref(), &files)?;
    let converted = crate::convert::results(&sources, &args.aim.options());
    let repositories: Vec<String> = files.iter().map(repository).collect();
    let survey = Survey::of(&Material {
        target: args.aim.target(),
        job_form: args.aim.job_form_name(),
        read,
        sources: &sources,
        converted: &converted,
        repositories: &repositories,
        problems: &problems,
    });
    progress.end();
    write(args, format, &survey, color)?;
    // Without a standard error there is nobody to tell; the exit code says it.
    let mut err = Out::stderr(color);
    let file = args.output.as_deref().map(shown);
    let _ = survey::print_end(&mut err, &survey, file.as_deref()).and_then(|()| err.flush());
    Ok(if survey.problems.is_empty() { Exit::Clean } else { Exit::Failed })
}

fn is_earlier(path: &Path, format: Format) -> bool {
    path.is_file() && fs::read(path).is_ok_and(|bytes| survey::is_earlier(format, &bytes))
}

/// The report must not replace what was read.
fn is_ours(path: Option<&Path>, files: &[Input]) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    if is_among(path, files) {
        bail!("the report would replace `{}`, which is one of the files to report on; name another", path.display());
    }
    Ok(())
}

fn write(args: &Report, format: Format, survey: &Survey, color: ColorChoice) -> Result<()> {
    let text = survey::render(format, survey).context("cannot make the report")?;
    if let Some(path) = &args.output {
        return commit::all(&[Change::write(path.clone(), text.into_bytes(), Guard::Anything)]);
    }
    let mut out = Out::stdout(color);
    let printed = match format {
        Format::Text => out.trusted(&text),
        _ => out.exact(style::PLAIN, text.as_bytes()),
    };
    unless_closed(printed.and_then(|()| out.flush()))
}

/// The repository of a file: the Git repository that it lies in, or else what was named on the command line. One below
/// what was named has its path from there, so that two of one name can be told apart.
fn repository(file: &Input) -> String {
    let named = file.folder.as_deref().unwrap_or(&file.path);
    let Some(real) = file.real.as_deref() else { return shown(named) };
    let root = fs::canonicalize(named).unwrap_or_else(|_| named.to_path_buf());
    match top_of(real) {
        Some(top) => match top.strip_prefix(&root) {
            Ok(below) if !below.as_os_str().is_empty() => shown(&named.join(below)),
            _ => top.file_name().map_or_else(|| shown(top), |name| shown(Path::new(name))),
        },
        None if file.folder.is_some() => {
            let name = root.file_name().map(Path::new);
            if shown(named) == "." { name.map_or_else(|| ".".into(), shown) } else { shown(named) }
        }
        None => named.parent().map(shown).filter(|folder| !folder.is_empty()).unwrap_or_else(|| ".".into()),
    }
}
