//! The demo: both arms on built-in images, without data or network.

use crate::scratch::Scratch;

#[test]
fn the_demo_trains_a_pair_on_built_in_images() {
    let scratch = Scratch::new();
    let ended = scratch.run("demo --epochs 1 --json --out pair").succeeded();
    let pair = ended.json();
    assert_eq!(scratch.names("pair"), ["baseline", "mixup"]);
    for arm in ["baseline", "mixup"] {
        assert_eq!(pair[arm], scratch.json(&format!("pair/{arm}/summary.json")));
        assert_eq!(pair[arm]["experiment"], arm);
        assert_eq!(pair[arm]["seed"], 1);
        assert_eq!(pair[arm]["epochs"], 1);
        assert_eq!(pair[arm]["images"], 3000);
        let info = scratch.json(&format!("pair/{arm}/run.json"));
        assert_eq!(info["data"], "synthetic");
        assert_eq!(info["test_images"], 1000);
    }
    assert_ne!(
        scratch.metrics("pair/baseline"),
        scratch.metrics("pair/mixup")
    );
    let experiment = |arm: &str| -> toml::Table {
        let bytes = scratch.read(format!("pair/{arm}/experiment.toml"));
        String::from_utf8(bytes).unwrap().parse().unwrap()
    };
    let (mut baseline, mixup) = (experiment("baseline"), experiment("mixup"));
    assert_eq!(baseline["mixing"]["alpha"].as_float(), Some(0.0));
    baseline["mixing"]["alpha"] = mixup["mixing"]["alpha"].clone();
    assert_eq!(baseline, mixup);
}
