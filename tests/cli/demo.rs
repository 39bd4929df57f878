//! The demo: pairs on built-in images, without data or network, and their report.

use crate::scratch::Scratch;

#[test]
fn the_demo_trains_pairs_on_built_in_images_and_reports_them() {
    let scratch = Scratch::new();
    let ended = scratch
        .run("demo --epochs 1 --trials 2 --json --out pairs")
        .succeeded();
    let told = ended.json();
    assert_eq!(told["report"], "pairs/report.html");
    assert_eq!(told["comparisons"][0]["last"]["pairs"], 2);
    for (index, arm) in ["mixup", "baseline"].into_iter().enumerate() {
        let cost = &told["costs"][index];
        assert_eq!(cost["arm"], arm);
        assert!(cost["seconds"].as_f64() > Some(0.0));
        assert_eq!(cost["cpu_seconds"].as_f64() > Some(0.0), cfg!(unix));
        for seed in [1, 2] {
            let run = format!("pairs/{arm}/seed-{seed}");
            let summary = scratch.json(&format!("{run}/summary.json"));
            assert_eq!(summary["experiment"], arm);
            assert_eq!(summary["seed"], seed);
            assert_eq!(summary["epochs"], 1);
            assert_eq!(summary["images"], 2400);
            assert_eq!(summary["best_chosen_by"], "validation");
            let info = scratch.json(&format!("{run}/run.json"));
            assert_eq!(info["data"], "synthetic");
            assert_eq!(info["test_images"], 1000);
            assert_eq!(info["validation_images"], 600);
        }
    }
    assert_ne!(
        scratch.metrics("pairs/baseline/seed-1"),
        scratch.metrics("pairs/mixup/seed-1")
    );
    let experiment = |arm: &str| -> toml::Table {
        let bytes = scratch.read(format!("pairs/{arm}/seed-1/experiment.toml"));
        String::from_utf8(bytes).unwrap().parse().unwrap()
    };
    let (mut baseline, mixup) = (experiment("baseline"), experiment("mixup"));
    assert_eq!(baseline["mixing"]["alpha"].as_float(), Some(0.0));
    baseline["mixing"]["alpha"] = mixup["mixing"]["alpha"].clone();
    assert_eq!(baseline, mixup);
    assert_eq!(mixup["labels"]["corrupted"].as_float(), Some(0.4));
    let page = String::from_utf8(scratch.read("pairs/report.html")).unwrap();
    assert!(page.contains("data:image/png;base64,"), "no mixed pairs");
}

#[test]
fn the_demo_says_how_many_images_choose_the_best_epoch() {
    let scratch = Scratch::new();
    let ended = scratch
        .run("demo --epochs 1 --trials 1 --ui plain --out pairs")
        .succeeded();
    let expected = "3000 training (600 of them held out) and 1000 test images";
    assert!(ended.stdout.contains(expected), "{}", ended.stdout);
}
