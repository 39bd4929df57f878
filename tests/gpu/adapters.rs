//! `mixup devices`, and an adapter that is taken by its number.

use assert_cmd::Command;
use serde_json::Value;

use crate::run::{recipe, rows, run_info, train, write_images};
use crate::{SMALL, binary};

/// What `mixup devices --json` lists.
fn devices() -> Value {
    let output = Command::new(binary())
        .args(["devices", "--json"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The first adapter that can be used.
fn usable(found: &Value) -> &Value {
    let listed = found["devices"].as_array().unwrap().iter();
    let mut adapters = listed.filter(|one| one["device"] != "cpu");
    let first = adapters.find(|one| one["is_usable"] == true);
    first.unwrap_or_else(|| panic!("no adapter can be used: {found}"))
}

#[test]
#[ignore = "needs a GPU binary: MIXUP_GPU_BINARY"]
fn gpu_adapters_are_listed_with_their_back_ends() {
    let found = devices();
    println!("{found}");
    assert_eq!(found["devices"][0]["device"], "cpu");
    assert_eq!(found["devices"][1]["device"], "gpu:0");
    let back_end = usable(&found)["back_end"].as_str().unwrap();
    assert!(["CUDA", "Vulkan", "wgpu"].contains(&back_end), "{found}");
    let built = found["back_ends"].as_array().unwrap().iter();
    assert!(built.filter(|one| one["is_built"] == true).count() >= 1);
}

/// Trains and resumes on it: the optimizer's state is restored too.
#[test]
#[ignore = "needs a GPU binary: MIXUP_GPU_BINARY"]
fn gpu_an_adapter_is_taken_by_its_number_and_a_run_resumes_on_it() {
    let found = devices();
    let adapter = usable(&found);
    let device = adapter["device"].as_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_images(folder, 20, 5);
    let experiment = recipe(&SMALL);
    train(&binary(), folder, &experiment, 1, device, "run")
        .assert()
        .success();
    let run = folder.join("run");
    let name = adapter["name"].as_str().unwrap();
    let used = run_info(&run)["device"].clone();
    assert!(used.as_str().unwrap().starts_with(name), "{used}: {found}");
    Command::new(binary())
        .args(["train", "--ui", "none", "--epochs", "2"])
        .args(["--device", device, "--resume"])
        .arg(&run)
        .assert()
        .success();
    assert_eq!(rows(&run).len(), 2);
}

#[test]
#[ignore = "needs a GPU binary: MIXUP_GPU_BINARY"]
fn gpu_a_number_that_no_adapter_has_is_refused() {
    let output = Command::new(binary())
        .args(["bench", "--device", "gpu:999"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("--device gpu:999: expected an adapter"),
        "{said}"
    );
    assert!(said.contains("mixup devices"), "{said}");
}
