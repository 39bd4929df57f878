//! Arguments in a form that another command has: a tip with the right one.

use std::path::Path;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::experiment::published;

use crate::commands::setting_flags::right_set;

/// The error of a command line of these `words`, without the program's name. If an experiment or data was given in a
/// form that the command does not take, a tip says the one that it takes. So does a flag for what `--set` sets.
pub fn with_right_form(mut error: Error, words: &[String]) -> Error {
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else {
        return error;
    };
    let tip = right_form(words, argument).map(str::to_owned);
    if let Some(tip) = tip.or_else(|| right_set(words, argument)) {
        let tips = ContextValue::StyledStrs(vec![tip.into()]);
        error.insert(ContextKind::Suggested, tips);
        // A flag that is only spelt alike would contradict the tip, and the usage names it.
        if error.remove(ContextKind::SuggestedArg).is_some() {
            error.remove(ContextKind::Usage);
        }
    }
    error
}

/// The right form of an argument that the command does not know.
fn right_form(words: &[String], argument: &str) -> Option<&'static str> {
    let is_name = || published::find(Path::new(argument)).is_some();
    let is_experiment = argument == "--experiment" || argument.ends_with(".toml") || is_name();
    let is_flag = argument.starts_with('-');
    let before: Vec<&String> = words.iter().take_while(|word| *word != argument).collect();
    // Whether a space cut the argument off a change: `KEY VALUE`, or `KEY=VALUE, VALUE`.
    let is_cut_off = match before.as_slice() {
        [.., flag, change] if *flag == "--set" => change.ends_with(',') || !change.contains('='),
        _ => false,
    };
    let is_after_dry_run = before.last().is_some_and(|word| *word == "--dry-run");
    let mut words = words.iter().map(String::as_str);
    Some(match (words.next()?, words.next()) {
        ("train", _) if argument == "--experiment" => {
            "the experiment stands without a flag: mixup train EXPERIMENT"
        }
        ("bench", _) if argument == "--experiment" => {
            "the experiment stands without a flag: mixup bench EXPERIMENT"
        }
        ("compare", _) if argument == "--experiment" => {
            "all experiments stand without a flag: mixup compare EXPERIMENT BASELINE"
        }
        ("sweep", _) if argument == "--experiment" => {
            "the experiment stands without a flag: mixup sweep EXPERIMENT"
        }
        ("export", _) if argument == "--weights" => {
            "the weights stand without a flag: mixup export RUN --onnx FILE"
        }
        ("evaluate" | "predict", _) if argument == "--experiment" => {
            "no experiment is needed: the weights file says what its network takes"
        }
        ("data", Some("check")) if is_experiment && !is_flag => {
            "an experiment has a flag here: mixup data check DATA --experiment FILE"
        }
        ("data", Some("preview")) if is_experiment && !is_flag => {
            "an experiment has a flag here: mixup data preview --data DATA --experiment FILE"
        }
        ("data", Some("check")) if argument == "--data" => {
            "the data stands without a flag: mixup data check DATA"
        }
        ("data", Some("preview")) if !is_flag => {
            "data has a flag here: mixup data preview --data DATA"
        }
        _ if is_after_dry_run => "the seconds follow a sign: --dry-run=SECONDS",
        _ if is_cut_off => "a change has no spaces: --set KEY=VALUE",
        ("evaluate", _) if !is_flag && !is_experiment => {
            "weights have a flag: --weights RUN, and data has one: --data DATA"
        }
        ("train" | "sweep" | "bench", _) if !is_flag && !is_experiment => {
            "data has a flag: --data DATA"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::commands::arguments::Cli;

    /// What the user reads about a wrong command line.
    fn said(line: &str) -> String {
        let words: Vec<String> = line.split_whitespace().map(String::from).collect();
        let all = std::iter::once("mixup").chain(words.iter().map(String::as_str));
        let error = Cli::try_parse_from(all).expect_err("a wrong command line");
        with_right_form(error, &words).render().to_string()
    }

    #[test]
    fn every_command_says_how_it_takes_an_experiment() {
        for (line, tip) in [
            ("train --experiment e.toml", "mixup train EXPERIMENT"),
            ("bench --experiment=e.toml", "mixup bench EXPERIMENT"),
            (
                "compare a.toml --experiment b.toml",
                "mixup compare EXPERIMENT BASELINE",
            ),
            (
                "evaluate --weights w --experiment e.toml",
                "no experiment is needed",
            ),
            (
                "predict a.png --weights w --experiment e.toml",
                "no experiment is needed",
            ),
            (
                "export --weights w --onnx a.onnx",
                "mixup export RUN --onnx FILE",
            ),
            (
                "data check pictures e.toml",
                "mixup data check DATA --experiment FILE",
            ),
            (
                "data preview e.toml",
                "mixup data preview --data DATA --experiment FILE",
            ),
            (
                "data check pictures folders",
                "mixup data check DATA --experiment FILE",
            ),
        ] {
            let said = said(line);
            let tips = said.lines().filter(|line| line.contains("tip: "));
            let tips: Vec<&str> = tips.collect();
            assert!(tips.len() == 1 && tips[0].contains(tip), "{line}: {said}");
        }
    }

    #[test]
    fn data_in_the_wrong_form_has_the_right_one_as_a_tip() {
        for (line, tip) in [
            ("train e.toml pictures", "tip: data has a flag: --data DATA"),
            ("sweep e.toml --set a=1,2 pictures", "--data DATA"),
            ("bench e.toml pictures", "--data DATA"),
            ("data check --data pictures", "mixup data check DATA"),
            ("data preview pictures", "mixup data preview --data DATA"),
        ] {
            assert!(said(line).contains(tip), "{line}: {}", said(line));
        }
    }

    #[test]
    fn a_value_that_a_space_cut_off_is_not_taken_for_data() {
        for (line, tip) in [
            (
                "train e.toml --set mixing.alpha=0.1, 0.2",
                "--set KEY=VALUE",
            ),
            ("sweep e.toml --set a=1, 2", "--set KEY=VALUE"),
            ("train e.toml --dry-run 5", "--dry-run=SECONDS"),
            ("evaluate runs/first", "--weights RUN"),
        ] {
            let said = said(line);
            assert!(said.contains(tip), "{line}: {said}");
            assert!(!said.contains("tip: data has"), "{line}: {said}");
        }
    }

    #[test]
    fn a_flag_for_a_setting_has_the_right_one_as_a_tip() {
        for (line, tip) in [
            (
                "train e.toml --lr 0.01",
                "--set optimizer.learning_rate=0.01",
            ),
            (
                "compare a.toml b.toml --batch-size=32",
                "--set batch_size=32",
            ),
            ("sweep e.toml --alpha 1,2", "--set mixing.alpha=1,2"),
        ] {
            assert!(said(line).contains(tip), "{line}: {}", said(line));
        }
    }

    #[test]
    fn other_mistakes_are_told_as_they_were() {
        for line in [
            "train",
            "train e.toml --sead 1",
            "report a --experiment e.toml",
            "fly",
        ] {
            let words: Vec<&str> = std::iter::once("mixup").chain(line.split(' ')).collect();
            let error = Cli::try_parse_from(words).expect_err("a wrong command line");
            assert_eq!(said(line), error.render().to_string());
        }
    }
}
