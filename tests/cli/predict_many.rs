//! `mixup predict` on folders, into tables, and on pictures of which some cannot be read.

use std::fs;

use image::{Rgb, RgbImage};

use crate::scratch::Scratch;

/// A run on cats and dogs, and a folder of pictures with a subfolder.
fn with_folder() -> Scratch {
    let scratch = Scratch::new();
    scratch.class_folders(&["train/cat", "train/dog", "test/cat", "test/dog"]);
    scratch
        .run("train tiny.toml --data classes --out run --epochs 1 --ui none")
        .succeeded();
    fs::create_dir_all(scratch.path("mine/more")).unwrap();
    for (index, name) in ["b.png", "a.jpg", "more/c.png"].into_iter().enumerate() {
        let level = 80 * index as u8;
        let picture = RgbImage::from_pixel(40, 30, Rgb([level, 90, 10]));
        picture.save(scratch.path("mine").join(name)).unwrap();
    }
    scratch.write("mine/notes.txt", "no picture");
    scratch.write("mine/phone.heic", "not read");
    scratch
}

const PREDICT: &str = "predict mine --weights run/model.safetensors";

/// The pictures in the lines of a table.
fn pictures(table: &str) -> Vec<&str> {
    let rows = table.lines().skip(1);
    rows.map(|row| row.split(',').next().unwrap()).collect()
}

#[test]
fn all_pictures_of_a_folder_are_predicted_in_the_order_of_their_paths() {
    let scratch = with_folder();
    let found = scratch.run(&format!("{PREDICT} --json")).succeeded();
    let images = found.json()["images"].clone();
    let names = images
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["image"].as_str().unwrap());
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["mine/a.jpg", "mine/b.png", "mine/more/c.png"]
    );
    let note = "note: mine: 1 picture of another format (.heic) not read";
    assert!(found.stderr.contains(note), "{}", found.stderr);
}

#[test]
fn a_table_has_a_row_for_each_picture() {
    let scratch = with_folder();
    let printed = scratch.run(&format!("{PREDICT} --csv -")).succeeded();
    // The network knows two classes, and three are asked for by default.
    let header = "picture,class,probability,class_2,probability_2\n";
    assert!(printed.stdout.starts_with(header), "{}", printed.stdout);
    assert_eq!(
        pictures(&printed.stdout),
        ["mine/a.jpg", "mine/b.png", "mine/more/c.png"]
    );
    for row in printed.stdout.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let share = |at: usize| cells[at].parse::<f64>().unwrap();
        assert!((share(2) + share(4) - 1.0).abs() < 1e-5, "{row}");
        assert!(share(2) >= share(4), "{row}");
    }
    let said = scratch
        .run(&format!("{PREDICT} --csv table.csv"))
        .succeeded();
    assert!(
        said.stdout.contains("3 pictures: table.csv"),
        "{}",
        said.stdout
    );
    assert_eq!(scratch.read("table.csv"), printed.stdout.into_bytes());
    let top = scratch
        .run(&format!("{PREDICT} --csv - --top 1"))
        .succeeded();
    assert!(
        top.stdout.starts_with("picture,class,probability\n"),
        "{}",
        top.stdout
    );
}

#[test]
fn a_picture_that_cannot_be_read_is_told_and_the_others_are_predicted() {
    let scratch = with_folder();
    scratch.write("mine/bad.png", "no picture");
    fs::create_dir(scratch.path("empty")).unwrap();
    let line = format!("{PREDICT} missing.png empty");
    let ended = scratch.run(&line);
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    let errors: Vec<&str> = ended
        .stderr
        .lines()
        .filter(|line| line.starts_with("error: "))
        .collect();
    assert_eq!(errors.len(), 4, "{}", ended.stderr);
    for name in ["mine/bad.png", "missing.png", "empty"] {
        let start = format!("error: {name}: ");
        assert!(
            errors.iter().any(|line| line.starts_with(&start)),
            "{}",
            ended.stderr
        );
    }
    assert_eq!(errors[3], "error: 3 of 6 pictures could not be read");
    assert!(ended.stderr.lines().last().unwrap().starts_with("hint: "));
    assert_eq!(ended.stdout.matches("mine/").count(), 3, "{}", ended.stdout);

    let json = scratch.run(&format!("{line} --json"));
    assert_eq!(json.code, Some(2));
    let found = json.json();
    assert_eq!(found["images"].as_array().unwrap().len(), 3);
    assert_eq!(found["failed"].as_array().unwrap().len(), 3);

    let table = scratch.run(&format!("{line} --csv -"));
    assert_eq!(table.code, Some(2));
    assert_eq!(pictures(&table.stdout).len(), 3);
}

#[test]
fn a_table_takes_no_place_of_a_picture_and_needs_a_folder() {
    let scratch = with_folder();
    scratch.refused_for(
        &format!("{PREDICT} --csv mine/b.png"),
        &["--csv: expected a file for the table, found the picture mine/b.png"],
    );
    scratch.refused_for(
        &format!("{PREDICT} --csv none/table.csv"),
        &["--csv none/table.csv: expected a file that can be written, found no folder for it"],
    );
}

#[test]
fn a_folder_without_pictures_is_refused() {
    let scratch = with_folder();
    scratch.refused_for(
        "predict data --weights run/model.safetensors",
        &["data: expected at least one image", "found none"],
    );
}
