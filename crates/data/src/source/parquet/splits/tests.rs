use super::*;
use crate::TableRequest;

fn request(train: Option<&str>, test: Option<&str>) -> ImageRequest {
    ImageRequest {
        table: TableRequest {
            split_train: train.map(str::to_owned),
            split_test: test.map(str::to_owned),
            ..TableRequest::default()
        },
        ..ImageRequest::default()
    }
}

fn chosen(
    names: &[&str],
    config: Option<&str>,
    request: &ImageRequest,
) -> Result<Splits<usize>, (String, String)> {
    let files = names.iter().enumerate();
    let files = files
        .map(|(index, name)| ((*name).to_owned(), index))
        .collect();
    let naming = |name: &str| format!("give {name}");
    choose(Path::new("set"), files, config, request, &naming).map_err(|error| {
        let text = error.to_string();
        let DataError::Format { hint, .. } = error else {
            panic!("{text}");
        };
        (text, hint.unwrap_or_default())
    })
}

const SPLITS: [&str; 4] = [
    "data/train-00001-of-00002.parquet",
    "data/validation-00000-of-00001.parquet",
    "data/train-00000-of-00002.parquet",
    "data/extra-00000-of-00001.parquet",
];

#[test]
fn files_are_read_in_the_order_of_their_names() {
    let splits = chosen(&SPLITS, None, &request(None, None)).unwrap();
    assert_eq!(splits.train.files, [2, 0]);
    assert_eq!(splits.test.unwrap().files, [1]);
    assert_eq!(splits.validation, None);
    assert_eq!(splits.others, ["extra"]);
}

#[test]
fn validation_images_choose_the_epoch_if_there_are_test_images() {
    let all = [&SPLITS[..], &["data/test-00000-of-00001.parquet"]].concat();
    let splits = chosen(&all, None, &request(None, None)).unwrap();
    assert_eq!(splits.validation.as_ref().unwrap().name, "validation");
    let parts: Vec<_> = splits.parts().map(|(part, _)| part).collect();
    assert_eq!(parts, [Part::Train, Part::Validation, Part::Test]);
}

#[test]
fn other_splits_are_taken_if_they_are_named() {
    let splits = chosen(&SPLITS, None, &request(Some("extra"), Some("train"))).unwrap();
    assert_eq!(
        (splits.train.files, splits.test.unwrap().files),
        (vec![3], vec![2, 0])
    );
    let (said, hint) = chosen(&SPLITS, None, &request(Some("trian"), None)).unwrap_err();
    assert_eq!(
        said,
        "set: expected a split trian, found the splits extra, train, validation"
    );
    assert!(hint.contains("--split-train"), "{hint}");
    let (said, _) = chosen(&SPLITS, None, &request(None, Some("train"))).unwrap_err();
    assert!(said.ends_with("found the split train for both"), "{said}");
}

#[test]
fn a_split_without_one_of_its_files_is_refused() {
    let (said, _) = chosen(&SPLITS[1..], None, &request(None, None)).unwrap_err();
    assert_eq!(
        said,
        "set: expected 2 files of the split train, as their names say, found 1: train-00000-of-00002"
    );
    for files in [
        ["train-00000-of-00001", "train-00000-of-00001-ab12"],
        ["train-00000-of-00002", "train-00000-of-00002-ab12"],
        ["train-00000-of-00001", "mnist_train"],
    ] {
        let names = files.map(|name| format!("{name}.parquet"));
        let names = [&names[0], &names[1], "test.parquet"];
        let (said, hint) = chosen(&names, None, &request(None, None)).unwrap_err();
        assert!(said.contains("as their names say, found 2"), "{said}");
        assert!(hint.contains("in two versions"), "{hint}");
    }
}

#[test]
fn a_set_of_one_split_needs_a_share_for_the_test() {
    let (said, hint) = chosen(&["all.parquet"], None, &request(None, None)).unwrap_err();
    assert_eq!(said, "set: expected a split test, found the splits train");
    assert!(hint.starts_with("write split = 0.2"), "{hint}");
    let split = ImageRequest {
        split: Some(crate::TestSplit {
            share: 0.5,
            seed: 1,
        }),
        ..ImageRequest::default()
    };
    let splits = chosen(&["dev-00000-of-00001.parquet"], None, &split).unwrap();
    assert_eq!((splits.train.name.as_str(), splits.test), ("dev", None));
}

#[test]
fn one_of_several_configurations_must_be_named() {
    let names = [
        "a/train.parquet",
        "a/test.parquet",
        "b/train.parquet",
        "b/test.parquet",
    ];
    let (said, hint) = chosen(&names, None, &request(None, None)).unwrap_err();
    assert_eq!(
        said,
        "set: expected one configuration of the set, found several: a, b"
    );
    assert_eq!(hint, "give b");
    let splits = chosen(&names, Some("b"), &request(None, None)).unwrap();
    assert_eq!((splits.config.as_str(), splits.train.files), ("b", vec![2]));
    let (said, _) = chosen(&names, Some("c"), &request(None, None)).unwrap_err();
    assert!(said.contains("a configuration c, found a, b"), "{said}");
}

#[test]
fn a_file_of_another_name_is_no_training_image_next_to_known_splits() {
    let names = ["train.parquet", "test.parquet", "all.parquet"];
    let splits = chosen(&names, None, &request(None, None)).unwrap();
    assert_eq!(
        (splits.train.files, splits.test.unwrap().files),
        (vec![0], vec![1])
    );
    assert_eq!(splits.others, ["all"]);
    let splits = chosen(&names, None, &request(Some("all"), None)).unwrap();
    assert_eq!(splits.train.files, [2]);
    // Another configuration says nothing about it.
    let names = ["a/one.parquet", "a/two.parquet", "b/test.parquet"];
    let share = ImageRequest {
        split: Some(crate::TestSplit {
            share: 0.5,
            seed: 1,
        }),
        ..ImageRequest::default()
    };
    let splits = chosen(&names, Some("a"), &share).unwrap();
    assert_eq!(splits.train.files, [0, 1]);
}

#[test]
fn a_word_for_a_split_may_stand_anywhere_in_a_name() {
    for names in [
        ["mnist_train.parquet", "mnist_test.parquet"],
        ["train.parquet", "Test.parquet"],
        ["my set.Train.parquet", "my set.TESTING.parquet"],
    ] {
        let splits = chosen(&names, None, &request(None, None)).unwrap();
        assert_eq!(
            (splits.train.files, splits.test.unwrap().files),
            (vec![0], vec![1])
        );
    }
    let names = ["val.parquet", "mnist_test.parquet"];
    let (said, hint) = chosen(&names, None, &request(None, None)).unwrap_err();
    assert_eq!(
        said,
        "set: expected a split train, found the splits test, val"
    );
    assert!(hint.contains("such as --split-train val,"), "{hint}");
}

#[test]
fn an_example_names_another_split_than_that_of_training() {
    let names = ["first.parquet", "train.parquet"];
    let (said, hint) = chosen(&names, None, &request(Some("first"), None)).unwrap_err();
    assert!(said.contains("expected a split test"), "{said}");
    assert!(hint.contains("such as --split-test train,"), "{hint}");
}

#[test]
fn files_without_a_folder_are_the_default_configuration() {
    let names = ["train.parquet", "test.parquet"];
    let splits = chosen(&names, Some("default"), &request(None, None)).unwrap();
    assert_eq!(splits.config, "");
    let (said, hint) = chosen(&names, Some("en"), &request(None, None)).unwrap_err();
    assert!(
        said.ends_with("a configuration en, found default"),
        "{said}"
    );
    assert_eq!(hint, "give default");
    let names = ["train.parquet", "en/train.parquet"];
    let (said, hint) = chosen(&names, None, &request(None, None)).unwrap_err();
    assert!(said.ends_with("found several: default, en"), "{said}");
    assert_eq!(hint, "give en");
}
