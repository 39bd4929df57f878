//! Sets of the Hugging Face hub, from a server on this machine, and folders of parquet files.

#[path = "../../crates/data/tests/hub/server.rs"]
mod server;
#[path = "../../crates/data/tests/hub/tables.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod tables;

use std::path::{Path, PathBuf};

use crate::ended::Ended;
use crate::scratch::Scratch;
use server::{COMMIT, Server, Set, status};
use tables::{Labels, Table, png};

const TRAIN: &str = "plain/train-00000-of-00001.parquet";
const TEST: &str = "plain/test-00000-of-00001.parquet";

/// Pictures in CIFAR-10's shape: red ones are cats, green ones are dogs.
fn table(count: u8) -> Table {
    let labels: Vec<i64> = (0..i64::from(count)).map(|index| index % 2).collect();
    let pictures = (0..count).map(|index| match index % 2 {
        0 => png(32, 32, [200, index, 0]),
        _ => png(32, 32, [0, 200, index]),
    });
    Table::new(pictures.collect(), &labels, &["cat", "dog"])
}

/// With a second column of labels, so that one must be named.
fn two_labels(count: u8) -> Table {
    let mut table = table(count);
    let numbers = (0..i64::from(count)).map(|index| Some(index % 3)).collect();
    table.labels[0].0 = "kind";
    table.labels.push(("size", Labels::Numbers(numbers)));
    table.json = None;
    table
}

fn set(table: impl Fn(u8) -> Table) -> Set {
    Set::new(&[(TRAIN, table(16).bytes()), (TEST, table(6).bytes())])
}

/// A folder, and a hub with the set `a/b`.
struct User {
    scratch: Scratch,
    server: Server,
}

impl User {
    fn of(set: Set) -> Self {
        Self::with(Server::start(move |request| set.answer(request)))
    }

    fn with(server: Server) -> Self {
        let scratch = Scratch::new();
        Self { scratch, server }
    }

    /// Runs a command that is refused after it has said what the set is, and returns its error and hint.
    fn refused(&self, line: &str) -> String {
        let ended = self.run(line);
        assert_eq!(ended.code, Some(2), "mixup {line}\n{}", ended.stderr);
        let lines: Vec<&str> = ended.stderr.lines().collect();
        assert!(
            lines[0].starts_with("error: ") && lines[1].starts_with("hint: "),
            "{lines:?}"
        );
        assert_eq!(lines.len(), 2, "{lines:?}");
        ended.stderr
    }

    fn run(&self, line: &str) -> Ended {
        self.run_with(line, &[])
    }

    fn run_with(&self, line: &str, variables: &[(&str, &str)]) -> Ended {
        let mut command = self.scratch.command(line);
        for name in [
            "HF_HOME",
            "HF_HUB_CACHE",
            "HF_TOKEN",
            "HF_TOKEN_PATH",
            "HF_HUB_OFFLINE",
            "TRANSFORMERS_OFFLINE",
        ] {
            command.env_remove(name);
        }
        command.env("HF_ENDPOINT", &self.server.url);
        command.envs(variables.iter().copied());
        Scratch::finish(line, command)
    }

    fn train(&self, flags: &str) -> Ended {
        self.run(&format!(
            "train tiny.toml --data hf:a/b --out run --ui none --epochs 2 {flags}"
        ))
    }
}

#[test]
fn a_check_says_what_it_downloads_before_it_does() {
    let user = User::of(set(table));
    let ended = user.run("data check hf:a/b").succeeded();
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let (before, after) = lines.split_at(5);
    assert_eq!(
        before,
        [
            &format!("hf:a/b is at the revision {COMMIT}, configuration plain"),
            "training images: split train, 1 file, 0.0 MB",
            "test images: split test, 1 file, 0.0 MB",
            "2 files are not here yet: downloading 0.0 MB",
            "columns: pictures img, labels label with 2 classes (cat, dog)",
        ]
    );
    for line in [
        format!("source       hf:a/b@{COMMIT}"),
        "layout       parquet files".into(),
        "images       32x32 (height x width), red, green, blue".into(),
        "cat           8      3".into(),
    ] {
        assert!(after.contains(&&*line), "{line}\n{}", ended.stdout);
    }
    // The second time nothing is downloaded, so nothing is announced.
    let again = user.run("data check hf:a/b").succeeded();
    assert_eq!(again.stdout.lines().collect::<Vec<_>>(), after);
    assert_eq!(user.server.paths("/resolve/").len(), 2);
}

#[test]
fn a_run_records_the_commit_and_needs_no_network_afterwards() {
    let user = User::of(set(table));
    user.train("").succeeded();
    let info = user.scratch.json("run/run.json");
    assert_eq!(info["data"], format!("hf:a/b@{COMMIT}"));
    assert_eq!(info["layout"], "parquet files");
    let asked = user.server.asked().len();
    let offline = [("HF_HUB_OFFLINE", "1")];
    user.run_with("evaluate --weights run", &offline)
        .succeeded();
    user.run("evaluate --weights run").succeeded();
    user.run_with("train --resume run --epochs 3 --ui none", &offline)
        .succeeded();
    user.run("report run").succeeded();
    assert_eq!(user.server.asked().len(), asked);
    // Evaluating does not download what is no longer here.
    std::fs::remove_dir_all(user.scratch.path("home")).unwrap();
    let said = user.run("evaluate --weights run").failed_with(2);
    assert!(
        said.contains(&format!("download it with --data hf:a/b@{COMMIT}")),
        "{said}"
    );
    assert_eq!(user.server.asked().len(), asked);
}

#[test]
fn the_column_of_labels_is_part_of_the_run() {
    let user = User::of(set(two_labels));
    let said = user.train("").failed_with(2);
    assert!(
        said.contains("expected one column of labels, found several: kind, size"),
        "{said}"
    );
    user.train("--label-column size").succeeded();
    let experiment = String::from_utf8(user.scratch.read("run/experiment.toml")).unwrap();
    assert!(
        experiment.contains("label_column = \"size\""),
        "{experiment}"
    );
    assert_eq!(
        user.scratch.json("run/run.json")["classes"],
        serde_json::json!(["0", "1", "2"])
    );
    user.run("train --resume run --epochs 3 --ui none")
        .succeeded();
    user.run("evaluate --weights run").succeeded();
    std::fs::copy(
        user.scratch.path("run/model.safetensors"),
        user.scratch.path("alone"),
    )
    .unwrap();
    // The note in the weights knows the column, too.
    user.run("evaluate --weights alone --data hf:a/b")
        .succeeded();
    let said = user.refused("evaluate --weights alone --data hf:a/b --label-column kind");
    assert!(
        said.contains("expected data with 3 classes, found 2"),
        "{said}"
    );
    let said = user
        .train("--label-column size --set data.label_column=size")
        .failed_with(2);
    assert!(said.contains("expected each key once"), "{said}");
}

#[test]
fn pairs_are_trained_on_a_set_of_the_hub() {
    let user = User::of(set(two_labels));
    user.scratch
        .experiment("base.toml", "alpha = 0.2", "alpha = 0.0");
    let line = "compare tiny.toml base.toml --data hf:a/b --label-column kind --out pairs --trials 1 --epochs 1";
    let ended = user.run(line).succeeded();
    let experiment =
        String::from_utf8(user.scratch.read("pairs/base/seed-1/experiment.toml")).unwrap();
    assert!(
        experiment.contains("label_column = \"kind\""),
        "{experiment}{}",
        ended.stdout
    );
    let report = String::from_utf8(user.scratch.read("pairs/report.json")).unwrap();
    assert!(
        report.contains(&format!("--data hf:a/b@{COMMIT}")),
        "{report}"
    );
}

#[test]
fn a_fetch_downloads_into_the_cache_or_a_folder() {
    let user = User::of(set(table));
    let ended = user.run("data fetch hf:a/b").succeeded();
    let end = format!("\ndownloaded and verified: hf:a/b@{COMMIT}\n");
    assert!(ended.stdout.ends_with(&end), "{}", ended.stdout);
    let ended = user.run("data fetch hf:a/b:plain@main").succeeded();
    let end = format!("\nalready there and verified: hf:a/b:plain@{COMMIT}\n");
    assert!(ended.stdout.ends_with(&end), "{}", ended.stdout);
    let ended = user.run("data fetch hf:a/b --out place").succeeded();
    let end = format!("\nthere and verified, without a download: hf:a/b@{COMMIT} in place\n");
    assert!(ended.stdout.ends_with(&end), "{}", ended.stdout);
    assert_eq!(user.scratch.names("place/plain").len(), 2);
    let hub = user.run("data check hf:a/b --json").succeeded().json();
    let folder = user.run("data check place --json").succeeded().json();
    assert_eq!(hub["fingerprint"], folder["fingerprint"]);
    let said = user
        .run("data fetch hf:a/b --url http://127.0.0.1:9")
        .failed_with(2);
    assert!(said.contains("--url: expected a name"), "{said}");
    let said = user.run("data fetch svhn --label-column x").failed_with(2);
    assert!(
        said.contains("--label-column: expected a set of the hub"),
        "{said}"
    );
    // The lengths alone would not show it.
    let cache = user.scratch.path("home");
    let file = find(&cache, "test-00000-of-00001.parquet").expect("a cached file");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let ended = user.run("data fetch hf:a/b").succeeded();
    assert!(
        ended.stdout.contains("\ndownloaded and verified:"),
        "{}",
        ended.stdout
    );
}

/// The file of this name in a folder or below.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().path())
        .find_map(|path| match path.is_dir() {
            true => find(&path, name),
            false => path.ends_with(name).then_some(path),
        })
}

/// A hint may only name flags that the command takes.
#[test]
fn a_hub_that_is_not_reached_has_a_hint_of_its_own() {
    let user = User::of(set(table));
    let nowhere = [("HF_ENDPOINT", "http://127.0.0.1:9")];
    for line in [
        "data fetch hf:a/b",
        "data check hf:a/b",
        "train tiny.toml --data hf:a/b --out run --ui none",
    ] {
        let said = user.run_with(line, &nowhere).failed_with(1);
        assert!(said.contains("HF_ENDPOINT takes another"), "{said}");
        assert!(!said.contains("--url"), "{said}");
    }
}

#[test]
fn packing_and_measuring_take_columns_by_their_flags() {
    let user = User::of(set(two_labels));
    let said = user.refused("data pack hf:a/b --out set.safetensors");
    assert!(said.contains("--label-column size"), "{said}");
    user.run("data pack hf:a/b --label-column size --out set.safetensors")
        .succeeded();
    let packed = user.run("data check set.safetensors --json").succeeded();
    assert_eq!(packed.json()["classes"].as_array().unwrap().len(), 3);
    let line = "bench tiny.toml --data hf:a/b --label-column kind --windows 1 --no-phases --json";
    user.run(line).succeeded();
}

#[test]
fn flags_for_columns_are_named_where_there_are_none() {
    let user = User::of(set(table));
    user.train("").succeeded();
    let said = user
        .run("train --resume run --label-column label --ui none")
        .failed_with(2);
    assert!(
        said.contains("--label-column: expected no change with --resume"),
        "{said}"
    );
    for class in ["cat", "dog"] {
        for part in ["train", "test"] {
            let picture = png(32, 32, [1, 2, 3]);
            user.scratch
                .write(format!("folders/{part}/{class}/1.png"), picture);
        }
    }
    user.run("evaluate --weights run --data folders")
        .succeeded();
    let said = user
        .run("evaluate --weights run --data folders --label-column label")
        .failed_with(2);
    assert!(
        said.contains("(--label-column), found class folders")
            && said.contains("leave --label-column out"),
        "{said}"
    );
}

/// Columns that neither the files nor the user name are said.
#[test]
fn guessed_columns_are_said() {
    let scratch = Scratch::new();
    let mut train = table(16);
    train.json = None;
    scratch.write(format!("set/{TRAIN}"), train.bytes());
    scratch.write(format!("set/{TEST}"), train.bytes());
    let ended = scratch.run("data check set").succeeded();
    let note = "note: pictures are the column img, labels the column label";
    assert!(ended.stdout.contains(note), "{}", ended.stdout);
}

#[test]
fn refusals_have_a_hint_and_show_no_token() {
    let user = User::with(Server::start(|_| status("401 Unauthorized")));
    let token = [("HF_TOKEN", "hf_secret")];
    for (line, variables) in [
        ("data check hf:a/b", &token[..]),
        ("data fetch hf:a/b", &[]),
    ] {
        let said = user.run_with(line, variables).failed_with(2);
        assert!(said.contains("a refusal (HTTP status 401)"), "{said}");
        assert!(
            said.contains("HF_TOKEN") && !said.contains("hf_secret"),
            "{said}"
        );
    }
    assert_eq!(
        user.server.asked()[0].token.as_deref(),
        Some("Bearer hf_secret")
    );
    let said = user
        .run_with("data check hf:a/b", &[("HF_HUB_OFFLINE", "1")])
        .failed_with(2);
    assert!(said.contains("HF_HUB_OFFLINE allows no network"), "{said}");
    let said = user
        .run_with("data check hf:a/b", &[("HF_ENDPOINT", "hub")])
        .failed_with(2);
    assert!(said.contains("HF_ENDPOINT: expected an address"), "{said}");
}

#[test]
fn a_name_of_another_form_is_refused() {
    let scratch = Scratch::new();
    let ended = scratch.run("train tiny.toml --data hf:cifar10");
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.stderr.contains("expected hf:ORG/NAME"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_folder_of_parquet_files_is_trained_on() {
    let scratch = Scratch::new();
    scratch.write(format!("set/{TRAIN}"), table(16).bytes());
    scratch.write(format!("set/{TEST}"), table(6).bytes());
    scratch
        .run("train tiny.toml --data set --out run --ui none --epochs 1")
        .succeeded();
    assert_eq!(scratch.json("run/run.json")["layout"], "parquet files");
    scratch.run("evaluate --weights run").succeeded();
    scratch.write("one.parquet", table(16).bytes());
    let said = scratch.run("data check one.parquet").failed_with(2);
    assert!(said.contains("write split = 0.2 under [data]"), "{said}");
    scratch.experiment(
        "split.toml",
        "[network]",
        "[data]\nsplit = 0.25\n\n[network]",
    );
    let found = scratch
        .run("data check one.parquet --experiment split.toml --json")
        .succeeded()
        .json();
    assert_eq!(
        (&found["training_images"], &found["test_images"]),
        (&12.into(), &4.into())
    );
}
