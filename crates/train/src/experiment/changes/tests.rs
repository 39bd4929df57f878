use super::*;

const MIXUP: &str = include_str!("../../../../../experiments/mixup.toml");

fn changes(texts: &[&str]) -> Changes {
    Changes::new(texts.iter().map(|text| text.parse().unwrap()).collect()).unwrap()
}

/// The article's experiment with these changes.
fn changed(texts: &[&str]) -> Experiment {
    changes(texts).parse(MIXUP, Path::new("e.toml")).unwrap()
}

fn refusal_of(text: &str, texts: &[&str]) -> String {
    let failure = changes(texts).parse(text, Path::new("e.toml")).unwrap_err();
    failure.to_string()
}

fn refusal(texts: &[&str]) -> String {
    refusal_of(MIXUP, texts)
}

#[test]
fn no_change_is_the_file() {
    let file = Experiment::parse(MIXUP, Path::new("e.toml")).unwrap();
    assert_eq!(changed(&[]), file);
}

#[test]
fn each_change_sets_its_key_and_no_other() {
    let found = changed(&["mixing.alpha=1", "epochs=3", "optimizer.learning_rate=0.01"]);
    let file = Experiment::parse(MIXUP, Path::new("e.toml")).unwrap();
    let expected = file.with(|file| {
        file.mixing.alpha = 1.0;
        file.epochs = 3;
        file.optimizer.learning_rate = 0.01;
    });
    assert_eq!(found, expected.unwrap());
}

#[test]
fn a_table_that_the_file_leaves_out_can_be_set() {
    let found = changed(&[
        "data.size=64",
        "robustness.epsilons=[1, 2]",
        "robustness.images=10",
        "robustness.pgd_steps=2",
    ]);
    assert_eq!(found.data.request().size, Some([64, 64]));
    assert!(found.robustness.is_some());
}

#[test]
fn a_table_can_become_a_word_and_the_reverse() {
    let auto = changed(&["normalisation=auto"]);
    assert_eq!(auto.settings()["normalisation"], "\"auto\"");
    let text = MIXUP.replacen("seed = 1  ", "normalisation = \"auto\"\nseed = 1  ", 1);
    let text = text.replace("[normalisation]", "[left_out]");
    let (start, rest) = text.split_once("[left_out]").unwrap();
    let text = format!("{start}{}", &rest[rest.find("[loss]").unwrap()..]);
    let both = changes(&["normalisation.mean=[0.5]", "normalisation.std=[0.5]"]);
    let found = both.parse(&text, Path::new("e.toml")).unwrap();
    assert_eq!(found.settings()["normalisation.mean"], "[0.5]");
}

#[test]
fn a_key_can_be_left_out() {
    let text = MIXUP.replace("every = 5", "every = 5\nprobability = 0.5");
    let found = changes(&["mixing.every="]).parse(&text, Path::new("e.toml"));
    assert_eq!(found.unwrap().mixing.every, None);
}

#[test]
fn another_network_has_its_published_widths() {
    let found = changed(&["network.name=resnet20"]);
    assert_eq!(found.network.widths, [16, 32, 64]);
    assert_eq!(found.network.hidden, None);
    let narrow = changed(&["network.name=resnet20", "network.widths=[4, 8, 16]"]);
    assert_eq!(narrow.network.widths, [4, 8, 16]);
}

#[test]
fn the_network_of_the_file_keeps_its_widths() {
    let text = MIXUP.replace("[64, 128]", "[8, 16]");
    let found = changes(&["network.name=cnn"]).parse(&text, Path::new("e.toml"));
    assert_eq!(found.unwrap().network.widths, [8, 16]);
}

#[test]
fn another_optimizer_loses_the_keys_of_the_old_one() {
    let found = changed(&[
        "optimizer.name=sgd",
        "optimizer.momentum=0.9",
        "optimizer.nesterov=true",
    ]);
    assert!(!found.settings().contains_key("optimizer.beta_1"));
    assert_eq!(found.optimizer.learning_rate, 0.001);
}

#[test]
fn another_loss_and_another_schedule_lose_foreign_keys() {
    let found = changed(&[
        "loss.name=cross-entropy",
        "schedule.name=cosine",
        "schedule.end_factor=0",
    ]);
    assert!(!found.settings().contains_key("loss.epsilon"));
    assert_eq!(found.settings()["schedule.end_factor"], "0.0");
}

#[test]
fn the_two_ways_to_choose_images_replace_each_other() {
    let found = changed(&["mixing.probability=1"]);
    assert_eq!(
        (found.mixing.every, found.mixing.probability),
        (None, Some(1.0))
    );
    assert!(refusal(&["mixing.probability=1", "mixing.every=2"]).contains("found both"));
}

#[test]
fn a_value_out_of_its_range_names_the_change() {
    let said = refusal(&["epochs=3", "mixing.alpha=-1"]);
    assert!(
        said.starts_with("--set mixing.alpha=-1: expected "),
        "{said}"
    );
    assert!(said.ends_with("found -1"), "{said}");
}

#[test]
fn a_value_of_another_type_names_the_change() {
    let said = refusal(&["mixing.alpha=much"]);
    assert!(said.starts_with("--set mixing.alpha=much: "), "{said}");
    assert!(
        said.contains("expected") && said.contains("\"much\""),
        "{said}"
    );
    let said = refusal(&["batch_size=1.5"]);
    assert!(said.starts_with("--set batch_size=1.5: "), "{said}");
    assert!(said.ends_with("expected a whole number from 0"), "{said}");
    let said = refusal(&["mixing=3"]);
    assert!(said.ends_with("expected a table"), "{said}");
}

#[test]
fn an_unknown_key_names_the_change_and_the_known_keys() {
    for (change, known) in [
        ("mixing.alhpa=1", "`alpha`"),
        ("lr=1", "`epochs`"),
        ("optimizer.lr=1", "`learning_rate`"),
    ] {
        let said = refusal(&["epochs=3", change]);
        assert!(said.starts_with(&format!("--set {change}: ")), "{said}");
        assert!(
            said.contains("unknown key") && said.contains(known),
            "{said}"
        );
    }
}

#[test]
fn a_misspelt_key_cannot_be_left_out() {
    let message = refusal(&["mixing.off_for_lst="]);
    assert!(
        message.starts_with("--set mixing.off_for_lst=: unknown key `off_for_lst`"),
        "{message}"
    );
    // Keys that the file does not have are left out already.
    changed(&["patience=", "data.size=", "robustness.pgd_steps=", "ema="]);
}

#[test]
fn a_new_name_gets_usual_values_for_the_keys_that_the_file_leaves_out() {
    let found = changed(&[
        "optimizer.name=sgd",
        "schedule.name=one-cycle",
        "schedule.warm_up=2",
    ]);
    let found = [
        "optimizer.momentum",
        "optimizer.nesterov",
        "schedule.start_factor",
        "schedule.end_factor",
    ]
    .map(|key| found.settings()[key].clone());
    assert_eq!(found, ["0.9", "false", "0.04", "0.0001"]);
}

#[test]
fn every_usual_value_makes_an_experiment() {
    let changes: Vec<String> = ["adam", "adamw", "sgd"]
        .map(|name| format!("optimizer.name={name}"))
        .into_iter()
        .chain(["bce", "bce-logits", "cross-entropy"].map(|name| format!("loss.name={name}")))
        .chain(["constant", "cosine"].map(|name| format!("schedule.name={name}")))
        .collect();
    for change in changes {
        let found = self::changes(&[&change]).parse(MIXUP, Path::new("e.toml"));
        assert!(found.is_ok(), "{change}: {found:?}");
    }
}

#[test]
fn a_value_that_the_new_name_needs_and_that_has_no_usual_one_is_asked_for() {
    let said = refusal(&["schedule.name=step"]);
    assert!(said.starts_with("--set schedule.name=step: "), "{said}");
    assert!(
        said.contains("milestones: expected a value for step"),
        "{said}"
    );
}

#[test]
fn a_key_of_the_file_that_no_longer_fits_is_named_with_the_changes() {
    let text = MIXUP.replace("off_for_last = 0", "off_for_last = 5");
    let said = refusal_of(&text, &["epochs=3"]);
    assert_eq!(
        said,
        "e.toml with --set epochs=3: mixing.off_for_last: expected fewer than the 3 epochs, found 5"
    );
}

#[test]
fn what_the_file_has_wrong_is_told_as_without_changes() {
    let text = MIXUP.replace("alpha = 0.2", "alhpa = 0.2");
    let own = Experiment::parse(&text, Path::new("e.toml")).unwrap_err();
    assert_eq!(refusal_of(&text, &["epochs=3"]), own.to_string());
    let text = MIXUP.replace("alpha = 0.2", "alpha = 0.2.3");
    let own = Experiment::parse(&text, Path::new("e.toml")).unwrap_err();
    assert_eq!(refusal_of(&text, &["epochs=3"]), own.to_string());
}

#[test]
fn one_key_twice_is_refused() {
    for (one, other) in [("epochs=1", "epochs=2"), ("data.size=1", "data=2")] {
        let both = [one, other].map(|text| text.parse().unwrap());
        let failure = Changes::new(both.into()).unwrap_err();
        assert_eq!(
            failure.to_string(),
            format!("--set {other}: expected each key once, found --set {one} as well")
        );
    }
    assert!(Changes::new(vec!["a.b=1".parse().unwrap(), "a.bc=1".parse().unwrap()]).is_ok());
}

#[test]
fn a_flag_for_the_same_key_is_refused() {
    let failure = changes(&["epochs=3"])
        .check_flag("epochs", "--epochs", Some(5))
        .unwrap_err();
    assert_eq!(
        failure.to_string(),
        "--set epochs=3: expected epochs once, found --epochs 5 as well"
    );
    assert!(
        changes(&["epochs=3"])
            .check_flag("epochs", "--epochs", None::<u32>)
            .is_ok()
    );
    assert!(
        changes(&["seed=3"])
            .check_flag("epochs", "--epochs", Some(5))
            .is_ok()
    );
}

proptest::proptest! {
    /// Whatever is set, there is an error in words, or an experiment that survives its own text.
    #[test]
    fn any_change_is_refused_or_makes_a_whole_experiment(
        key in proptest::sample::select(&[
            "seed", "epochs", "data.size", "network.name", "network.widths", "mixing.every",
            "mixing.probability", "mixing.method", "normalisation", "optimizer.name", "schedule.name",
            "robustness.epsilons", "loss", "mixing", "new.table.key",
        ][..]),
        value in "[-0-9a-z.]{0,6}|\\[[0-9., ]{0,8}\\]|resnet20|auto|sgd|cosine|1e400",
    ) {
        let Ok(change) = format!("{key}={value}").parse() else {
            return Ok(());
        };
        let changes = Changes::new(vec![change]).unwrap();
        match changes.parse(MIXUP, Path::new("e.toml")) {
            Ok(experiment) => {
                let text = experiment.to_toml();
                proptest::prop_assert_eq!(Experiment::parse(&text, Path::new("t.toml")).unwrap(), experiment);
            }
            Err(failure) => proptest::prop_assert!(failure.to_string().contains("--set ")),
        }
    }
}

#[test]
fn a_misspelt_key_has_an_offer() {
    let failure = changes(&["mixing.alhpa=1"])
        .parse(MIXUP, Path::new("e.toml"))
        .unwrap_err();
    let hint = failure.hint();
    assert!(hint.starts_with("did you mean alpha? "), "{hint}");
}
