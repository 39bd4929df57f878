//! `mixup predict`: pictures of the user's own.

use image::{Rgb, RgbImage};

use crate::run_files::number;
use crate::scratch::Scratch;

/// A trained run, and pictures of two sizes and formats.
fn with_pictures() -> Scratch {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    let picture = |width, height| {
        RgbImage::from_fn(width, height, |x, y| {
            Rgb([(3 * x) as u8, (2 * y) as u8, 90])
        })
    };
    picture(70, 41).save(scratch.path("a b.png")).unwrap();
    picture(32, 32).save(scratch.path("c.jpg")).unwrap();
    scratch
}

#[test]
fn pictures_of_any_size_have_their_likeliest_classes() {
    let scratch = with_pictures();
    let mut command = scratch.command("predict --weights run/model.safetensors --json --top 10");
    command.args(["a b.png", "c.jpg"]);
    let found = Scratch::finish("predict", command).succeeded().json();
    assert_eq!(found["outputs"], "sigmoid");
    let images = found["images"].as_array().unwrap();
    assert_eq!(
        (images[0]["image"].as_str(), images.len()),
        (Some("a b.png"), 2)
    );
    for image in images {
        let classes = image["classes"].as_array().unwrap();
        assert_eq!(classes.len(), 10);
        let shares: Vec<f64> = classes
            .iter()
            .map(|class| number(class, "probability"))
            .collect();
        assert!(
            (shares.iter().sum::<f64>() - 1.0).abs() < 1e-9,
            "{shares:?}"
        );
        assert!(
            shares.windows(2).all(|pair| pair[0] >= pair[1]),
            "{shares:?}"
        );
    }
    let said = scratch
        .run("predict c.jpg --weights run/model.safetensors")
        .succeeded();
    let first = images[1]["classes"][0]["class"].as_str().unwrap();
    assert!(
        said.stdout.starts_with(&format!("c.jpg  {first} ")),
        "{}",
        said.stdout
    );
    assert_eq!(said.stdout.matches('%').count(), 3, "{}", said.stdout);
}

/// A test image as a picture is predicted as the run predicted it.
#[test]
fn a_picture_is_predicted_as_in_the_run() {
    let scratch = Scratch::new();
    scratch.train("run", "");
    let records = scratch.read("data/test_batch.bin");
    let lines = String::from_utf8(scratch.read("run/predictions.csv")).unwrap();
    let names = scratch.json("run/run.json")["classes"].clone();
    for (index, record) in records.chunks(3073).enumerate().take(4) {
        let pixel = |x: u32, y: u32| {
            let at = 1 + (y * 32 + x) as usize;
            Rgb([record[at], record[at + 1024], record[at + 2048]])
        };
        let file = format!("{index}.png");
        RgbImage::from_fn(32, 32, pixel)
            .save(scratch.path(&file))
            .unwrap();
        let found = scratch
            .run(&format!(
                "predict {file} --weights run/model.safetensors --json --top 1"
            ))
            .succeeded()
            .json();
        let line = lines.lines().nth(index + 1).unwrap();
        let predicted: usize = line.split(',').nth(2).unwrap().parse().unwrap();
        assert_eq!(found["images"][0]["classes"][0]["class"], names[predicted]);
    }
}

#[test]
fn a_softmax_network_says_so() {
    let scratch = with_pictures();
    scratch.experiment("tiny.toml", "epsilon = 1e-6", "name = \"cross-entropy\"");
    scratch.train("soft", "--epochs 1");
    let found = scratch
        .run("predict c.jpg --weights soft/model.safetensors --json")
        .succeeded()
        .json();
    assert_eq!(found["outputs"], "softmax");
    assert_eq!(
        found["images"][0]["classes"].as_array().map(Vec::len),
        Some(3)
    );
}

#[test]
fn a_file_that_is_no_picture_is_refused_by_name() {
    let scratch = with_pictures();
    scratch.write("text.png", "not a picture");
    for picture in ["text.png", "missing.png"] {
        let line = format!("predict {picture} --weights run/model.safetensors");
        scratch.refused_for(&line, &[picture]);
    }
    scratch.refused_for(
        "predict c.jpg --weights missing.safetensors",
        &["missing.safetensors"],
    );
    let found = scratch.run("predict --weights run/model.safetensors");
    assert_eq!(found.code, Some(2));
    assert!(found.stderr.contains("IMAGE"), "{}", found.stderr);
}
