//! Sets of many classes, from training to the report.

use image::GrayImage;

use crate::any_images::{experiment, picture};
use crate::scratch::Scratch;

/// More classes than a byte can count.
#[test]
fn three_hundred_classes() {
    let scratch = Scratch::new();
    for class in 0..300_u32 {
        let folder = scratch.path("pictures").join(format!("class {class:03}"));
        std::fs::create_dir_all(&folder).unwrap();
        for number in 0..2 {
            let picture = picture(16, 16, class + number);
            picture.save(folder.join(format!("{number}.png"))).unwrap();
        }
    }
    let data = "size = 16\nchannels = 1\nsplit = 0.5\n";
    experiment(&scratch, "mix.toml", "alpha = 1.0", data);
    experiment(&scratch, "plain.toml", "alpha = 0.0", data);
    scratch
        .run("compare mix.toml plain.toml --data pictures --trials 1 --out pair --ui none --no-pictures")
        .succeeded();
    let predictions = String::from_utf8(scratch.read("pair/mix/seed-1/predictions.csv")).unwrap();
    assert_eq!(predictions.lines().count(), 301);
    assert!(predictions.lines().any(|line| line.contains(",299,")));
    let page = String::from_utf8(scratch.read("pair/report.html")).unwrap();
    assert!(page.contains("Most confused classes"));
    assert!(scratch.path("pair/classes.csv").is_file());
}

/// As many classes as ImageNet has, of which each has two pictures to train on and one for the test.
#[test]
fn a_thousand_classes_are_trained_reported_and_evaluated() {
    let scratch = Scratch::new();
    for class in 0..1000_u32 {
        for (part, count) in [("train", 2), ("test", 1)] {
            let folder = scratch.path(format!("pictures/{part}/c{class:03}"));
            std::fs::create_dir_all(&folder).unwrap();
            for number in 0..count {
                let shade = |x: u32, y: u32| (class * 7 + number * 3 + x * 31 + y * 17) as u8;
                GrayImage::from_fn(8, 8, |x, y| image::Luma([shade(x, y)]))
                    .save(folder.join(format!("{number}.png")))
                    .unwrap();
            }
        }
    }
    experiment(
        &scratch,
        "e.toml",
        "alpha = 1.0",
        "size = 8\nchannels = 1\n",
    );
    let text = String::from_utf8(scratch.read("e.toml")).unwrap();
    let text = text
        .replace(
            "widths = [2, 2]\nhidden = 4",
            "name = \"resnet20\"\nwidths = [1, 1, 1]",
        )
        .replace("batch_size = 8", "batch_size = 100");
    scratch.write("e.toml", text);

    let trained = scratch
        .run("train e.toml --data pictures --epochs 1 --out run --ui plain")
        .succeeded();
    let said = "2000 training and 1000 test images of 8x8 in grey, 1000 classes";
    assert!(trained.stdout.contains(said), "{}", trained.stdout);
    let predictions = String::from_utf8(scratch.read("run/predictions.csv")).unwrap();
    assert_eq!(predictions.lines().count(), 1001);
    let labels = predictions.lines().skip(1).map(|line| {
        let label = line.split(',').nth(1).unwrap();
        label.parse::<usize>().unwrap()
    });
    assert!(labels.eq(0..1000), "every class has its test image");

    let line = "evaluate --weights run/model.safetensors --json";
    let evaluated = scratch.run(line).succeeded().json();
    let recorded = scratch.json("run/evaluation.json");
    assert_eq!(evaluated["images"], 1000);
    assert_eq!(evaluated["accuracy"], recorded["test"]["accuracy"]);
    assert_eq!(evaluated["confusion"], recorded["test"]["confusion"]);

    scratch.run("report run").succeeded();
    let page = String::from_utf8(scratch.read("run/report.html")).unwrap();
    assert!(page.contains("Most confused classes"));
    let classes = String::from_utf8(scratch.read("run/classes.csv")).unwrap();
    assert!(
        classes.lines().count() > 1000,
        "{}",
        classes.lines().count()
    );
    assert!(classes.contains("c999"));
}
