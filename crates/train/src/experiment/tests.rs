use mixup_data::{Augmentation, Normalisation};
use mixup_model::{NetworkConfig, Precision};

use super::*;
use crate::learn::loss::Loss;
use crate::learn::optimizer::{DecayScope, Moments, Optimizer, Rule};
use crate::learn::schedule::Schedule;
use mixup_data::{LambdaPer, Partner, Targets};

const MIXUP: &str = include_str!("../../../../experiments/mixup.toml");
const BASELINE: &str = include_str!("../../../../experiments/baseline.toml");

fn parse(text: &str) -> Result<Experiment, String> {
    Experiment::parse(text, Path::new("e.toml")).map_err(|failure| failure.to_string())
}

#[test]
fn the_mixup_file_matches_the_recipe_of_the_article() {
    let experiment = parse(MIXUP).unwrap();
    assert_eq!(
        experiment,
        Experiment::try_from(ExperimentFile {
            seed: 1,
            epochs: 30,
            batch_size: 128,
            accumulate: 1,
            validation: 0,
            patience: None,
            precision: Precision::F32,
            data: DataTable::default(),
            network: NetworkConfig::article().into(),
            augmentation: Augmentation::default(),
            labels: Labels::default(),
            corruptions: None,
            cloud_augmentation: mixup_data::CloudAugmentation::default(),
            mixing: MixingTable {
                assignment: None,
                method: Methods::One(MethodName::Mixup),
                method_weights: vec![],
                method_per: None,
                regmixup: None,
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
            normalisation: PixelNormalisation::By(Normalisation::cifar10()),
            loss: Loss::ARTICLE.into(),
            optimizer: Optimizer {
                learning_rate: 1e-3,
                rule: Rule::Adam(Moments {
                    beta_1: 0.9,
                    beta_2: 0.999,
                    epsilon: 1e-8,
                }),
                weight_decay: 0.0,
                decayed: DecayScope::All,
                body_learning_rate: 1.0,
                clip_norm: None,
            },
            schedule: Schedule::default(),
            ema: None,
            robustness: None,
        })
        .unwrap()
    );
}

#[test]
fn the_two_arms_differ_only_in_alpha() {
    let mixup = parse(MIXUP).unwrap();
    let baseline = parse(BASELINE).unwrap();
    assert_eq!(mixup.difference(&baseline).as_deref(), Some("mixing.alpha"));
    assert_eq!(mixup.baseline().unwrap(), baseline);
}

#[test]
fn an_experiment_survives_its_own_text() {
    let experiment = parse(MIXUP).unwrap();
    assert_eq!(parse(&experiment.to_toml()).unwrap(), experiment);
    let experiment = experiment.with(|file| {
        file.mixing.every = None;
        file.mixing.probability = Some(0.25);
    });
    let experiment = experiment.unwrap();
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
        message.contains("precision: unknown value `f16`, expected `f32` or `bf16`"),
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
    assert!(missing.contains("missing key `epochs`"), "{missing}");
}

/// It could be read, but not be written into the run folder.
#[test]
fn a_number_that_toml_cannot_hold_is_refused_with_its_line() {
    for (from, to) in [
        ("every = 5", "every = 18446744073709551612"),
        ("batch_size = 128", "batch_size = 9223372036854775808"),
    ] {
        assert!(MIXUP.contains(from), "{from}");
        let line = 1 + MIXUP[..MIXUP.find(from).unwrap()].matches('\n').count();
        let refused = parse(&MIXUP.replace(from, to)).unwrap_err();
        assert!(
            refused.starts_with(&format!("e.toml:{line}: ")),
            "{refused}"
        );
    }
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
            "epochs: invalid type: number `1.5`, expected a whole number from 0",
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

#[test]
fn a_changed_experiment_is_checked_again() {
    let experiment = parse(MIXUP).unwrap();
    let refused = experiment.with(|file| file.epochs = 0).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "epochs: expected a whole number from 1 to 100000, found 0"
    );
    assert!(refused.hint().contains("command line"));
}

#[test]
fn a_changed_experiment_has_the_policy_of_its_settings() {
    let experiment = parse(MIXUP).unwrap();
    let smaller = experiment.with(|file| file.batch_size = 7).unwrap();
    assert_eq!(smaller.policy().batch_size, 7);
    assert_eq!(experiment.policy().batch_size, 128);
}

#[test]
fn another_seed_changes_nothing_else() {
    let experiment = parse(MIXUP).unwrap();
    let other = experiment.with_seed(9);
    assert_eq!(experiment.difference(&other).as_deref(), Some("seed"));
    assert_eq!(other.policy(), experiment.policy());
}

/// The settings error of the article's experiment after `change`.
fn refused(change: impl FnOnce(&mut ExperimentFile)) -> SettingError {
    let mut file = ExperimentFile::clone(&parse(MIXUP).unwrap());
    change(&mut file);
    Experiment::try_from(file).unwrap_err()
}

#[test]
fn whole_numbers_are_refused_beyond_both_ends() {
    let whole = |key: &str, most: &str, found: &str| {
        SettingError::new(key, format!("a whole number from 1 to {most}"), found)
    };
    let epochs = refused(|file| file.epochs = 100_001);
    assert_eq!(epochs, whole("epochs", "100000", "100001"));
    let batch = refused(|file| file.batch_size = 0);
    assert_eq!(batch, whole("batch_size", "1000000", "0"));
}

#[test]
fn the_means_of_pixels_are_shares() {
    let error = refused(|file| constants(file).mean[1] = 1.5);
    let expected = SettingError::new("normalisation.mean", "a number from 0 to 1", "1.5");
    assert_eq!(error, expected);
}

#[test]
fn the_deviations_of_pixels_are_above_zero() {
    let error = refused(|file| constants(file).std[2] = 0.0);
    assert_eq!(error.key, "normalisation.std");
}

#[test]
fn label_settings_are_shares() {
    let smoothing = refused(|file| file.labels.smoothing = -0.1);
    assert_eq!(smoothing.key, "labels.smoothing");
    let corrupted = refused(|file| file.labels.corrupted = 1.1);
    assert_eq!(corrupted.key, "labels.corrupted");
}

#[test]
fn a_network_of_the_wrong_width_is_refused_by_its_key() {
    let error = refused(|file| file.network.config.widths = vec![8]);
    let expected = SettingError::new("network.widths", "2 numbers for cnn", "1");
    assert_eq!(error, expected);
}

#[test]
fn strengths_of_attacks_ascend() {
    let error = refused(|file| {
        file.robustness = Some(RobustnessTable {
            epsilons: vec![2.0, 1.0],
            images: 10,
            pgd_steps: 10,
        });
    });
    assert_eq!(error.key, "robustness.epsilons");
    assert_eq!(error.found, "[2.0, 1.0]");
}

fn constants(file: &mut ExperimentFile) -> &mut Normalisation {
    match &mut file.normalisation {
        PixelNormalisation::By(constants) => constants,
        PixelNormalisation::Auto => panic!("constants"),
    }
}

#[test]
fn pixels_can_be_normalised_by_the_constants_of_the_images() {
    let experiment = parse(MIXUP).unwrap();
    let auto = experiment
        .with(|file| file.normalisation = PixelNormalisation::Auto)
        .unwrap();
    let text = auto.to_toml();
    assert!(text.contains("normalisation = \"auto\""), "{text}");
    assert_eq!(parse(&text).unwrap(), auto);
    let own = Normalisation::identity(1);
    assert_eq!(auto.normalisation.constants(&own), &own);
    assert_eq!(
        experiment.normalisation.constants(&own),
        &Normalisation::cifar10()
    );
}

#[test]
fn another_word_for_the_normalisation_is_refused() {
    let start = MIXUP.find("[normalisation]").unwrap();
    let end = MIXUP.find("[loss]").unwrap();
    let table = &MIXUP[start..end];
    let text = MIXUP.replacen(table, "", 1);
    let wrong = format!("normalisation = \"none\"\n{text}");
    let message = parse(&wrong).unwrap_err();
    let expected =
        "e.toml:1: normalisation: expected \"auto\", or a table with mean and std, found \"none\"";
    assert!(message.starts_with(expected), "{message}");
    let missing = parse(&MIXUP.replacen("std = [0.2470, 0.2435, 0.2616]", "", 1)).unwrap_err();
    assert!(missing.contains("missing key `std`"), "{missing}");
}

#[test]
fn there_are_as_many_means_as_deviations() {
    let error = refused(|file| {
        constants(file).std.pop();
    });
    assert_eq!(error.key, "normalisation.std");
}
