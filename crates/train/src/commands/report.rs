//! `mixup report`: the report of finished runs.

use std::path::{Path, PathBuf};

use mixup_evidence::{About, Arm, Comparison, Mismatch, Report, Spread};
use serde::Serialize;

use crate::cli::ReportArgs;
use crate::failure::Failure;
use crate::finished_runs::FinishedRuns;
use crate::report_files;
use crate::trials::Seeds;
use crate::ui::print_result;

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
    };
    let report = write(&args.runs, &out, args.baseline.as_deref(), &told)?;
    if let Some(file) = &args.row {
        let command = report.repeat.join(" && ");
        report_files::add_rows(&report, args.label.as_deref(), &command, file)?;
    }
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
}

/// Writes the report of the runs at `paths` into the folder `out`, and tells its verdict.
///
/// # Errors
/// [`Failure::Usage`] where the runs cannot stand in one report, [`Failure::File`].
pub fn write(
    paths: &[PathBuf],
    out: &Path,
    baseline: Option<&str>,
    told: &Told,
) -> Result<Report, Failure> {
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
        version: env!("CARGO_PKG_VERSION").into(),
        arms,
        left_out,
        ..About::default()
    };
    let mut report = Report::of(trials, about).map_err(refuse)?;
    report.repeat = how_to_repeat(&report, data.as_deref());
    let pictures = if told.pictures { &mixed_pairs[..] } else { &[] };
    let page = report_files::write(&report, pictures, out)?;
    tell(&report, &page, told);
    Ok(report)
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
    let Some(baseline) = baseline else {
        // A shard may have runs of one arm only.
        let listed = runs.arms.iter().filter(|arm| there.contains(arm));
        return Ok(listed.cloned().collect());
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

/// Commands that train the same again; the experiments are those in the run folders.
fn how_to_repeat(report: &Report, data: Option<&str>) -> Vec<String> {
    let data = data.unwrap_or("DATA");
    let mut lines: Vec<String> = report
        .arms
        .iter()
        .map(|arm| format!("cp {}/experiment.toml {}.toml", arm.runs[0].run, arm.name))
        .collect();
    let seeds = |seeds: Vec<u32>| Seeds(seeds).to_words();
    if report.comparisons.is_empty() {
        for arm in &report.arms {
            lines.extend(arm.runs.iter().map(|run| {
                format!(
                    "mixup train {}.toml --data {data} --seed {}",
                    arm.name, run.seed
                )
            }));
        }
    }
    for comparison in &report.comparisons {
        lines.push(format!(
            "mixup compare {}.toml {}.toml --data {data} --seeds {} --out again",
            comparison.arm,
            comparison.baseline,
            seeds(comparison.pairs.iter().map(|pair| pair.seed).collect())
        ));
    }
    lines
}

/// What the command says on stdout.
fn tell(report: &Report, page: &Path, told: &Told) {
    if told.json {
        #[derive(Serialize)]
        struct Told<'a> {
            report: &'a Path,
            comparisons: &'a [Comparison],
        }
        let line = Told {
            report: page,
            comparisons: &report.comparisons,
        };
        let line = serde_json::to_string(&line).expect("numbers and strings have a JSON form");
        print_result(&line);
    } else {
        tell_in_words(report, page);
    }
    if told.open && open::that_detached(page).is_err() {
        print_result("no program here opens the page; open it in a browser");
    }
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
            "{name:<width$}  {:>4}   {:<15}  {:<15}  {:.4}  {:>5.2}%",
            last.runs,
            percent(last),
            percent(best),
            nll.mean,
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
