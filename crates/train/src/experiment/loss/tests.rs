use super::*;

/// The value of a table, or the words of its refusal.
fn parse(text: &str) -> Result<Loss, String> {
    let table = toml::Deserializer::parse(text).unwrap();
    deserialize(table).map_err(|error| error.message().to_owned())
}

fn text(value: &Loss) -> String {
    toml::to_string(&LossTable::from(*value)).unwrap()
}

#[test]
fn a_table_without_a_name_means_the_loss_of_the_article() {
    assert_eq!(parse("epsilon = 1e-6"), Ok(Loss::ARTICLE));
}

#[test]
fn every_loss_survives_its_text() {
    for loss in [Loss::ARTICLE, Loss::BceLogits, Loss::CrossEntropy] {
        assert_eq!(parse(&text(&loss)), Ok(loss));
    }
}

#[test]
fn an_epsilon_is_refused_by_a_loss_without_one() {
    let error = parse("name = \"cross-entropy\"\nepsilon = 1e-6").unwrap_err();
    assert_eq!(
        error,
        "epsilon: expected no such key for cross-entropy, found one"
    );
}

#[test]
fn bce_requires_an_epsilon() {
    let error = parse("").unwrap_err();
    assert_eq!(error, "epsilon: expected a value for bce, found none");
}

#[test]
fn epsilon_is_within_its_range_at_both_ends() {
    for epsilon in [1e-30, 0.1] {
        assert_eq!(check(Loss::Bce { epsilon }), Ok(()));
    }
}

#[test]
fn epsilon_outside_its_range_is_refused() {
    for (epsilon, found) in [(0.0, "0"), (0.2, "0.2"), (f64::NAN, "NaN")] {
        let error = check(Loss::Bce { epsilon }).unwrap_err();
        let expected = SettingError::new("loss.epsilon", "a number from 1e-30 to 0.1", found);
        assert_eq!(error, expected);
    }
}
