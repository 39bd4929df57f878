//! Flags of other programs for what is a key of the experiment here: a tip with the right `--set`.

use std::path::Path;

use mixup_data::quoted;

use crate::experiment::name::experiment_name;

/// What people call a key, without the dashes and with `-` for `_`, and the key.
const NAMES: &[(&[&str], &str)] = &[
    (&["lr", "learning-rate"], "optimizer.learning_rate"),
    (&["weight-decay", "wd"], "optimizer.weight_decay"),
    (&["momentum"], "optimizer.momentum"),
    (&["optimizer", "optim"], "optimizer.name"),
    (&["alpha", "mixup-alpha"], "mixing.alpha"),
    (&["probability", "mixup-prob"], "mixing.probability"),
    (&["every"], "mixing.every"),
    (&["method"], "mixing.method"),
    (&["batch-size", "bs"], "batch_size"),
    (&["network", "model", "arch"], "network.name"),
    (&["widths"], "network.widths"),
    (&["schedule", "scheduler"], "schedule.name"),
    (&["warm-up", "warmup"], "schedule.warm_up"),
    (&["smoothing", "label-smoothing"], "labels.smoothing"),
    (&["loss"], "loss.name"),
    (&["precision"], "precision"),
    (&["validation"], "validation"),
    (&["size", "image-size"], "data.size"),
];

/// The `--set` that says the same as the unknown `argument` in the command line of these `words`. `None` if the
/// command has no `--set` or no key has such a name.
pub(super) fn right_set(words: &[String], argument: &str) -> Option<String> {
    let command = words.first()?.as_str();
    if !["train", "compare", "sweep", "bench"].contains(&command) {
        return None;
    }
    let name = argument
        .strip_prefix("--")?
        .replace('_', "-")
        .to_lowercase();
    let (_, key) = NAMES
        .iter()
        .find(|(names, _)| names.contains(&name.as_str()))?;
    let value = value(words, argument).unwrap_or("VALUE");
    let set = match arm(words).filter(|_| command == "compare" && is_between_arms(key)) {
        Some(arm) => format!("{arm}:{key}={value}"),
        None => format!("{key}={value}"),
    };
    let set = quoted(set);
    Some(format!(
        "a setting of the experiment is changed with: --set {set}"
    ))
}

/// Whether the arms of a comparison usually differ in this key, so that it is set for one of them.
fn is_between_arms(key: &str) -> bool {
    key.starts_with("mixing.")
}

/// The value that the user gave to `argument`.
fn value<'a>(words: &'a [String], argument: &str) -> Option<&'a str> {
    let with_sign = format!("{argument}=");
    let attached = words.iter().find_map(|word| word.strip_prefix(&with_sign));
    attached.or_else(|| {
        let at = words.iter().position(|word| word == argument)?;
        let next = words.get(at + 1).map(String::as_str);
        next.filter(|next| !next.starts_with("--"))
    })
}

/// The name of the first experiment of a comparison, if it stands before all flags.
fn arm(words: &[String]) -> Option<String> {
    let first = words.get(1).filter(|word| !word.starts_with('-'))?;
    Some(experiment_name(Path::new(first)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tip(line: &str, argument: &str) -> Option<String> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let tip = right_set(&words, argument)?;
        let (_, set) = tip.split_once("changed with: ").unwrap();
        Some(set.to_owned())
    }

    #[test]
    fn names_of_other_programs_have_their_key_and_the_value() {
        for (flag, expected) in [
            ("--lr", "--set optimizer.learning_rate=0.5"),
            ("--learning-rate", "--set optimizer.learning_rate=0.5"),
            ("--learning_rate", "--set optimizer.learning_rate=0.5"),
            ("--alpha", "--set mixing.alpha=0.5"),
            ("--batch-size", "--set batch_size=0.5"),
        ] {
            for line in [
                format!("train e.toml {flag} 0.5"),
                format!("train {flag}=0.5 e.toml"),
            ] {
                assert_eq!(tip(&line, flag).as_deref(), Some(expected), "{line}");
            }
        }
    }

    #[test]
    fn a_flag_without_a_value_has_a_placeholder() {
        let expected = Some("--set mixing.alpha=VALUE".to_owned());
        assert_eq!(tip("train e.toml --alpha", "--alpha"), expected);
        assert_eq!(tip("train e.toml --alpha --ui none", "--alpha"), expected);
    }

    /// The arms usually differ in it, so a change of both would be refused.
    #[test]
    fn mixing_is_set_for_the_first_arm_of_a_comparison() {
        let line = "compare experiments/mixup.toml b.toml --alpha 1";
        assert_eq!(
            tip(line, "--alpha").as_deref(),
            Some("--set mixup:mixing.alpha=1")
        );
        let line = "compare a.toml b.toml --lr 1";
        assert_eq!(
            tip(line, "--lr").as_deref(),
            Some("--set optimizer.learning_rate=1")
        );
    }

    #[test]
    fn other_commands_and_other_names_have_no_tip() {
        assert_eq!(tip("evaluate --lr 1", "--lr"), None);
        assert_eq!(tip("train e.toml --color red", "--color"), None);
        assert_eq!(tip("train e.toml extra", "extra"), None);
    }
}
