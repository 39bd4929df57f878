use super::*;
use crate::run::listing::{Facts, RunState};

fn run(path: &str, experiment: &str, accuracy: Option<(f64, ChosenBy)>) -> ListedRun {
    ListedRun {
        lacks_weights: false,
        path: path.into(),
        state: RunState::Resumable,
        facts: Some(Facts {
            experiment: experiment.into(),
            seed: 1,
            epochs: 30,
            epochs_done: 9,
            accuracy,
        }),
        bytes: 12_345_678,
        problem: None,
    }
}

#[test]
fn a_run_is_a_line_of_words_and_numbers() {
    let runs = [run(
        "runs/mixup-seed1",
        "mixup",
        Some((0.7312, ChosenBy::Test)),
    )];
    assert_eq!(
        lines(&runs, 80),
        [
            "run               experiment  seed  epochs  state      accuracy     size",
            "runs/mixup-seed1  mixup          1    9/30  resumable    73.12%  12.3 MB",
        ]
    );
}

#[test]
fn a_run_that_cannot_be_read_has_its_path_its_state_and_its_size() {
    let damaged = ListedRun {
        state: RunState::Damaged,
        facts: None,
        ..run("runs/a", "", None)
    };
    assert_eq!(
        lines(&[damaged], 80)[1],
        "runs/a  -              -       -  damaged         -  12.3 MB"
    );
}

#[test]
fn a_long_path_has_a_line_of_its_own_and_stays_whole() {
    let path = "runs/a-comparison/of-two-experiments/seed-1";
    let found = lines(&[run(path, "of-two-experiments", None)], 80);
    assert_eq!(found[1], path);
    assert!(
        found[2].trim_start().starts_with("of-two-experime…  "),
        "{found:?}"
    );
    for line in &found {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn a_table_with_room_has_one_line_a_run() {
    let path = "runs/a-comparison/of-two-experiments/seed-1";
    assert_eq!(lines(&[run(path, "mixup", None)], 120).len(), 2);
}

#[test]
fn accuracy_on_validation_images_is_marked_and_explained() {
    let runs = [
        run("runs/a", "a", Some((0.5, ChosenBy::Validation))),
        run("runs/b", "b", Some((0.5, ChosenBy::Test))),
    ];
    let found = lines(&runs, 80);
    assert!(found[1].contains("50.00% v"), "{found:?}");
    assert!(!found[2].contains(" v"), "{found:?}");
    assert!(found[3].starts_with("v: "), "{found:?}");
}

#[test]
fn sizes_have_a_unit_that_suits_them() {
    for (bytes, text) in [
        (0, "0 kB"),
        (850_400, "850 kB"),
        (999_600, "1.0 MB"),
        (12_345_678, "12.3 MB"),
        (1_234_567_890, "1.2 GB"),
    ] {
        assert_eq!(size(bytes), text);
    }
}
