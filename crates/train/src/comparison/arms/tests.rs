use super::*;
use crate::comparison::example::experiment_file;

fn read(files: &[&str], changes: &[&str]) -> Result<Vec<Arm>, Failure> {
    let files: Vec<PathBuf> = files.iter().map(|name| experiment_file(name)).collect();
    let changes = changes.iter().map(|text| text.parse().unwrap());
    read_arms(&files, &changes.collect::<Vec<_>>(), None, SetForm::PerArm)
}

const PAIR: &[&str] = &["mixup.toml", "baseline.toml"];

fn alphas(changes: &[&str]) -> Vec<f64> {
    let arms = read(PAIR, changes).unwrap();
    arms.iter().map(|(_, arm)| arm.mixing.alpha).collect()
}

#[test]
fn a_change_is_for_all_arms() {
    let arms = read(PAIR, &["batch_size=32"]).unwrap();
    let sizes: Vec<usize> = arms.iter().map(|(_, arm)| arm.batch_size).collect();
    assert_eq!(sizes, [32, 32]);
}

#[test]
fn a_change_with_an_arm_is_for_that_arm() {
    assert_eq!(alphas(&["mixup:mixing.alpha=1"]), [1.0, 0.0]);
}

#[test]
fn an_arm_can_have_another_value_than_the_others() {
    let arms = read(PAIR, &["batch_size=32", "baseline:batch_size=16"]).unwrap();
    let sizes: Vec<usize> = arms.iter().map(|(_, arm)| arm.batch_size).collect();
    assert_eq!(sizes, [32, 16]);
}

#[test]
fn a_change_of_all_arms_may_not_end_their_difference() {
    let failure = read(PAIR, &["epochs=3", "mixing.alpha=1"]).unwrap_err();
    assert_eq!(
        failure.to_string(),
        "--set mixing.alpha=1: expected a setting in which the arms do not differ, found mixing.alpha = 0.2 in mixup, 0.0 in baseline"
    );
    assert_eq!(
        failure.hint(),
        "say which arm it is for, such as --set mixup:mixing.alpha=1"
    );
}

/// The other changes of the same table do not matter.
#[test]
fn a_change_of_all_arms_may_touch_the_table_of_their_difference() {
    let arms = read(PAIR, &["mixing.every=2"]).unwrap();
    assert!(arms.iter().all(|(_, arm)| arm.mixing.every == Some(2)));
}

#[test]
fn an_arms_change_of_another_key_does_not_hide_a_lost_difference() {
    let failure = read(PAIR, &["mixing.alpha=1", "mixup:mixing.lambda=batch"]).unwrap_err();
    let said = failure.to_string();
    assert!(
        said.starts_with("--set mixing.alpha=1: expected a setting"),
        "{said}"
    );
}

#[test]
fn both_runs_of_a_pair_have_its_seed() {
    let failure = read(PAIR, &["mixup:seed=5"]).unwrap_err();
    let said = failure.to_string();
    assert!(
        said.ends_with("found the seed, which is that of the pair"),
        "{said}"
    );
    assert_eq!(read(PAIR, &["seed=5"]).unwrap().len(), 2);
}

#[test]
fn a_difference_may_be_ended_by_name() {
    assert_eq!(alphas(&["mixup:mixing.alpha=0"]), [0.0, 0.0]);
}

#[test]
fn another_network_may_not_end_a_difference_of_widths() {
    let files = ["mixup.toml", "demo.toml"];
    let failure = read(&files, &["network.name=resnet20"]).unwrap_err();
    let said = failure.to_string();
    assert!(
        said.contains("--set network.name=resnet20: expected a setting"),
        "{said}"
    );
}

#[test]
fn a_folder_in_place_of_an_experiment_may_be_data() {
    let failure = read(&["mixup.toml", "baseline.toml", "dose"], &[]).unwrap_err();
    assert!(
        failure.hint().starts_with("data has a flag: --data DATA"),
        "{}",
        failure.hint()
    );
}

#[test]
fn an_unknown_arm_is_refused_with_the_known_ones() {
    let failure = read(PAIR, &["mixpu:epochs=3"]).unwrap_err();
    assert_eq!(
        failure.to_string(),
        "--set mixpu:epochs=3: expected one of mixup, baseline, found mixpu"
    );
}

#[test]
fn a_refused_value_is_shown_with_its_arm() {
    let failure = read(PAIR, &["mixup:mixing.alpha=-1"]).unwrap_err();
    let said = failure.to_string();
    assert!(
        said.starts_with("--set mixup:mixing.alpha=-1: expected"),
        "{said}"
    );
}

#[test]
fn epochs_are_said_once() {
    let files: Vec<PathBuf> = PAIR.iter().map(|name| experiment_file(name)).collect();
    let change: ArmChange = "epochs=3".parse().unwrap();
    let failure = read_arms(&files, &[change], Some(5), SetForm::PerArm).unwrap_err();
    assert!(failure.to_string().contains("found --epochs 5 as well"));
    let arms = read_arms(&files, &[], Some(5), SetForm::PerArm).unwrap();
    assert!(arms.iter().all(|(_, arm)| arm.epochs == 5));
}

#[test]
fn a_colon_in_a_value_names_no_arm() {
    let change: ArmChange = "network.name=\"a:b\"".parse().unwrap();
    assert_eq!(change.arm, None);
}
