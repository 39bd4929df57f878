//! Sets in the layouts of SVHN, MNIST and CIFAR-100, in lists and in archives: trained, reported, evaluated and used to
//! predict; and such sets that are wrong.

use crate::data_errors::refused;
use crate::handmade::{gzip, header, tar_gz, zip};
use crate::scratch::{EXPERIMENT, Scratch};

/// An idx file of bytes.
fn idx(dims: &[u32], values: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 0, 8, dims.len() as u8];
    file.extend(dims.iter().flat_map(|side| side.to_be_bytes()));
    file.extend(values);
    file
}

/// Grey images of 28 x 28, of two classes: dark and bright.
fn two_greys(count: usize) -> (Vec<u8>, Vec<u8>) {
    let labels: Vec<u8> = (0..count).map(|index| (index % 2) as u8).collect();
    let images = labels.iter().zip(0_u8..);
    let pixels = images.flat_map(|(label, index)| vec![40 + 150 * label + index % 30; 28 * 28]);
    (pixels.collect(), labels)
}

fn mnist() -> Vec<(String, Vec<u8>)> {
    let mut files = vec![];
    for (part, count) in [("train", 40), ("t10k", 12)] {
        let (pixels, labels) = two_greys(count);
        let images = idx(&[count as u32, 28, 28], &pixels);
        files.push((format!("{part}-images-idx3-ubyte.gz"), gzip(&images)));
        files.push((
            format!("{part}-labels-idx1-ubyte.gz"),
            gzip(&idx(&[count as u32], &labels)),
        ));
    }
    files
}

fn write_folder(scratch: &Scratch, folder: &str, files: &[(String, Vec<u8>)]) {
    for (name, bytes) in files {
        scratch.write(format!("{folder}/{name}"), bytes);
    }
}

/// An experiment that takes images as they are, with this table `data`.
fn experiment(scratch: &Scratch, data: &str) {
    let (start, rest) = EXPERIMENT.split_once("[normalisation]").unwrap();
    let rest = &rest[rest.find("[loss]").unwrap()..];
    let text = format!("normalisation = \"auto\"\n{start}{rest}\n[data]\n{data}");
    scratch.write("e.toml", text.replace("epochs = 6", "epochs = 2"));
}

#[test]
fn grey_digits_go_through_every_command_from_a_folder_and_from_an_archive() {
    let scratch = Scratch::new();
    let files = mnist();
    write_folder(&scratch, "digits", &files);
    let archived: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), &bytes[..]))
        .collect();
    scratch.write("digits.tar.gz", tar_gz(&archived));
    scratch.write("digits.zip", zip(&archived));
    experiment(&scratch, "");
    let photo = image::RgbImage::from_pixel(60, 60, image::Rgb([220, 220, 220]));
    photo.save(scratch.path("photo.png")).unwrap();
    let mut weights = vec![];
    for data in ["digits", "digits.tar.gz", "digits.zip"] {
        let run = format!("run-{data}");
        scratch
            .run(&format!("train e.toml --data {data} --out {run}"))
            .succeeded();
        scratch
            .run(&format!("report {run} --no-pictures"))
            .succeeded();
        let evaluated = scratch
            .run(&format!("evaluate --weights {run} --json"))
            .succeeded();
        assert_eq!(evaluated.json()["images"], 12);
        let predicted = scratch
            .run(&format!("predict photo.png --weights {run} --json"))
            .succeeded();
        let classes = &predicted.json()["images"][0]["classes"];
        assert!(
            ["0", "1"].contains(&classes[0]["class"].as_str().unwrap()),
            "{classes}"
        );
        weights.push(scratch.read(format!("{run}/model.safetensors")));
    }
    assert!(weights.windows(2).all(|pair| pair[0] == pair[1]));
    let checked = scratch
        .run("data check digits.tar.gz --json")
        .succeeded()
        .json();
    assert_eq!(checked["layout"], "idx files in an archive");
    assert_eq!(checked["shape"]["width"], 28);
}

#[test]
fn the_user_names_the_set_of_idx_files() {
    let scratch = Scratch::new();
    let files: Vec<_> = mnist()
        .into_iter()
        .map(|(name, bytes)| (name.replace("-idx", ".idx"), bytes))
        .collect();
    write_folder(&scratch, "clothes", &files);
    experiment(
        &scratch,
        "set = \"fashion-mnist\"\nsize = 32\nresize = \"pad\"\n",
    );
    let checked = scratch
        .run("data check clothes --experiment e.toml --json")
        .succeeded()
        .json();
    assert_eq!(checked["layout"], "Fashion-MNIST, idx files");
    assert_eq!(checked["classes"][9]["name"], "Ankle boot");
    assert_eq!(checked["shape"]["height"], 32);
    scratch
        .run("train e.toml --data clothes --out run")
        .succeeded();
    // The weights remember what was asked.
    scratch
        .run("evaluate --weights run/model.safetensors --data clothes")
        .succeeded();
}

#[test]
fn lists_of_pictures_are_trained_on() {
    let scratch = Scratch::new();
    let mut lists = [String::new(), String::new()];
    for index in 0..16_u8 {
        let class = ["jay", "wren"][usize::from(index % 2)];
        let name = format!("{class} {index}.png");
        let grey = 30 + 100 * (index % 2) + index;
        let photo = image::RgbImage::from_pixel(32, 32, image::Rgb([grey; 3]));
        std::fs::create_dir_all(scratch.path("birds/photos")).unwrap();
        photo
            .save(scratch.path(format!("birds/photos/{name}")))
            .unwrap();
        lists[usize::from(index >= 12)] += &format!("photos/{name}\t{class}\n");
    }
    scratch.write("birds/train.txt", &lists[0]);
    scratch.write("birds/test.txt", &lists[1]);
    scratch
        .run("train tiny.toml --data birds --epochs 1 --out run")
        .succeeded();
    let checked = scratch.run("data check birds --json").succeeded().json();
    assert_eq!(checked["layout"], "lists of pictures");
    assert_eq!(
        (&checked["training_images"], &checked["test_images"]),
        (&12.into(), &4.into())
    );
    assert_eq!(checked["classes"][1]["name"], "wren");
}

#[test]
fn a_key_that_the_set_cannot_answer_is_refused_by_its_name() {
    let scratch = Scratch::new();
    write_folder(&scratch, "digits", &mnist());
    for (data, key) in [("labels = \"coarse\"", "labels"), ("extra = true", "extra")] {
        experiment(&scratch, data);
        scratch.refused_for(
            "train e.toml --data digits --out run",
            &[
                &format!("for data.{key}, found idx files"),
                &format!("leave {key} out of [data]"),
            ],
        );
    }
    experiment(&scratch, "set = \"mnist\"");
    scratch.refused_for(
        "train e.toml --data data --out run",
        &["data: expected idx files for data.set, found CIFAR-10, binary layout"],
    );
    experiment(&scratch, "set = \"imagenet\"");
    scratch.refused_for(
        "train e.toml --data digits --out run",
        &["data.set: unknown value `imagenet`"],
    );
}

/// Each claims far more than it holds, or leads out of its folder.
#[test]
fn hostile_sets_are_refused_in_one_line() {
    let scratch = Scratch::new();
    let digits = |images: Vec<u8>| {
        let mut files = mnist();
        files[0] = ("train-images-idx3-ubyte".into(), images);
        files
    };
    write_folder(&scratch, "overflow", &digits(idx(&[u32::MAX; 3], &[0; 28])));
    refused(
        &scratch,
        "overflow",
        &["expected at most 1073741824 values, found the dimensions"],
    );
    write_folder(
        &scratch,
        "claims",
        &digits(idx(&[1000, 1000, 1000], &[0; 28])),
    );
    refused(
        &scratch,
        "claims",
        &["expected the 1000000000 values that the header says, found 28"],
    );

    // A variable of four gigabytes, of which there are eight bytes.
    let mut matlab = b"MATLAB 5.0 MAT-file".to_vec();
    matlab.resize(124, b' ');
    matlab.extend([0, 1, b'I', b'M', 14, 0, 0, 0, 0xf8, 0xff, 0xff, 0xff]);
    matlab.extend([
        6, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 16, 0, 0, 0,
    ]);
    for side in [32_u32, 32, 3, 1_398_101] {
        matlab.extend(side.to_le_bytes());
    }
    matlab.extend([1, 0, 1, 0, b'X', 0, 0, 0, 2, 0, 0, 0]);
    matlab.extend((32_u32 * 32 * 3 * 1_398_101).to_le_bytes());
    matlab.extend([0; 8]);
    scratch.write("numbers/train_32x32.mat", &matlab);
    scratch.write("numbers/test_32x32.mat", &matlab);
    refused(
        &scratch,
        "numbers",
        &["test_32x32.mat: expected a whole file, found one that ends early"],
    );

    for (folder, train, said) in [
        (
            "out",
            "../data/x.png\ta\n",
            "train.txt: expected a path inside the folder of the list in line 1",
        ),
        (
            "root",
            "/etc/passwd\ta\n",
            "train.txt: expected a path inside the folder of the list in line 1",
        ),
    ] {
        scratch.write(format!("{folder}/train.txt"), train);
        scratch.write(format!("{folder}/test.txt"), train);
        refused(&scratch, folder, &[said]);
    }
    let many: String = (0..70_000)
        .map(|class| format!("x.png\t{class}\n"))
        .collect();
    scratch.write("many/train.txt", &many);
    scratch.write("many/test.txt", "x.png\t1\n");
    scratch.write("many/x.png", "");
    refused(
        &scratch,
        "many",
        &["train.txt: expected 2 to 65536 classes, found 70000"],
    );
}

/// A hundred megabytes of zeros in a few kilobytes.
#[test]
fn an_archive_that_unpacks_to_far_more_than_it_has_is_refused() {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    let scratch = Scratch::new();
    let mut encoder = GzEncoder::new(vec![], Compression::best());
    encoder
        .write_all(&header("pets/train/cat/a.png", 300 << 20))
        .unwrap();
    for _ in 0..300 {
        encoder.write_all(&vec![0; 1 << 20]).unwrap();
    }
    scratch.write("bomb.tar.gz", encoder.finish().unwrap());
    refused(
        &scratch,
        "bomb.tar.gz",
        &["found content of more than 100 times its size"],
    );
}

#[test]
fn known_sets_are_listed_with_their_size_and_terms() {
    let scratch = Scratch::new();
    let listed = scratch.run("data list").succeeded().stdout;
    for words in [
        "cifar10",
        "fashion-mnist",
        "531,131 extra",
        "terms: MIT licence",
        "169 MB",
    ] {
        assert!(listed.contains(words), "{words}: {listed}");
    }
    let sets = scratch.run("data list --json").succeeded().json();
    assert_eq!(sets.as_array().unwrap().len(), 11);
    assert_eq!(sets[0]["shape"]["width"], 32);
    assert!(sets[8]["name"] == "imagenette" && sets[8]["shape"].is_null());
    assert_eq!(sets[2]["name"], "svhn");
    assert_eq!(sets[2]["bytes"], 182_040_794 + 64_275_384);
    assert_eq!(sets[2]["is_here"], false);
}
