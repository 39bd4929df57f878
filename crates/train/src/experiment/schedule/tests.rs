use super::*;

/// The value of a table, or the words of its refusal.
fn parse(text: &str) -> Result<Schedule, String> {
    let table = toml::Deserializer::parse(text).unwrap();
    deserialize(table).map_err(|error| error.message().to_owned())
}

fn text(value: &Schedule) -> String {
    toml::to_string(&ScheduleTable::from(value.clone())).unwrap()
}

/// One table of each kind, and a warm-up.
const TABLES: [&str; 5] = [
    "",
    "name = \"step\"\nmilestones = [2, 4]\nfactor = 0.1",
    "name = \"cosine\"\nend_factor = 0.0\nwarm_up = 1.0",
    "name = \"one-cycle\"\nwarm_up = 1.5\nstart_factor = 0.04\nend_factor = 4e-6",
    "warm_up = 0.5",
];

#[test]
fn every_schedule_survives_its_text() {
    for table in TABLES {
        let schedule = parse(table).unwrap();
        assert_eq!(parse(&text(&schedule)), Ok(schedule));
    }
}

#[test]
fn every_schedule_of_the_examples_is_within_its_ranges() {
    for table in TABLES {
        assert_eq!(check(&parse(table).unwrap(), 5), Ok(()), "{table}");
    }
}

/// The refusal of a table in a training of five epochs.
fn refused(table: &str) -> SettingError {
    check(&parse(table).unwrap(), 5).unwrap_err()
}

#[test]
fn a_warm_up_is_no_longer_than_the_training() {
    let expected = "a number from 0 to the 5 epochs";
    let error = SettingError::new("schedule.warm_up", expected, "6");
    assert_eq!(refused("warm_up = 6.0"), error);
}

#[test]
fn a_warm_up_of_the_whole_training_is_taken() {
    assert_eq!(check(&parse("warm_up = 5.0").unwrap(), 5), Ok(()));
}

#[test]
fn milestones_ascend() {
    let error = SettingError::new("schedule.milestones", "ascending epochs from 1", "[4, 2]");
    let table = "name = \"step\"\nmilestones = [4, 2]\nfactor = 0.1";
    assert_eq!(refused(table), error);
}

#[test]
fn a_schedule_in_steps_has_a_milestone() {
    let error = refused("name = \"step\"\nmilestones = []\nfactor = 0.1");
    assert_eq!(error.found, "[]");
}

#[test]
fn the_factor_of_a_milestone_is_above_zero() {
    let error = refused("name = \"step\"\nmilestones = [1]\nfactor = 0.0");
    assert_eq!(error.key, "schedule.factor");
}

#[test]
fn a_one_cycle_rises_first() {
    let error = refused("name = \"one-cycle\"\nstart_factor = 0.04\nend_factor = 1e-6");
    assert_eq!(error.expected, "a number above 0 for one-cycle");
}

#[test]
fn the_keys_of_another_schedule_are_refused() {
    assert_eq!(
        parse("name = \"cosine\"\nfactor = 0.1").unwrap_err(),
        "factor: expected no such key for cosine, found one"
    );
}

#[test]
fn a_missing_key_is_named() {
    assert_eq!(
        parse("name = \"cosine\"").unwrap_err(),
        "end_factor: expected a value for cosine, found none"
    );
}
