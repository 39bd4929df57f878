//! Packed sets: `mixup data pack`, and every command that takes one.

use std::fs::{self, File};

use crate::any_images::{experiment, two_classes};
use crate::scratch::Scratch;

/// Images of all shapes in class folders, an experiment for them, and their packed set.
fn pictures() -> Scratch {
    let scratch = Scratch::new();
    two_classes(&scratch, "pictures", 12);
    experiment(
        &scratch,
        "mix.toml",
        "alpha = 1.0",
        "size = 20\nresize = \"crop\"\nsplit = 0.25\n",
    );
    scratch
        .run("data pack pictures --experiment mix.toml --out set.safetensors")
        .succeeded();
    scratch
}

/// The tiny set as a packed one.
fn tiny() -> Scratch {
    let scratch = Scratch::new();
    let packed = scratch
        .run("data pack data --out set.safetensors")
        .succeeded();
    assert!(
        packed
            .stdout
            .contains("50 training and 16 test images, 10 classes\n"),
        "{}",
        packed.stdout
    );
    scratch
}

/// Trains two epochs of an experiment into `run`, and compares it with the run `whole`.
fn trains_alike(scratch: &Scratch, line: &str, run: &str, whole: &str) {
    scratch
        .run(&format!("train {line} --epochs 2 --out {run} --ui none"))
        .succeeded();
    scratch.assert_same_runs(whole, run);
    let [one, other] = [whole, run].map(|run| scratch.json(&format!("{run}/run.json")));
    assert_eq!(one["fingerprint"], other["fingerprint"]);
    assert_eq!(one["normalisation"], other["normalisation"]);
}

#[test]
fn pictures_train_alike_packed_or_not_in_memory_or_on_disk() {
    let scratch = pictures();
    let train = |data: &str, run: &str, whole: &str| {
        trains_alike(&scratch, &format!("mix.toml --data {data}"), run, whole);
    };
    train("pictures", "whole", "whole");
    train("set.safetensors --pixels memory", "loaded", "whole");
    train("set.safetensors --pixels disk", "streamed", "whole");
    train("set.safetensors --verify", "verified", "whole");
    // Batches are composed of Burn's operations.
    train("pictures --kernels burn", "by-burn", "by-burn");
    train(
        "set.safetensors --pixels disk --kernels burn",
        "composed",
        "by-burn",
    );
    let origin = |run: &str| scratch.json(&format!("{run}/run.json"))["fingerprint_origin"].clone();
    assert_eq!(origin("streamed"), "stated");
    assert_eq!(origin("verified"), "hashed");
    assert!(origin("whole").is_null());
    let layout = scratch.json("streamed/run.json")["layout"].clone();
    assert_eq!(layout, "packed set of class folders");
}

/// With random labels, images held out, and partners within the batch.
#[test]
fn other_choices_are_the_same_on_disk() {
    let scratch = tiny();
    let set = "--set validation=10 --set labels.corrupted=0.3 --set mixing.method=cutmix --set mixing.partner=batch \
               --set augmentation.flip=true --set augmentation.crop_padding=4 --set data.draw=balanced \
               --set augmentation.trivial_augment=true";
    scratch
        .run(&format!(
            "train tiny.toml {set} --data data --epochs 2 --out whole --ui none"
        ))
        .succeeded();
    let line = format!("tiny.toml {set} --data set.safetensors --pixels disk");
    trains_alike(&scratch, &line, "streamed", "whole");
}

#[test]
fn a_run_on_disk_resumes_and_is_evaluated_like_any_other() {
    let scratch = tiny();
    scratch
        .run("train tiny.toml --data data --epochs 3 --out whole --ui none")
        .succeeded();
    let disk = "--pixels disk --ui none";
    for line in [
        "train tiny.toml --data set.safetensors --epochs 2 --out part",
        "train --resume part --epochs 3",
    ] {
        scratch.run(&format!("{line} {disk}")).succeeded();
    }
    scratch.assert_same_runs("whole", "part");
    let evaluated = |run: &str, flags: &str| {
        let line = format!("evaluate --weights {run} --json --ui none {flags}");
        scratch.run(&line).succeeded().json()
    };
    let expected = evaluated("whole", "");
    assert_eq!(evaluated("part", "--pixels disk --verify"), expected);
    assert_eq!(
        evaluated("whole", "--data set.safetensors --pixels disk"),
        expected
    );
    let attack = "--attack fgsm --epsilon 2/255 --attack-images 7";
    let disk = format!("--data set.safetensors --pixels disk {attack}");
    assert_eq!(evaluated("whole", attack), evaluated("whole", &disk));
}

#[test]
fn pairs_are_compared_and_reported_from_disk() {
    let scratch = tiny();
    scratch.experiment("more.toml", "alpha = 0.2", "alpha = 0.4");
    for (data, out) in [
        ("data", "both"),
        ("set.safetensors --pixels disk", "packed"),
    ] {
        let line = format!(
            "compare tiny.toml more.toml --data {data} --trials 1 --epochs 1 --out {out} --ui none"
        );
        scratch.run(&line).succeeded();
    }
    for arm in ["tiny", "more"] {
        let run = |out: &str| format!("{out}/{arm}/seed-1");
        scratch.assert_same_runs(&run("both"), &run("packed"));
    }
    scratch.run("report packed").succeeded();
}

#[test]
fn a_packed_set_is_checked_previewed_and_measured() {
    let scratch = tiny();
    let described = |data: &str| {
        let line = format!("data check {data} --json");
        scratch.run(&line).succeeded().json()
    };
    let (packed, unpacked) = (described("set.safetensors"), described("data"));
    for key in ["fingerprint", "classes", "mean", "std", "shape"] {
        assert_eq!(packed[key], unpacked[key], "{key}");
    }
    for (data, out) in [("data", "a.png"), ("set.safetensors", "b.png")] {
        let line = format!("data preview --data {data} --out {out}");
        scratch.run(&line).succeeded();
    }
    assert!(scratch.read("a.png") == scratch.read("b.png"));
    let bench = "bench tiny.toml --data set.safetensors --pixels disk --windows 1 --json";
    scratch.run(bench).succeeded();
    scratch.run(&format!("{bench} --forward")).succeeded();
}

#[test]
fn an_archive_of_pictures_is_packed_like_its_folder() {
    let scratch = pictures();
    let mut files = vec![];
    for class in ["left", "right"] {
        for name in scratch.names(&format!("pictures/{class}")) {
            let place = format!("pictures/{class}/{name}");
            files.push((place.clone(), scratch.read(&place)));
        }
    }
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (&name[..], &bytes[..]))
        .collect();
    scratch.write("pictures.zip", crate::handmade::zip(&files));
    let packed = scratch
        .run("data pack pictures.zip --experiment mix.toml --out zipped.safetensors --json")
        .succeeded()
        .json();
    let folder = scratch.run("data check set.safetensors --json").succeeded();
    assert_eq!(packed["fingerprint"], folder.json()["fingerprint"]);
    assert_eq!(packed["layout"], "class folders in an archive");
}

#[test]
fn built_in_images_are_packed_by_their_name() {
    let scratch = Scratch::new();
    let packed = scratch
        .run("data pack synthetic --out shapes.safetensors --json")
        .succeeded()
        .json();
    let known = scratch.run("data check synthetic --json").succeeded();
    assert_eq!(packed["fingerprint"], known.json()["fingerprint"]);
    let size = fs::metadata(scratch.path("shapes.safetensors"))
        .unwrap()
        .len();
    assert_eq!(packed["bytes"], size);
}

#[test]
fn what_cannot_be_packed_leaves_no_file() {
    let scratch = pictures();
    scratch.write("pictures/left/broken.png", "no picture");
    let line = "data pack pictures --split 0.25 --out new.safetensors";
    scratch.refused_for(line, &["broken.png"]);
    fs::remove_file(scratch.path("pictures/left/broken.png")).unwrap();
    scratch.refused_for("data pack pictures --out new.safetensors", &["--split 0.2"]);
    scratch.refused_for("data pack nothing --out new.safetensors", &["no such file"]);
    scratch.refused_for(
        "data pack pictures --split 0.25 --out a/b.safetensors",
        &["a: "],
    );
    scratch.refused_for(
        "data pack set.safetensors --out new.safetensors",
        &[
            "expected a set that is not packed yet",
            "--data set.safetensors",
        ],
    );
}

#[test]
fn a_set_or_a_picture_replaces_no_other_file() {
    let scratch = pictures();
    scratch.write("mine.toml", "an experiment");
    scratch.write("weights.safetensors", "weights");
    scratch.write("run/run.json", "{}");
    for (line, found) in [
        (
            "pack pictures --split 0.25 --out mine.toml",
            "a file that is no .safetensors",
        ),
        (
            "pack pictures --split 0.25 --out weights.safetensors",
            "a safetensors file that is no packed set",
        ),
        (
            "pack pictures --split 0.25 --out run/model.safetensors",
            "a place in a run folder",
        ),
        (
            "preview --data synthetic --out mine.toml",
            "a file that is no .png",
        ),
        (
            "preview --data synthetic --out run/new.png",
            "a place in a run folder",
        ),
    ] {
        scratch.refused_for(&format!("data {line}"), &["--out", found]);
    }
    for (file, text) in [
        ("mine.toml", "an experiment"),
        ("weights.safetensors", "weights"),
    ] {
        assert_eq!(fs::read_to_string(scratch.path(file)).unwrap(), text);
    }
    // A packed set may be packed again.
    let again = "data pack pictures --size 12 --split 0.25 --out set.safetensors";
    scratch.run(again).succeeded();
}

#[test]
fn images_that_an_experiment_does_not_ask_for_are_refused() {
    let scratch = pictures();
    experiment(
        &scratch,
        "other.toml",
        "alpha = 1.0",
        "size = 24\nsplit = 0.25\n",
    );
    scratch.refused_for(
        "train other.toml --data set.safetensors",
        &[
            "expected images of 3x24x24",
            "found 3x20x20",
            "mixup data pack",
        ],
    );
    experiment(
        &scratch,
        "squashed.toml",
        "alpha = 1.0",
        "size = 20\nsplit = 0.25\n",
    );
    scratch.refused_for(
        "train squashed.toml --data set.safetensors",
        &["found crop"],
    );
    let data = "size = 20\nresize = \"crop\"\nsplit = 0.5\n";
    experiment(&scratch, "halved.toml", "alpha = 1.0", data);
    scratch.refused_for(
        "train halved.toml --data set.safetensors",
        &["found split = 0.25"],
    );
}

#[test]
fn weights_are_refused_as_images() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    scratch.refused_for(
        "train tiny.toml --data run/model.safetensors --out other",
        &["a safetensors file of weights", "--weights"],
    );
    scratch.refused_for(
        "data check run/model.safetensors",
        &["a safetensors file of weights"],
    );
}

#[test]
fn a_changed_pixel_is_found_when_it_is_looked_for() {
    let scratch = tiny();
    let mut bytes = scratch.read("set.safetensors");
    *bytes.last_mut().unwrap() ^= 1;
    scratch.write("set.safetensors", bytes);
    scratch.refused_for(
        "data check set.safetensors",
        &["expected pixels with fingerprint"],
    );
    scratch.refused_for(
        "train tiny.toml --data set.safetensors --verify",
        &["expected pixels with fingerprint", "the file is damaged"],
    );
}

/// A file that is cut short while a run reads it.
#[cfg(unix)]
#[test]
fn a_set_that_is_cut_short_in_training_ends_the_run_which_can_be_resumed() {
    use crate::running::{Running, lines};

    let scratch = Scratch::slow();
    scratch
        .run("data pack data --out set.safetensors")
        .succeeded();
    let whole = scratch.read("set.safetensors");
    let start = "train tiny.toml --data set.safetensors --pixels disk --ui none";
    scratch
        .run(&format!("{start} --epochs 12 --out whole"))
        .succeeded();
    let mut running = Running::start(&scratch, &format!("{start} --epochs 12 --out cut"));
    running.wait_for(|| lines(&scratch, "cut") >= 2);
    let file = File::options()
        .write(true)
        .open(scratch.path("set.safetensors"));
    file.unwrap().set_len(whole.len() as u64 / 4).unwrap();
    let status = running.0.wait().unwrap();
    let said = running.stderr();
    assert_eq!(status.code(), Some(2), "{said}");
    for words in [
        "bytes, as when it was opened, found",
        "resume with: mixup train --resume cut",
    ] {
        assert!(said.contains(words), "{words:?} in {said}");
    }
    scratch.refused_for("train --resume cut --pixels disk", &["as its header says"]);
    scratch.write("set.safetensors", whole);
    scratch
        .run("train --resume cut --pixels disk --ui none")
        .succeeded();
    scratch.assert_same_runs("whole", "cut");
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs root, to mount a small file system"]
fn tool_mount_a_set_that_does_not_fit_on_its_disk_leaves_nothing() {
    let scratch = Scratch::new();
    let _disk = crate::full_disk::Disk::mount(&scratch, "size=64k");
    let said = scratch
        .run("data pack data --out disk/set.safetensors")
        .failed_with(2);
    assert!(said.contains("No space left on device"), "{said}");
    assert_eq!(scratch.names("disk"), [""; 0]);
}

/// `MIXUP_PYTHON` names a Python that has NumPy and safetensors; without it, `python3` is taken.
#[test]
#[ignore = "needs Python with NumPy and safetensors"]
fn tool_safetensors_numpy_opens_a_packed_set_in_one_line_and_writes_one() {
    let scratch = tiny();
    scratch.write("check.py", PYTHON);
    let python = std::env::var_os("MIXUP_PYTHON").unwrap_or("python3".into());
    let mut command = std::process::Command::new(python);
    let ended = command
        .arg("check.py")
        .current_dir(scratch.path(""))
        .output()
        .unwrap();
    assert!(
        ended.status.success(),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    let found = scratch
        .run("data check written.safetensors --json")
        .succeeded();
    let expected = scratch.run("data check data --json").succeeded();
    assert_eq!(found.json()["fingerprint"], expected.json()["fingerprint"]);
}

/// Compares the set with the records of the binary layout, and writes it again without what the program states.
const PYTHON: &str = r#"
import json
import numpy
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

tensors = load_file("set.safetensors")
records = numpy.concatenate([numpy.fromfile(f"data/data_batch_{n}.bin", "uint8") for n in range(1, 6)])
records = records.reshape(-1, 3073)
images, labels = tensors["train_images"], tensors["train_labels"]
assert images.dtype == numpy.uint8 and images.shape == (50, 3, 32, 32), images.shape
assert labels.dtype == numpy.uint16, labels.dtype
assert (labels == records[:, 0]).all()
assert (images.reshape(-1, 3072) == records[:, 1:]).all()
metadata = safe_open("set.safetensors", "numpy").metadata()
assert len(json.loads(metadata["classes"])) == 10
mean = [float(value) for value in metadata["mean"].split()]
assert numpy.allclose(mean, (images / 255).mean((0, 2, 3)), atol=1e-12), mean
std = [float(value) for value in metadata["std"].split()]
assert numpy.allclose(std, (images / 255).std((0, 2, 3)), atol=1e-9), std
save_file(tensors, "written.safetensors", metadata={"classes": metadata["classes"]})
"#;
