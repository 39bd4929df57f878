//! The report of finished runs: which arms it has, what it warns of, and where it is written.

use std::path::{Path, PathBuf};

use chrono::Local;
use mixup_evidence::{About, Mismatch, Report};

use crate::comparison::finished::FinishedRuns;
use crate::comparison::manifest::Manifest;
use crate::comparison::repeat::{compare_commands, how_to_repeat};
use crate::comparison::report_files;
use crate::comparison::report_words::{json_line, lines};
use crate::comparison::result_rows::add_rows;
use crate::failure::Failure;
use crate::output::{print_message, print_result};
use crate::run::plural::counted;

/// Options for writing and printing a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReportOptions {
    /// Whether the page has pictures of the data.
    pub pictures: bool,
    /// Whether stdout gets one line of JSON instead of words.
    pub json: bool,
    /// Whether the page is opened.
    pub open: bool,
    /// The title, instead of the arms' names.
    pub title: Option<String>,
}

/// A report that was written, and its page.
pub(crate) struct ReportFiles {
    report: Report,
    page: PathBuf,
}

/// Writes the report of the runs at `paths` into the folder `out`. `baseline` names the arm that the
/// others are compared with.
///
/// # Errors
/// [`Failure::Usage`] if the runs cannot be in one report, [`Failure::File`].
pub(crate) fn write_report(
    paths: &[PathBuf],
    out: &Path,
    baseline: Option<&str>,
    options: &ReportOptions,
) -> Result<ReportFiles, Failure> {
    let mut runs = FinishedRuns::read(paths, options.pictures)?;
    let reported: Vec<&str> = runs.trials.iter().map(|trial| trial.arm.as_str()).collect();
    let arms = order(&reported, &runs.arms, baseline)?;
    let pictures = if options.pictures {
        runs.mixed_pairs()?
    } else {
        vec![]
    };
    let trials = std::mem::take(&mut runs.trials);
    let left_out = std::mem::take(&mut runs.left_out);
    if trials.is_empty() {
        let first = left_out.first();
        let found = first.map_or_else(String::new, |run| {
            format!(": {} is {}", run.run, run.reason)
        });
        return Err(Failure::usage(
            format!("expected finished runs, found none{found}"),
            "resume a run with: mixup train --resume RUN; or a comparison with its own command",
        ));
    }
    let about = About {
        title: options.title.clone(),
        version: env!("CARGO_PKG_VERSION").into(),
        date: Some(Local::now().date_naive().to_string()),
        arms,
        left_out,
        ..About::default()
    };
    let mut report = Report::new(trials, about).map_err(refusal)?;
    runs.fill_in_pictures(&mut report)?;
    report.repeat = how_to_repeat(&report, runs.data.as_deref());
    if let [folder] = paths {
        report.marks.extend(record(folder, &report)?);
    }
    report.marks.extend(unseen_damage(runs.without_digests));
    let page = report_files::write(&report, &pictures, out)?;
    Ok(ReportFiles { report, page })
}

fn refusal(mismatch: Mismatch) -> Failure {
    Failure::usage(
        mismatch.to_string(),
        "name only runs that belong together: of one data set, and of one experiment for each name",
    )
}

/// Records the report in the manifest of the comparison in `folder`, if it is one. Returns warnings if
/// planned pairs are missing, and if there were reports with fewer pairs.
///
/// Adding pairs until a difference looks significant inflates false positives, so the manifest counts
/// the reports.
fn record(folder: &Path, report: &Report) -> Result<Vec<String>, Failure> {
    let pairs = report.comparisons.iter().map(|one| one.pairs.len());
    let Some(pairs) = pairs.max() else {
        return Ok(vec![]);
    };
    let Some(mut manifest) = Manifest::read(folder)? else {
        return Ok(vec![]);
    };
    let earlier = manifest.record_report(folder, pairs)?;
    let planned = manifest.planned_pairs;
    let missing = planned.saturating_sub(pairs);
    let missing = (missing > 0).then(|| {
        format!(
            "{missing} of the {planned} planned pairs are not finished yet. The figures will change with them."
        )
    });
    Ok(missing.into_iter().chain(warning(&earlier)).collect())
}

/// A warning about earlier reports with these numbers of pairs; none without such a report.
fn warning(earlier: &[usize]) -> Option<String> {
    if earlier.is_empty() {
        return None;
    }
    let earlier: Vec<String> = earlier.iter().map(usize::to_string).collect();
    Some(format!(
        "This comparison was reported before with fewer pairs ({}). Adding pairs after looking, until a difference shows, finds a difference more often than 1 time in 20 even if there is none.",
        earlier.join(", ")
    ))
}

/// A warning about `runs` without digests; none if all have some.
fn unseen_damage(runs: usize) -> Option<String> {
    (runs > 0).then(|| {
        let was = if runs == 1 { "was" } else { "were" };
        let runs = counted(runs, "run");
        format!("{runs} {was} finished by an earlier version, which kept no digests, so damage to the files could go unnoticed.")
    })
}

/// The arms in the report's order, the baseline last. Empty if nothing names the baseline: then the
/// report chooses it.
///
/// `reported` has the arm of each run; `known` has the arms of the comparison's manifest; `asked` is
/// the baseline that the user names.
fn order(reported: &[&str], known: &[String], asked: Option<&str>) -> Result<Vec<String>, Failure> {
    let mut arms: Vec<String> = vec![];
    for arm in reported {
        if !arms.iter().any(|known| known == arm) {
            arms.push((*arm).to_owned());
        }
    }
    // A part of a comparison may have runs of one arm only.
    let known = known.last().filter(|arm| arms.contains(arm));
    let Some(baseline) = asked.or(known.map(String::as_str)) else {
        return Ok(vec![]);
    };
    let Some(position) = arms.iter().position(|arm| arm == baseline) else {
        return Err(Failure::usage(
            format!("--baseline {baseline}: expected one of {}", arms.join(", ")),
            "an arm has the name of its experiment file",
        ));
    };
    let baseline = arms.remove(position);
    arms.push(baseline);
    Ok(arms)
}

impl ReportFiles {
    /// Adds a row for each comparison to the file at `path`. `label` is the row's name in the table.
    ///
    /// # Errors
    /// As [`add_rows`].
    pub(crate) fn add_rows(&self, label: Option<&str>, path: &Path) -> Result<(), Failure> {
        add_rows(&self.report, label, &compare_commands(&self.report), path)
    }

    /// Prints the report in short, and opens its page if the options ask for it.
    pub(crate) fn show(&self, options: &ReportOptions) {
        let Self { report, page } = self;
        if options.json {
            print_result(&json_line(report, page));
        } else {
            for line in lines(report, page) {
                print_result(&line);
            }
        }
        if options.open && open::that_detached(page).is_err() {
            print_message("no program here opens the page; open it in a browser");
        }
    }
}

#[cfg(test)]
mod tests;
