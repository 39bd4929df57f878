//! Experiments by name: the program carries those of the folder `experiments`.

use std::path::Path;

use crate::scratch::{EXPERIMENT, Scratch};

#[test]
fn every_experiment_is_listed_in_a_line_of_80_columns() {
    let listed = Scratch::new().run("experiments list").succeeded();
    assert!(listed.stdout.lines().count() >= 31, "{}", listed.stdout);
    for line in listed.stdout.lines() {
        let (name, what) = line.split_once(' ').unwrap();
        assert!(!name.is_empty() && what.trim().len() > 10, "{line}");
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn a_file_is_shown_byte_for_byte() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments");
    for name in ["mixup", "dose/alpha-0.1"] {
        let shown = Scratch::new().run(&format!("experiments show {name}"));
        let file = std::fs::read_to_string(folder.join(format!("{name}.toml"))).unwrap();
        assert_eq!(shown.succeeded().stdout, file, "{name}");
    }
}

#[test]
fn a_copy_that_was_shown_is_the_same_experiment() {
    let scratch = Scratch::new();
    let shown = scratch.run("experiments show demo").succeeded();
    scratch.write("mine.toml", shown.stdout);
    for (experiment, out) in [("demo", "a"), ("mine.toml", "b")] {
        let line = format!(
            "train {experiment} --data data --epochs 1 --set validation=0 --out {out} --ui none"
        );
        scratch.run(&line).succeeded();
    }
    assert_eq!(
        scratch.read("a/experiment.toml"),
        scratch.read("b/experiment.toml")
    );
}

#[test]
fn a_run_has_the_last_part_of_the_name() {
    let scratch = Scratch::new();
    let line = "train dose/alpha-0.1 --data data --epochs 1 --ui none";
    scratch.run(line).succeeded();
    assert_eq!(scratch.names("runs"), ["alpha-0.1-seed1"]);
    let info = scratch.json("runs/alpha-0.1-seed1/run.json");
    assert_eq!(info["experiment"], "alpha-0.1");
}

#[test]
fn a_file_comes_before_a_name() {
    let scratch = Scratch::new();
    scratch.write("demo", EXPERIMENT);
    let line = "train demo --data data --epochs 1 --out run --ui none";
    scratch.run(line).succeeded();
    let text = String::from_utf8(scratch.read("run/experiment.toml")).unwrap();
    assert!(
        text.contains("widths = [2, 2]") || text.contains("widths = [\n"),
        "{text}"
    );
    assert!(text.contains("hidden = 4"), "{text}");
}

/// The program itself may lie there as `mixup`, or a clone of the repository.
#[test]
fn what_cannot_be_an_experiment_does_not_hide_a_name() {
    let scratch = Scratch::new();
    scratch.write("demo", [0x7f, b'E', b'L', b'F', 0xff]);
    std::fs::create_dir(scratch.path("baseline")).unwrap();
    for name in ["demo", "baseline"] {
        let line = format!("data check synthetic --experiment {name}");
        scratch.run(&line).succeeded();
    }
}

#[test]
fn a_misspelt_name_has_the_one_that_is_near() {
    for (line, near) in [
        ("train mixpu --data data --out run", "did you mean mixup"),
        ("compare mixup basline --data data", "did you mean baseline"),
        (
            "train experiments/mixup.toml --data data",
            "did you mean mixup?",
        ),
        ("bench resnet-20", "did you mean resnet20"),
        ("experiments show cutmx", "did you mean cutmix"),
        (
            "data check synthetic --experiment folder",
            "did you mean folders",
        ),
    ] {
        let expected = ["expected", "mixup experiments list", near];
        Scratch::new().refused_for(line, &expected);
    }
}

#[test]
fn without_a_near_name_all_names_are_shown() {
    for line in [
        "train nothing-like-it.toml",
        "experiments show nothing-like-it",
    ] {
        Scratch::new().refused_for(line, &["as-printed", "dose/alpha-8", "demo"]);
    }
}

#[test]
fn an_experiment_by_name_trains_as_its_file() {
    let scratch = Scratch::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments");
    scratch.write(
        "demo.toml",
        std::fs::read(folder.join("demo.toml")).unwrap(),
    );
    for (experiment, out) in [("demo", "by-name"), ("demo.toml", "by-file")] {
        let line = format!(
            "train {experiment} --data data --epochs 1 --set validation=0 --out {out} --ui none"
        );
        scratch.run(&line).succeeded();
    }
    scratch.assert_same_runs("by-name", "by-file");
}
