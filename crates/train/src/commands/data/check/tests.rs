use mixup_data::PassedOverReason;

use super::*;

fn description() -> Description {
    let class = |name: &str, training, test| ClassCount {
        name: name.into(),
        training,
        validation: None,
        test,
    };
    Description {
        layout: "class folders".into(),
        source: "/data/pets".into(),
        fingerprint: "0123".into(),
        shape: ImageShape::CIFAR10.into(),
        validation_images: None,
        classes: vec![class("cat", 1200, 7), class("guinea pig", 3, 10)],
        training_images: 1203,
        test_images: 17,
        mean: vec![0.5, 0.25, 0.125],
        std: vec![0.0625, 0.5, 1.0],
        passed_over: vec![],
    }
}

#[test]
fn a_data_set_is_described_line_by_line() {
    assert_eq!(
        description().in_words(),
        [
            "source       /data/pets",
            "layout       class folders",
            "images       32x32 (height x width), red, green, blue",
            "fingerprint  0123",
            "mean         [0.5000, 0.2500, 0.1250]  (red, green, blue of the training images in [0, 1])",
            "deviation    [0.0625, 0.5000, 1.0000]",
            "",
            "class       training   test",
            "cat             1200      7",
            "guinea pig         3     10",
            "all             1203     17",
        ]
    );
}

#[test]
fn what_is_not_read_is_described_with_its_reason() {
    let item = |reason, count, example: &str| PassedOver {
        reason,
        count,
        endings: vec![],
        example: example.into(),
    };
    let mut described = description();
    described.passed_over = vec![
        item(PassedOverReason::NoClass, 2, "train/old.png"),
        item(PassedOverReason::NoPicture, 1, "train/cat/a.txt"),
    ];
    assert_eq!(
        described.in_words()[2..4],
        [
            "not read     2 pictures without a class: pictures must lie in the folder of a class, such as train/old.png",
            "             1 other file: no pictures by their names, such as train/cat/a.txt",
        ]
    );
}

#[test]
fn names_of_classes_are_shown_without_control_characters() {
    let mut described = description();
    described.classes[0].name = "c\x1b[31m\nt".into();
    let lines = described.in_words();
    assert_eq!(lines[8], r"c\u001b[31m\nt      1200      7");
    assert!(lines.iter().all(|line| !line.contains(char::is_control)));
}

#[test]
fn the_counts_of_the_classes_add_up() {
    let loaded = DataSource::synthetic(30, 20);
    let found = Description::new(loaded, "0123".into()).unwrap();
    let sum = |count: fn(&ClassCount) -> usize| found.classes.iter().map(count).sum::<usize>();
    assert_eq!(
        (sum(|class| class.training), found.training_images),
        (30, 30)
    );
    assert_eq!((sum(|class| class.test), found.test_images), (20, 20));
}

/// Mean and deviation over every pixel, computed from the bytes.
#[test]
fn the_statistics_are_those_of_the_training_pixels() {
    let loaded = DataSource::synthetic(12, 5);
    let SourceSamples::Memory(train) = &loaded.images.train else {
        panic!("images in a file");
    };
    let mut red = vec![];
    for index in 0..train.len() {
        let pixels = train.image(index);
        red.extend(pixels[..1024].iter().map(|byte| f64::from(*byte) / 255.0));
    }
    let mean = red.iter().sum::<f64>() / red.len() as f64;
    let variance = red.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / red.len() as f64;
    let found = Description::new(loaded, String::new()).unwrap();
    assert!((found.mean[0] - mean).abs() < 1e-9);
    assert!((found.std[0] - variance.sqrt()).abs() < 1e-9);
}

#[test]
fn validation_images_have_a_column_of_their_own() {
    let mut described = description();
    described.shape = SampleShape::Image(ImageShape {
        channels: 1,
        height: 20,
        width: 30,
    });
    described.validation_images = Some(9);
    described.classes[0].validation = Some(5);
    described.classes[1].validation = Some(4);
    let lines = described.in_words();
    assert_eq!(lines[2], "images       20x30 (height x width), grey");
    assert_eq!(
        lines[7..],
        [
            "class       training validation   test",
            "cat             1200          5      7",
            "guinea pig         3          4     10",
            "all             1203          9     17",
        ]
    );
}
