use super::*;

/// The value of a table, or the words of its refusal.
fn parse(text: &str) -> Result<Optimizer, String> {
    let table = toml::Deserializer::parse(text).unwrap();
    deserialize(table).map_err(|error| error.message().to_owned())
}

fn text(value: &Optimizer) -> String {
    toml::to_string(&OptimizerTable::from(*value)).unwrap()
}

#[test]
fn a_table_without_a_name_means_adam_and_each_survives_its_text() {
    let adam = "learning_rate = 0.001\nbeta_1 = 0.9\nbeta_2 = 0.999\nepsilon = 1e-8";
    let sgd = "name = \"sgd\"\nlearning_rate = 0.1\nmomentum = 0.9\nnesterov = true\n\
               weight_decay = 1e-4\ndecayed = \"weights\"";
    assert_eq!(parse(adam).unwrap().name(), "Adam");
    for table in [adam, &format!("name = \"adamw\"\n{adam}"), sgd] {
        let optimizer = parse(table).unwrap();
        assert_eq!(check(&optimizer), Ok(()));
        assert_eq!(parse(&text(&optimizer)), Ok(optimizer));
    }
}

#[test]
fn keys_of_another_rule_are_refused_and_missing_ones_named() {
    let sgd = "name = \"sgd\"\nlearning_rate = 0.1";
    for (text, message) in [
        (
            format!("{sgd}\nnesterov = true"),
            "momentum: expected a value for sgd, found none",
        ),
        (
            format!("{sgd}\nbeta_1 = 0.9"),
            "beta_1: expected no such key for sgd, found one",
        ),
        (
            "learning_rate = 0.1".into(),
            "beta_1: expected a value for adam, found none",
        ),
        (
            "learning_rate = 0.1\nmomentum = 0.9".into(),
            "momentum: expected no such key for adam, found one",
        ),
    ] {
        assert_eq!(parse(&text).unwrap_err(), message);
    }
}

fn adam(key: &str, value: f64) -> Result<(), SettingError> {
    let mut optimizer =
        parse("learning_rate = 0.001\nbeta_1 = 0.9\nbeta_2 = 0.999\nepsilon = 1e-8").unwrap();
    let Rule::Adam(moments) = &mut optimizer.rule else {
        panic!("{optimizer:?}");
    };
    match key {
        "learning_rate" => optimizer.learning_rate = value,
        "weight_decay" => optimizer.weight_decay = value,
        "beta_1" => moments.beta_1 = value,
        "beta_2" => moments.beta_2 = value,
        "epsilon" => moments.epsilon = value,
        other => panic!("{other}"),
    }
    check(&optimizer)
}

#[test]
fn values_at_both_ends_of_their_ranges_are_taken() {
    for (key, low, high) in [
        ("learning_rate", 1e-12, 1.0),
        ("weight_decay", 0.0, 1.0),
        ("beta_1", 0.0, 0.999_999),
        ("beta_2", 0.0, 0.999_999),
        ("epsilon", 1e-30, 1.0),
    ] {
        assert_eq!(adam(key, low), Ok(()), "{key}");
        assert_eq!(adam(key, high), Ok(()), "{key}");
    }
}

#[test]
fn values_outside_their_ranges_are_refused_by_key() {
    for (key, value, expected) in [
        ("learning_rate", 0.0, "a number above 0, up to 1"),
        ("learning_rate", 1.5, "a number above 0, up to 1"),
        ("weight_decay", -0.1, "a number from 0 to 1"),
        ("beta_1", 1.0, "a number from 0 to 0.999999"),
        ("beta_2", -0.5, "a number from 0 to 0.999999"),
        ("epsilon", 0.0, "a number from 1e-30 to 1"),
    ] {
        let refused = SettingError::new(format!("optimizer.{key}"), expected, value.to_string());
        assert_eq!(adam(key, value), Err(refused));
    }
}
