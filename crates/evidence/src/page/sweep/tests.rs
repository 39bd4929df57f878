use super::*;
use crate::example::{Size, report};

/// A report of three values of `mixing.alpha` and the baseline, with `runs` runs each.
fn swept(runs: usize) -> Report {
    let mut report = report(Size {
        arms: 4,
        runs,
        epochs: 2,
        classes: 3,
    });
    for setting in &mut report.settings {
        match setting.key.as_str() {
            "mixing.alpha" => {
                setting.values = ["0.1", "1.0", "5e-5", "0.0"]
                    .map(|value| Some(value.to_owned()))
                    .into();
            }
            _ => setting.values = vec![setting.values[0].clone(); 4],
        }
    }
    report.sweep = Sweep::new(&report.arms, &report.settings, &report.comparisons);
    report
}

fn text(report: &Report) -> String {
    let keys = Key::for_arms(&report.arms);
    section(report, &keys).unwrap().body.into_string()
}

#[test]
fn a_sweep_says_what_varies_and_that_nothing_is_adjusted() {
    let text = text(&swept(4));
    assert!(text.contains("only in <b>mixing.alpha</b>"), "{text}");
    assert!(
        text.contains("compared with baseline, which has 0."),
        "{text}"
    );
    assert!(
        text.contains("The 3 intervals are not adjusted for each other"),
        "{text}"
    );
}

#[test]
fn a_baseline_that_differs_in_more_is_said() {
    let mut report = swept(4);
    let other = |setting: &&mut crate::report::Setting| setting.key == "epochs";
    let epochs = report.settings.iter_mut().find(other).unwrap();
    epochs.values[3] = Some("7".to_owned());
    report.sweep = Sweep::new(&report.arms, &report.settings, &report.comparisons);
    let text = text(&report);
    assert!(
        text.contains("also differs from all of them in epochs, so"),
        "{text}"
    );
}

#[test]
fn the_chart_has_its_values_in_words_and_in_a_table() {
    let report = swept(4);
    let text = text(&report);
    let mean = points(report.comparisons[1].last.mean);
    assert!(
        text.contains(&format!("mixing.alpha = 1: {mean} points, 95% interval ")),
        "{text}"
    );
    let rows: Vec<&str> = text.split("<th scope=\"row\">").skip(1).collect();
    let values: Vec<&str> = rows
        .iter()
        .map(|row| row.split('<').next().unwrap())
        .collect();
    assert_eq!(values, ["5e−5", "0.1", "1"]);
    assert!(text.contains("mixing.alpha (logarithmic)"));
}

#[test]
fn one_pair_has_no_interval() {
    let text = text(&swept(1));
    assert!(
        text.contains("no interval to draw") && text.contains("none: one pair"),
        "{text}"
    );
}

#[test]
fn other_reports_have_no_such_section() {
    let mut report = swept(2);
    report.sweep = None;
    assert!(section(&report, &Key::for_arms(&report.arms)).is_none());
}

#[test]
fn a_page_with_a_sweep_is_whole() {
    crate::page::tests::check("sweep", &crate::page(&swept(3), &[]));
}
