//! Short names, colours and shapes of arms.

use super::*;

#[test]
fn letters_go_on_after_z() {
    assert_eq!(letter(0), "A");
    assert_eq!(letter(27), "B1");
}

fn keys(names: &[&str]) -> Vec<Key> {
    let size = crate::example::Size {
        arms: names.len(),
        runs: 1,
        epochs: 1,
        classes: 2,
    };
    let mut arms = crate::example::report(size).arms;
    for (arm, name) in arms.iter_mut().zip(names) {
        arm.name = (*name).to_owned();
    }
    Key::for_arms(&arms)
}

#[test]
fn short_names_stand_in_charts() {
    let keys = keys(&["mixup", "baseline"]);
    assert_eq!(keys[0].short, "mixup");
    assert!(letters(&keys).into_string().is_empty());
}

#[test]
fn one_long_name_gives_all_arms_letters() {
    let keys = keys(&["mixup-alpha-0.2", "baseline"]);
    let short: Vec<&str> = keys.iter().map(|key| key.short.as_str()).collect();
    assert_eq!(short, ["A", "B"]);
    assert!(letters(&keys).into_string().contains("<b>A</b>"));
}

#[test]
fn the_baseline_has_the_same_shape_in_every_report() {
    for count in 1..6 {
        let names = vec!["arm"; count];
        assert_eq!(keys(&names).last().unwrap().slot, 0, "{count} arms");
    }
}

#[test]
fn an_unknown_name_has_the_key_of_the_baseline() {
    let keys = keys(&["mixup", "baseline"]);
    assert_eq!(Key::named(&keys, "other").unwrap().name, "baseline");
}
