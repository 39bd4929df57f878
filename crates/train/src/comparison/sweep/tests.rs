use super::*;
use crate::comparison::example::experiment_file;

fn keys(texts: &[&str]) -> Vec<SweptKey> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn sweep(texts: &[&str], baseline: Option<&str>) -> Result<Vec<Arm>, Failure> {
    let (experiment, keys) = (experiment_file("mixup.toml"), keys(texts));
    let baseline = baseline.map(experiment_file);
    let sweep = Sweep {
        experiment: &experiment,
        baseline: baseline.as_ref(),
        keys: &keys,
        epochs: None,
    };
    sweep.arms()
}

fn names(texts: &[&str]) -> Vec<String> {
    let arms = sweep(texts, None).unwrap();
    arms.into_iter().map(|(name, _)| name).collect()
}

fn refusal(texts: &[&str]) -> String {
    sweep(texts, None).unwrap_err().to_string()
}

#[test]
fn each_value_is_an_arm_against_the_experiment_without_mixing() {
    let arms = sweep(&["mixing.alpha=0.1,1"], None).unwrap();
    let found: Vec<(&str, f64)> = arms
        .iter()
        .map(|(name, arm)| (name.as_str(), arm.mixing.alpha))
        .collect();
    assert_eq!(
        found,
        [("alpha=0.1", 0.1), ("alpha=1", 1.0), ("baseline", 0.0)]
    );
}

#[test]
fn several_keys_give_all_combinations() {
    assert_eq!(
        names(&["mixing.alpha=0.1,1", "mixing.every=1,5"]),
        [
            "alpha=0.1,every=1",
            "alpha=0.1,every=5",
            "alpha=1,every=1",
            "alpha=1,every=5",
            "baseline"
        ]
    );
}

#[test]
fn one_value_is_for_all_arms_and_the_baseline() {
    let arms = sweep(&["mixing.alpha=0.1,1", "batch_size=32"], None).unwrap();
    assert!(arms.iter().all(|(_, arm)| arm.batch_size == 32));
}

#[test]
fn a_key_that_is_called_name_has_the_name_of_its_table() {
    let found = names(&["network.name=cnn,resnet20"]);
    assert_eq!(found, ["network=cnn", "network=resnet20", "baseline"]);
}

#[test]
fn keys_with_one_last_part_keep_their_tables() {
    let found = names(&[
        "loss.epsilon=1e-6",
        "optimizer.epsilon=1e-8,1e-7",
        "mixing.alpha=1,2",
    ]);
    assert_eq!(found[0], "epsilon=1e-8,alpha=1");
    let found = names(&["loss.epsilon=1e-6,1e-5", "optimizer.epsilon=1e-8,1e-7"]);
    assert_eq!(found[0], "loss.epsilon=1e-6,optimizer.epsilon=1e-8");
}

#[test]
fn lists_are_values_too() {
    assert_eq!(
        names(&["network.widths=[8,16],[16, 32]"]),
        ["widths=[8,16]", "widths=[16,32]", "baseline"]
    );
}

#[test]
fn a_name_cannot_leave_its_folder() {
    assert_eq!(value_name(&Value::String("../a b".into())), "..-a-b");
}

#[test]
fn one_number_in_two_forms_is_one_value() {
    assert_eq!(
        refusal(&["mixing.alpha=0.1,1,1.0"]),
        "--set: expected each value once, found alpha=1 twice"
    );
}

#[test]
fn a_sweep_has_a_key_with_several_values() {
    assert_eq!(
        refusal(&["mixing.alpha=0.1"]),
        "--set: expected a key with several values, found none"
    );
}

#[test]
fn values_in_another_form_are_written_as_a_sweep_takes_them() {
    let hint = |texts: &[&str]| sweep(texts, None).unwrap_err().hint();
    for texts in [
        &["mixing.alpha=[0.1,0.2]"] as &[&str],
        &["mixing.alpha=0.1", "mixing.alpha=0.2"],
    ] {
        let hint = hint(texts);
        assert!(hint.ends_with(": --set mixing.alpha=0.1,0.2"), "{hint}");
    }
}

#[test]
fn an_arm_has_a_name_that_a_folder_can_have() {
    let long = "a".repeat(LONGEST_NAME);
    let said = refusal(&[&format!("mixing.method=mixup,{long}")]);
    assert!(said.contains("at most 200 characters"), "{said}");
}

#[test]
fn a_shared_value_that_ends_a_difference_has_a_way_out_that_a_sweep_takes() {
    let texts = ["mixing.alpha=0.1,1", "mixing.every=5"];
    let failure = sweep(&texts, Some("dose/every-1.toml")).unwrap_err();
    assert!(
        failure.to_string().starts_with("--set mixing.every=5: "),
        "{failure}"
    );
    assert!(failure.hint().contains("--baseline"), "{}", failure.hint());
}

#[test]
fn a_sweep_has_a_bound() {
    let many: Vec<String> = (1..=101).map(|value| value.to_string()).collect();
    let text = format!("mixing.every={}", many.join(","));
    assert_eq!(
        refusal(&[&text]),
        "--set: expected at most 100 arms, found 101"
    );
}

#[test]
fn a_value_that_the_baseline_has_is_refused() {
    assert_eq!(
        refusal(&["mixing.alpha=0,1"]),
        "alpha=0: expected another experiment than baseline, found the same"
    );
}

#[test]
fn a_refused_value_is_named() {
    let said = refusal(&["mixing.alpha=0.1,-1"]);
    assert!(
        said.starts_with("--set mixing.alpha=-1: expected"),
        "{said}"
    );
}

#[test]
fn a_baseline_can_be_named() {
    let arms = sweep(
        &["mixing.alpha=0.1,1", "epochs=3"],
        Some("dose/every-1.toml"),
    )
    .unwrap();
    let (name, baseline) = arms.last().unwrap();
    assert_eq!((name.as_str(), baseline.epochs), ("every-1", 3));
    let failure = sweep(
        &["mixing.alpha=0.1,1", "mixing.every=3"],
        Some("dose/every-1.toml"),
    );
    let said = failure.unwrap_err().to_string();
    assert!(
        said.starts_with("--set mixing.every=3: expected a setting in which"),
        "{said}"
    );
}

#[test]
fn the_experiment_can_be_its_own_baseline() {
    let arms = sweep(&["mixing.alpha=0.1,1"], Some("mixup.toml")).unwrap();
    let (name, baseline) = arms.last().unwrap();
    assert_eq!((name.as_str(), baseline.mixing.alpha), ("mixup", 0.2));
}

#[test]
fn a_sweep_has_the_name_of_its_experiment_and_keys() {
    let (experiment, keys) = (
        experiment_file("mixup.toml"),
        keys(&["mixing.alpha=1,2", "epochs=3", "mixing.every=1,2"]),
    );
    let sweep = Sweep {
        experiment: &experiment,
        baseline: None,
        keys: &keys,
        epochs: None,
    };
    assert_eq!(sweep.name(), "mixup-over-alpha-and-every");
    assert_eq!(
        sweep.texts(),
        ["mixing.alpha=1,2", "epochs=3", "mixing.every=1,2"]
    );
}

#[test]
fn a_seed_is_no_setting_of_an_arm() {
    for texts in [&["seed=1,2"][..], &["mixing.alpha=0.1,1", "seed=2"]] {
        let said = refusal(texts);
        assert!(
            said.ends_with("found the seed, which is that of each pair"),
            "{said}"
        );
    }
}
