use super::*;
use crate::learn::schedule::Shape;

/// The experiment of `experiments/NAME.toml` with this number of epochs.
fn experiment(name: &str, epochs: usize) -> Experiment {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments");
    let experiment = Experiment::read(&folder.join(name).with_extension("toml")).unwrap();
    experiment.with(|file| file.epochs = epochs).unwrap()
}

fn refusal(result: Result<(), Failure>) -> (String, String) {
    let failure = result.unwrap_err();
    (failure.to_string(), failure.hint())
}

/// Asks for `asked` epochs of a finished run that has `planned`.
fn lengthen(planned: usize, asked: usize) -> Result<(), Failure> {
    check_longer(Path::new("run"), &experiment("mixup", planned), &[], asked)
}

#[test]
fn the_same_experiment_with_another_seed_and_other_epochs_is_taken() {
    let recorded = experiment("mixup", 6);
    let asked = recorded.with(|file| (file.seed, file.epochs) = (file.seed + 1, 9));
    let asked = asked.unwrap();
    let file = Path::new("same.toml");
    assert!(check_experiment(Path::new("run"), &recorded, file, &asked).is_ok());
}

#[test]
fn another_experiment_is_refused_by_its_first_key() {
    let recorded = experiment("mixup", 6);
    let asked = recorded.with(|file| file.batch_size += 1).unwrap();
    let file = Path::new("other.toml");
    let (message, _) = refusal(check_experiment(Path::new("run"), &recorded, file, &asked));
    assert_eq!(
        message,
        "run: expected a run of other.toml, found one with another batch_size"
    );
}

/// With the run's own six epochs, the warm-up would be out of its range.
#[test]
fn a_setting_that_needs_more_epochs_than_the_run_has_is_named_as_the_difference() {
    let recorded = experiment("mixup", 6);
    let asked = recorded.with(|file| (file.epochs, file.schedule.warm_up) = (30, 10.0));
    let file = Path::new("other.toml");
    let result = check_experiment(Path::new("run"), &recorded, file, &asked.unwrap());
    let expected = "run: expected a run of other.toml, found one with another schedule.warm_up";
    assert_eq!(refusal(result).0, expected);
}

#[test]
fn an_unfinished_run_continues_to_its_planned_end() {
    assert!(check_total(&experiment("mixup", 6), 6).is_ok());
}

#[test]
fn a_constant_schedule_takes_another_total() {
    assert!(check_total(&experiment("mixup", 6), 9).is_ok());
}

#[test]
fn a_finished_run_can_become_longer() {
    assert!(lengthen(6, 7).is_ok());
}

#[test]
fn a_finished_run_has_nothing_left_to_train() {
    let (message, hint) = refusal(lengthen(6, 6));
    assert_eq!(
        message,
        "run: expected an unfinished run, found one that has all its 6 epochs"
    );
    assert_eq!(hint, "for more epochs add --epochs 7");
}

#[test]
fn a_finished_run_of_one_epoch_has_its_only_epoch() {
    let (message, _) = refusal(lengthen(1, 1));
    assert!(message.ends_with("found one whose only epoch is trained"));
}

/// The experiment with a schedule that looks ahead to its end.
fn cosine() -> Experiment {
    let shape = Shape::Cosine { end_factor: 0.0 };
    let experiment = experiment("mixup", 2);
    experiment.with(|file| file.schedule.shape = shape).unwrap()
}

/// A cosine falls to its end at the last epoch, so its shape depends on the total.
#[test]
fn a_cosine_cannot_become_longer() {
    let cosine = cosine();
    let (message, hint) = refusal(check_total(&cosine, 4));
    assert_eq!(
        message,
        "--epochs 4: expected the run's own 2 epochs, because its schedule or mixing looks ahead to the last \
         epoch"
    );
    assert_eq!(hint, "start a new run with --out and --epochs");
}

#[test]
fn a_finished_cosine_is_not_told_to_add_epochs() {
    let cosine = cosine();
    let (_, hint) = refusal(check_longer(Path::new("run"), &cosine, &[], 2));
    assert_eq!(
        hint,
        "for more epochs start a new run with --out and --epochs"
    );
}

#[test]
fn as_many_epochs_as_the_run_has_are_enough() {
    assert!(check_not_fewer(3, 3, 6).is_ok());
}

#[test]
fn fewer_epochs_than_the_run_has_are_refused() {
    let (message, hint) = refusal(check_not_fewer(2, 3, 6));
    assert_eq!(
        message,
        "--epochs 2: expected at least the 3 epochs that the run has"
    );
    assert_eq!(hint, "leave --epochs out to continue to epoch 6");
}

#[test]
fn one_epoch_that_a_run_has_is_singular() {
    let (message, _) = refusal(check_not_fewer(0, 1, 6));
    assert!(message.contains("the 1 epoch that"), "{message}");
}
