use clap::error::ErrorKind;

use super::*;
use crate::commands::arguments::Command;
use crate::commands::arguments::tests::{command, mistake};
use crate::commands::data::DataCommand;

fn pack(flags: &str) -> PackArgs {
    match command(&format!("data pack pets --out pets.safetensors {flags}")) {
        Command::Data(DataCommand::Pack(args)) => args,
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_is_asked_of_the_images_unasked() {
    assert_eq!(pack("").request().unwrap(), ImageRequest::default());
}

#[test]
fn the_flags_are_the_keys_of_the_table_data() {
    let flags = "--size 48x64 --resize crop --channels 1 --split 0.2 --split-seed 7";
    let expected = ImageRequest {
        size: Some([48, 64]),
        resize: Resize::Crop,
        channels: Some(1),
        split: Some(TestSplit {
            share: 0.2,
            seed: 7,
        }),
        ..ImageRequest::default()
    };
    assert_eq!(pack(flags).request().unwrap(), expected);
    assert_eq!(pack("--size 96").request().unwrap().size, Some([96, 96]));
}

#[test]
fn a_value_outside_its_range_names_its_flag() {
    for (flags, start) in [
        ("--size 0", "--size: expected"),
        ("--split 1.5", "--split: expected"),
        ("--channels 2", "--channels: expected"),
    ] {
        let failure = pack(flags).request().unwrap_err();
        assert!(failure.to_string().starts_with(start), "{failure}");
    }
}

#[test]
fn an_experiment_says_all_of_it() {
    let line = "data pack pets --out a --experiment folders --size 96";
    assert_eq!(mistake(line), ErrorKind::ArgumentConflict);
    for line in ["data pack pets", "data pack pets --out a --split-seed 2"] {
        assert_eq!(mistake(line), ErrorKind::MissingRequiredArgument, "{line}");
    }
}
