//! Several arms against one baseline: `mixup compare` with more than two experiments, and `mixup sweep`.

use serde_json::Value;

use crate::compare::with_two_arms;
use crate::scratch::Scratch;

const SWEEP: &str = "sweep tiny.toml --set mixing.alpha=0.1,1 --set epochs=1 --data data";

fn strings(value: &Value) -> Vec<&str> {
    let values = value.as_array().unwrap().iter();
    values.map(|value| value.as_str().unwrap()).collect()
}

#[test]
fn a_sweep_reports_the_curve() {
    let scratch = Scratch::new();
    let said = scratch
        .run(&format!("{SWEEP} --trials 2 --ui plain"))
        .succeeded()
        .stdout;
    for words in [
        "alpha=0.1, alpha=1 against baseline: 2 pairs each, seeds 1-2, 1 epoch a run",
        "6 to have",
        "Test accuracy after the last epoch, in points, against baseline:",
        "mixing.alpha  difference  95% interval",
        "2 arms are compared with baseline.",
        "The verdicts are not adjusted",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }
    let folder = "runs/tiny-over-alpha";
    let manifest = scratch.json(&format!("{folder}/comparison.json"));
    assert_eq!(
        strings(&manifest["arms"]),
        ["alpha=0.1", "alpha=1", "baseline"]
    );
    assert_eq!(
        strings(&manifest["set"]),
        ["mixing.alpha=0.1,1", "epochs=1"]
    );
    let report = scratch.json(&format!("{folder}/report.json"));
    let sweep = &report["sweep"];
    assert_eq!(sweep["key"], "mixing.alpha");
    assert_eq!(sweep["baseline"], "0.0");
    for (index, value) in [0.1, 1.0].into_iter().enumerate() {
        let (point, comparison) = (&sweep["points"][index], &report["comparisons"][index]);
        assert_eq!(point["value"], value);
        assert_eq!(point["difference"], comparison["last"]);
        assert_eq!(point["arm"], comparison["arm"]);
    }
    let page = String::from_utf8(scratch.read(format!("{folder}/report.html"))).unwrap();
    assert!(page.contains("<h2 id=\"sweep-heading\">Sweep</h2>"));
    assert!(page.contains("Differences from the baseline over mixing.alpha"));
    assert!(page.contains("not adjusted for each other"));
}

#[test]
fn a_sweep_is_extended_by_seeds_and_by_values() {
    let scratch = Scratch::new();
    let line = format!("{SWEEP} --out all");
    let run = |line: &str| scratch.run(line).succeeded().stdout;
    run(&format!("{line} --trials 1"));
    let more = run(&format!("{line} --trials 2"));
    assert!(more.contains("6 to have, 3 finished before"), "{more}");
    assert!(
        more.contains("reported before with fewer pairs (1)"),
        "{more}"
    );
    let wider = line.replace("alpha=0.1,1", "alpha=0.1,0.4,1");
    let found = run(&format!("{wider} --trials 2 --json"));
    let found: Value = serde_json::from_str(&found).unwrap();
    let values = found["sweep"]["points"].as_array().unwrap().iter();
    let values: Vec<f64> = values
        .map(|point| point["value"].as_f64().unwrap())
        .collect();
    assert_eq!(values, [0.1, 0.4, 1.0]);
    scratch.refused_for(
        &format!("{line} --trials 2"),
        &[
            "all: expected a comparison of alpha=0.1, alpha=1 and baseline",
            "name all experiments",
        ],
    );
}

#[test]
fn the_parts_of_a_sweep_are_one_sweep() {
    let scratch = Scratch::new();
    for part in ["1/2", "2/2"] {
        scratch
            .run(&format!(
                "{SWEEP} --trials 2 --out parts --ui none --shard {part}"
            ))
            .succeeded();
    }
    scratch
        .run(&format!("{SWEEP} --trials 2 --out whole --ui none"))
        .succeeded();
    scratch.run("report parts").succeeded();
    let sweep = |folder: &str| scratch.json(&format!("{folder}/report.json"))["sweep"].take();
    assert_eq!(sweep("parts"), sweep("whole"));
}

#[test]
fn a_grid_of_two_keys_has_an_arm_for_each_combination() {
    let scratch = Scratch::new();
    let found = scratch
        .run(&format!(
            "{SWEEP} --set optimizer.learning_rate=0.01,0.001 --trials 1 --out grid --ui none --json"
        ))
        .succeeded()
        .json();
    let arms = found["comparisons"].as_array().unwrap().iter();
    let arms: Vec<&str> = arms.map(|one| one["arm"].as_str().unwrap()).collect();
    assert_eq!(
        arms,
        [
            "alpha=0.1,learning_rate=0.01",
            "alpha=0.1,learning_rate=0.001",
            "alpha=1,learning_rate=0.01",
            "alpha=1,learning_rate=0.001",
        ]
    );
    // No single number tells these arms apart.
    assert_eq!(found["sweep"], Value::Null);
}

#[test]
fn the_runs_of_a_sweep_are_those_of_changed_experiments() {
    let scratch = Scratch::new();
    scratch
        .run(&format!("{SWEEP} --trials 1 --out all --ui none"))
        .succeeded();
    scratch.train("alone", "--set mixing.alpha=1 --epochs 1");
    assert_eq!(
        scratch.metrics("all/alpha=1/seed-1"),
        scratch.metrics("alone")
    );
    scratch.train("unmixed", "--set mixing.alpha=0 --epochs 1");
    assert_eq!(
        scratch.metrics("all/baseline/seed-1"),
        scratch.metrics("unmixed")
    );
}

#[test]
fn what_is_no_sweep_is_refused() {
    let scratch = with_two_arms(Scratch::new());
    for (line, words) in [
        (
            "sweep tiny.toml --set mixing.alpha=0.1",
            "--set: expected a key with several values, found none",
        ),
        (
            "sweep tiny.toml --set mixing.alpha=0.1,-1",
            "--set mixing.alpha=-1: expected",
        ),
        (
            "sweep tiny.toml --set mixing.alpha=0,1",
            "alpha=0: expected another experiment than baseline, found the same",
        ),
        (
            "sweep tiny.toml --set mixing.alpha=1,1.0",
            "expected each value once, found alpha=1 twice",
        ),
        (
            "sweep tiny.toml --baseline plain.toml --set mixing.alpha=0,1",
            "alpha=0: expected another experiment than plain, found the same",
        ),
    ] {
        scratch.refused_for(&format!("{line} --data data --out all"), &[words]);
    }
}

#[test]
fn several_experiments_share_the_runs_of_one_baseline() {
    let scratch = with_two_arms(Scratch::new());
    scratch.experiment("more.toml", "alpha = 0.2", "alpha = 2.0");
    scratch.experiment("all.toml", "every = 2", "every = 1");
    let line = "compare tiny.toml more.toml all.toml plain.toml --data data --epochs 1";
    let said = scratch
        .run(&format!("{line} --trials 2 --ui plain"))
        .succeeded()
        .stdout;
    assert!(
        said.contains("tiny, more, all against plain: 2 pairs each"),
        "{said}"
    );
    assert!(said.contains("8 to have"), "{said}");
    let folder = "runs/tiny-more-all-against-plain";
    let report = scratch.json(&format!("{folder}/report.json"));
    assert_eq!(report["comparisons"].as_array().unwrap().len(), 3);
    let repeat = strings(&report["repeat"]);
    let commands: Vec<&&str> = repeat
        .iter()
        .filter(|line| line.starts_with("mixup "))
        .collect();
    assert_eq!(
        commands,
        [
            &"mixup compare again/tiny.toml again/more.toml again/all.toml again/plain.toml --data DATA --seeds 1-2 --out again/against-plain"
        ]
    );
}

#[test]
fn an_arm_can_be_added_to_a_comparison() {
    let scratch = with_two_arms(Scratch::new());
    scratch.experiment("more.toml", "alpha = 0.2", "alpha = 2.0");
    let flags = "--data data --epochs 1 --trials 1 --out both";
    scratch
        .run(&format!("compare tiny.toml plain.toml {flags} --ui none"))
        .succeeded();
    let said = scratch
        .run(&format!(
            "compare tiny.toml more.toml plain.toml {flags} --ui plain"
        ))
        .succeeded()
        .stdout;
    assert!(said.contains("3 to have, 2 finished before"), "{said}");
    scratch.refused_for(
        &format!("compare tiny.toml plain.toml {flags}"),
        &[
            "found one of tiny, more and plain",
            "name all experiments of the comparison",
        ],
    );
}

#[test]
fn data_after_the_experiments_has_its_flag_as_a_hint() {
    let scratch = with_two_arms(Scratch::new());
    scratch.refused_for(
        "compare tiny.toml plain.toml data --out both",
        &["data: ", "data has a flag: --data DATA"],
    );
}
