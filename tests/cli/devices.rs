//! `mixup devices`: what this build can compute on.

use crate::scratch::Scratch;

#[test]
fn the_cpu_is_listed_with_its_kernels_and_threads() {
    let scratch = Scratch::new();
    let mut command = scratch.command("devices");
    command.env("RAYON_NUM_THREADS", "1");
    let said = Scratch::finish("devices", command).succeeded().stdout;
    assert!(said.starts_with("cpu"), "{said}");
    for words in [
        "kernels, 1 thread)",
        "auto takes",
        "scalar|burn",
        "this build  CPU",
    ] {
        assert!(said.contains(words), "{words:?} in: {said}");
    }
    for line in said.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn json_has_the_same_devices() {
    let found = Scratch::new().run("devices --json").succeeded().json();
    assert_eq!(found["devices"][0]["device"], "cpu");
    assert_eq!(found["devices"][0]["is_usable"], true);
    assert!(found["cpu"]["threads"].as_u64().unwrap() >= 1);
    assert_eq!(found["back_ends"].as_array().unwrap().len(), 3);
}

/// A build with a GPU back end may find a GPU.
#[cfg(not(any(feature = "cuda", feature = "vulkan", feature = "wgpu")))]
#[test]
fn a_build_for_the_cpu_says_how_to_build_for_gpus() {
    let scratch = Scratch::new();
    let said = scratch.run("devices").succeeded().stdout;
    for feature in ["cuda", "vulkan", "wgpu"] {
        let command = format!("cargo build --release --features {feature}");
        assert!(said.contains(&command), "{said}");
    }
    let found = scratch.run("devices --json").succeeded().json();
    assert_eq!(found["devices"].as_array().unwrap().len(), 1);
    assert_eq!(found["auto"], found["devices"][0]["name"]);
    scratch.refused_for(
        "train tiny.toml --data data --out run --device gpu:1",
        &[
            "error: --device gpu:1: expected a build",
            "--features",
            "mixup devices",
        ],
    );
}
