use std::collections::BTreeSet;

use super::*;
use crate::comparison::example::experiment_file;
use crate::experiment::Experiment;

/// The names of the files below `folder`, which is below `experiments`.
fn names_in(folder: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(experiment_file(folder)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let inside = format!("{folder}{name}");
        if path.is_dir() {
            names.extend(names_in(&format!("{inside}/")));
        } else if let Some(name) = inside.strip_suffix(".toml") {
            names.insert(name.to_owned());
        }
    }
    names
}

#[test]
fn the_program_carries_every_file_of_the_folder() {
    let carried: BTreeSet<String> = PUBLISHED.iter().map(|one| one.name.to_owned()).collect();
    assert_eq!(carried, names_in(""));
    assert_eq!(carried.len(), PUBLISHED.len(), "a name twice");
}

#[test]
fn a_name_means_the_text_of_its_file() {
    for one in PUBLISHED {
        let file = experiment_file(&format!("{}.toml", one.name));
        let by_name = Experiment::read(Path::new(one.name)).unwrap();
        assert_eq!(by_name, Experiment::read(&file).unwrap(), "{}", one.name);
    }
}

#[test]
fn what_is_listed_fits_in_a_line_of_80_columns() {
    let longest = PUBLISHED.iter().map(|one| one.name.len()).max().unwrap();
    for one in PUBLISHED {
        assert!(one.what.len() > 10, "{}", one.name);
        assert!(longest + 2 + one.what.len() <= 80, "{}", one.name);
    }
}

#[test]
fn names_that_are_near_are_offered() {
    for (asked, offered) in [
        ("mixpu", "mixup"),
        ("mixup.toml", "mixup"),
        ("experiments/dose/alpha-1.toml", "dose/alpha-1"),
        ("../experiments/paper.toml", "paper"),
        ("alpha-8", "dose/alpha-8"),
        ("resnet-20", "resnet20"),
        ("Cutmix", "cutmix"),
    ] {
        assert_eq!(nearest(Path::new(asked)).first(), Some(&offered), "{asked}");
    }
}

#[test]
fn an_exact_name_is_offered_alone() {
    assert_eq!(nearest(Path::new("mixup.toml")), ["mixup"]);
}

#[test]
fn without_a_near_name_all_are_listed() {
    let failure = named(Path::new("quicksilver")).err().unwrap();
    assert_eq!(failure.exit_code(), 2);
    for one in PUBLISHED {
        assert!(failure.hint().contains(one.name), "{}", failure.hint());
    }
}

#[test]
fn a_file_that_cannot_be_read_says_why() {
    let error = io::Error::from(io::ErrorKind::PermissionDenied);
    let failure = neither(Path::new("mine.toml"), &error);
    assert_eq!(failure.to_string(), format!("mine.toml: {error}"));
}
