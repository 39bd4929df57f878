//! `mixup report`: the report of finished runs.

use std::io::Write;
use std::path::{Path, PathBuf};

use mixup_evidence::{About, Arm, Comparison, LeftOut, Mismatch, Report, Spread};
use serde::Serialize;

use crate::commands::arguments::ReportArgs;
use crate::comparison::finished::FinishedRuns;
use crate::comparison::folder::Manifest;
use crate::comparison::report_files;
use crate::comparison::seeds::Seeds;
use crate::failure::Failure;
use crate::terminal::ui::print_result;

/// Writes the report of the runs that are named.
///
/// # Errors
/// [`Failure::Usage`] where they cannot stand in one report, [`Failure::File`].
pub fn run(args: &ReportArgs) -> Result<(), Failure> {
    let out = match (&args.out, &args.runs[..]) {
        (Some(out), _) => out.clone(),
        (None, [only]) => only.clone(),
        _ => "report".into(),
    };
    let told = Told {
        pictures: !args.no_pictures,
        json: args.json,
        open: args.open,
        title: args.label.clone(),
    };
    let written = write(&args.runs, &out, args.baseline.as_deref(), &told)?;
    if let Some(file) = &args.row {
        written.add_rows(args.label.as_deref(), file)?;
    }
    written.tell(&told);
    Ok(())
}

/// How a report is shown.
pub struct Told {
    /// Whether the page has pictures of the data.
    pub pictures: bool,
    /// Whether stdout is kept for one line of JSON.
    pub json: bool,
    /// Whether the page is opened.
    pub open: bool,
    /// The title, in place of the arms' names.
    pub title: Option<String>,
}

/// A report that was written.
pub struct Written {
    report: Report,
    page: PathBuf,
}

/// Writes the report of the runs at `paths` into the folder `out`.
///
/// # Errors
/// [`Failure::Usage`] where the runs cannot stand in one report, [`Failure::File`].
pub fn write(
    paths: &[PathBuf],
    out: &Path,
    baseline: Option<&str>,
    told: &Told,
) -> Result<Written, Failure> {
    let runs = FinishedRuns::read(paths)?;
    let arms = order(&runs, baseline)?;
    let FinishedRuns {
        trials,
        left_out,
        mixed_pairs,
        data,
        ..
    } = runs;
    if trials.is_empty() {
        let first = left_out.first();
        let found = first.map_or_else(String::new, |run| {
            format!(": {} is {}", run.run, run.reason)
        });
        return Err(Failure::usage(
            format!("expected finished runs, found none{found}"),
            "go on with a run: mixup train --resume RUN; or with a comparison by its own command",
        ));
    }
    let about = About {
        title: told.title.clone(),
        version: env!("CARGO_PKG_VERSION").into(),
        arms,
        left_out,
        ..About::default()
    };
    let mut report = Report::of(trials, about).map_err(refuse)?;
    report.repeat = how_to_repeat(&report, data.as_deref());
    if let [folder] = paths {
        report.marks.extend(look(folder, &report)?);
    }
    let pictures = if told.pictures { &mixed_pairs[..] } else { &[] };
    let page = report_files::write(&report, pictures, out)?;
    Ok(Written { report, page })
}

/// What a reader must know of earlier reports of the comparison in `folder`, if it is one.
///
/// Whoever looks, adds pairs and looks again until a difference shows finds one more often than the
/// level says; so the manifest counts the looks.
fn look(folder: &Path, report: &Report) -> Result<Option<String>, Failure> {
    let pairs = match &report.comparisons[..] {
        [only] => only.pairs.len(),
        _ => return Ok(None),
    };
    let Some(mut manifest) = Manifest::read(folder)? else {
        return Ok(None);
    };
    let before = manifest.look(folder, pairs)?;
    if before.is_empty() {
        return Ok(None);
    }
    let before: Vec<String> = before.iter().map(usize::to_string).collect();
    Ok(Some(format!(
        "This comparison was reported before with fewer pairs ({}). Adding pairs after looking, until a difference shows, finds one more often than 1 time in 20 where there is none.",
        before.join(", ")
    )))
}

fn refuse(mismatch: Mismatch) -> Failure {
    Failure::usage(
        mismatch.to_string(),
        "name only runs that belong together: of one data set, and of one experiment for each name",
    )
}

/// The arms in the report's order, the baseline last; none where the report is to choose.
fn order(runs: &FinishedRuns, baseline: Option<&str>) -> Result<Vec<String>, Failure> {
    let mut there: Vec<String> = vec![];
    for trial in &runs.trials {
        if !there.contains(&trial.arm) {
            there.push(trial.arm.clone());
        }
    }
    // A part of a comparison may have runs of one arm only.
    let known = runs.arms.last().filter(|arm| there.contains(arm));
    let Some(baseline) = baseline.or(known.map(String::as_str)) else {
        return Ok(vec![]);
    };
    let place = there.iter().position(|arm| arm == baseline);
    let Some(place) = place else {
        return Err(Failure::usage(
            format!(
                "--baseline {baseline}: expected one of {}",
                there.join(", ")
            ),
            "an arm has the name of its experiment file",
        ));
    };
    let baseline = there.remove(place);
    there.push(baseline);
    Ok(there)
}

/// Commands that train the same again, in a new folder; the experiments are those in the run folders.
fn how_to_repeat(report: &Report, data: Option<&str>) -> Vec<String> {
    let data = data.unwrap_or("DATA");
    let experiment = |arm: &str| quoted(&format!("again/{arm}.toml"));
    let mut lines = vec!["mkdir again".to_owned()];
    lines.extend(report.arms.iter().map(|arm| {
        let from = quoted(&format!("{}/experiment.toml", arm.runs[0].run));
        format!("cp {from} {}", experiment(&arm.name))
    }));
    if report.comparisons.is_empty() {
        for arm in &report.arms {
            lines.extend(arm.runs.iter().map(|run| {
                let out = quoted(&format!("again/{}-seed{}", arm.name, run.seed));
                let file = experiment(&arm.name);
                format!(
                    "mixup train {file} --data {data} --seed {} --out {out}",
                    run.seed
                )
            }));
        }
    }
    for comparison in &report.comparisons {
        let (arm, baseline) = (&comparison.arm, &comparison.baseline);
        lines.push(format!(
            "mixup compare {} {} --data {data} --seeds {} --out {}",
            experiment(arm),
            experiment(baseline),
            Seeds(comparison.pairs.iter().map(|pair| pair.seed).collect()).to_words(),
            quoted(&format!("again/{arm}-against-{baseline}"))
        ));
    }
    lines
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c);
    if path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

impl Written {
    /// Adds a row for each comparison to the file at `path`; `label` is what a table calls them.
    fn add_rows(&self, label: Option<&str>, path: &Path) -> Result<(), Failure> {
        let commands = self.report.repeat.iter();
        let compares: Vec<&str> = commands
            .filter(|line| line.starts_with("mixup compare "))
            .map(String::as_str)
            .collect();
        report_files::add_rows(&self.report, label, &compares, path)
    }

    /// Says what the report says, in short, and where it is.
    pub fn tell(&self, told: &Told) {
        let Self { report, page } = self;
        if told.json {
            let line = Line {
                report: page,
                comparisons: &report.comparisons,
                marks: &report.marks,
                left_out: &report.left_out,
            };
            let line = serde_json::to_string(&line).expect("numbers and strings have a JSON form");
            print_result(&line);
        } else {
            tell_in_words(report, page);
        }
        if told.open && open::that_detached(page).is_err() {
            let _ = writeln!(
                std::io::stderr(),
                "no program here opens the page; open it in a browser"
            );
        }
    }
}

/// What `--json` prints.
#[derive(Serialize)]
struct Line<'a> {
    report: &'a Path,
    comparisons: &'a [Comparison],
    marks: &'a [String],
    left_out: &'a [LeftOut],
}

fn tell_in_words(report: &Report, page: &Path) {
    let width = report.arms.iter().map(|arm| arm.name.chars().count());
    let width = width.max().unwrap_or(0).max("arm".len());
    print_result("");
    print_result(&format!(
        "{:<width$}  runs   test accuracy    best epoch        NLL     ECE",
        "arm"
    ));
    for arm in &report.arms {
        let Arm {
            name,
            last,
            best,
            nll,
            ece,
            ..
        } = arm;
        print_result(&format!(
            "{name:<width$}  {:>4}   {:<15}  {:<15}  {}  {:>5.2}%",
            last.runs,
            percent(last),
            percent(best),
            // A network that came to nothing can be wrong by any number of nats.
            match nll.mean {
                mean @ ..1e4 => format!("{mean:.4}"),
                mean => format!("{mean:.1e}"),
            },
            100.0 * ece.mean
        ));
    }
    for comparison in &report.comparisons {
        print_result("");
        print_result(&comparison.headline);
        // The page has the others.
        for finding in comparison.findings.iter().take(2) {
            print_result(&format!("- {finding}"));
        }
    }
    let notes = report.marks.iter().map(|mark| format!("note: {mark}"));
    let left_out = report
        .left_out
        .iter()
        .map(|left_out| format!("left out: {}: {}", left_out.run, left_out.reason));
    for line in notes.chain(left_out) {
        print_result(&line);
    }
    print_result("");
    print_result(&format!("report: {}", page.display()));
}

/// Mean and standard deviation in percent.
fn percent(spread: &Spread) -> String {
    let mean = 100.0 * spread.mean;
    match spread.deviation {
        Some(deviation) => format!("{mean:.2}% ± {:.2}", 100.0 * deviation),
        None => format!("{mean:.2}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_where_a_shell_needs_it() {
        assert_eq!(quoted("runs/a-1/b.toml"), "runs/a-1/b.toml");
        assert_eq!(quoted("my runs/it's"), "'my runs/it'\\''s'");
        assert_eq!(quoted("$a"), "'$a'");
    }
}
