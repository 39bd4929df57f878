use super::*;
use crate::learn::optimizer::{Decayed, Moments, Rule};
use mixup_data::{LambdaPer, Partner, Targets};

const MIXUP: &str = include_str!("../../../experiments/mixup.toml");
const BASELINE: &str = include_str!("../../../experiments/baseline.toml");

fn parse(text: &str) -> Result<Experiment, String> {
    Experiment::parse(text, Path::new("e.toml")).map_err(|failure| failure.to_string())
}

#[test]
fn the_mixup_file_is_the_article_s_recipe() {
    let experiment = parse(MIXUP).unwrap();
    assert_eq!(
        experiment,
        Experiment {
            seed: 1,
            epochs: 30,
            batch_size: 128,
            validation: 0,
            precision: Precision::F32,
            network: NetworkConfig::article(),
            augmentation: Augmentation::default(),
            labels: Labels::default(),
            mixing: MixingTable {
                method: MethodName::Mixup,
                alpha: 0.2,
                every: Some(5),
                probability: None,
                lambda: LambdaPer::Image,
                folded: false,
                partner: Partner::Set,
                targets: Targets::Formula,
                off_for_last: 0,
                layers: vec![],
            },
            normalisation: Normalisation::CIFAR10,
            loss: Loss::ARTICLE,
            optimizer: Optimizer {
                learning_rate: 1e-3,
                rule: Rule::Adam(Moments {
                    beta_1: 0.9,
                    beta_2: 0.999,
                    epsilon: 1e-8,
                }),
                weight_decay: 0.0,
                decayed: Decayed::All,
            },
            schedule: Schedule::default(),
            robustness: None,
        }
    );
}

#[test]
fn the_two_arms_differ_only_in_alpha() {
    let mixup = parse(MIXUP).unwrap();
    let baseline = parse(BASELINE).unwrap();
    assert_eq!(mixup.difference(&baseline).as_deref(), Some("mixing.alpha"));
    assert_eq!(mixup.baseline(), baseline);
}

#[test]
fn an_experiment_survives_its_own_text() {
    let mut experiment = parse(MIXUP).unwrap();
    assert_eq!(parse(&experiment.to_toml()).unwrap(), experiment);
    experiment.mixing.every = None;
    experiment.mixing.probability = Some(0.25);
    assert_eq!(parse(&experiment.to_toml()).unwrap(), experiment);
}

#[test]
fn settings_are_all_keys_but_the_seed() {
    let mut settings = parse(MIXUP).unwrap().settings();
    for (key, value) in [
        ("mixing.alpha", "0.2"),
        ("mixing.every", "5"),
        ("network.widths", "[64, 128]"),
        ("validation", "0"),
        ("precision", "\"f32\""),
        ("optimizer.epsilon", "1e-8"),
    ] {
        assert_eq!(settings.remove(key).as_deref(), Some(value), "{key}");
    }
    assert_eq!(settings.len(), 26, "{settings:?}");
    assert!(!settings.contains_key("seed"));
}

#[test]
fn precision_is_f32_unless_the_file_asks_for_bf16() {
    let line = MIXUP.lines().find(|line| line.starts_with("precision"));
    let silent = parse(&MIXUP.replace(line.unwrap(), "")).unwrap();
    assert_eq!(silent, parse(MIXUP).unwrap());
    let half = parse(&MIXUP.replace("precision = \"f32\"", "precision = \"bf16\"")).unwrap();
    assert_eq!(half.precision, Precision::Bf16);
    assert_eq!(half.difference(&silent).as_deref(), Some("precision"));
    assert_eq!(parse(&half.to_toml()).unwrap(), half);
    let other = parse(&MIXUP.replace("precision = \"f32\"", "precision = \"f16\""));
    let message = other.unwrap_err();
    assert!(
        message.contains("precision: unknown variant `f16`, expected `f32` or `bf16`"),
        "{message}"
    );
}

#[test]
fn bad_values_are_refused_by_key_and_range() {
    for (from, to, message) in [
        (
            "alpha = 0.2",
            "alpha = -1.0",
            "e.toml: mixing.alpha: expected 0 (no mixing) or a finite number from 0.001 to 1000000, found -1",
        ),
        (
            "alpha = 0.2",
            "alpha = inf",
            "e.toml: mixing.alpha: expected 0 (no mixing) or a finite number from 0.001 to 1000000, found inf",
        ),
        (
            "batch_size = 128",
            "batch_size = 0",
            "e.toml: batch_size: expected a whole number from 1 to 1000000, found 0",
        ),
        (
            "learning_rate = 0.001",
            "learning_rate = nan",
            "e.toml: optimizer.learning_rate: expected a number above 0, up to 1, found NaN",
        ),
        (
            "every = 5",
            "every = 5\nprobability = 0.5",
            "e.toml: mixing: expected one of the keys every and probability, found both",
        ),
    ] {
        assert!(MIXUP.contains(from), "{from}");
        assert_eq!(parse(&MIXUP.replace(from, to)), Err(message.into()));
    }
}

#[test]
fn misspelt_and_missing_keys_are_named_with_their_line() {
    let misspelt = parse(&MIXUP.replace("alpha = ", "alhpa = ")).unwrap_err();
    let line = 1 + MIXUP[..MIXUP.find("alpha = ").unwrap()]
        .matches('\n')
        .count();
    assert!(
        misspelt.starts_with(&format!("e.toml:{line}: ")),
        "{misspelt}"
    );
    assert!(
        misspelt.contains("`alhpa`") && misspelt.contains("`alpha`"),
        "{misspelt}"
    );
    let missing = parse(&MIXUP.replace("epochs = 30", "")).unwrap_err();
    assert!(missing.contains("missing field `epochs`"), "{missing}");
}

#[test]
fn values_of_another_type_are_refused_by_key() {
    for (from, to, message) in [
        (
            "batch_size = 128",
            "batch_size = -1",
            "batch_size: invalid value: integer `-1`, expected a whole number from 0",
        ),
        (
            "epochs = 30",
            "epochs = 1.5",
            "epochs: invalid type: floating point `1.5`, expected a whole number from 0",
        ),
        (
            "alpha = 0.2",
            "alpha = \"x\"",
            "mixing.alpha: invalid type: string \"x\", expected a number",
        ),
    ] {
        assert!(MIXUP.contains(from), "{from}");
        let found = parse(&MIXUP.replace(from, to)).unwrap_err();
        assert!(found.ends_with(message), "{found}");
    }
}
