//! Attacks on trained networks: `mixup evaluate --attack`, and the report's section.

use crate::run_files::number;
use crate::scratch::{Scratch, TEST};

/// A network that has learnt something, so that there is something to lose.
fn trained() -> Scratch {
    let scratch = Scratch::new();
    scratch.experiment(
        "tiny.toml",
        "widths = [2, 2]\nhidden = 4",
        "widths = [8, 8]\nhidden = 16",
    );
    scratch.train("run", "--epochs 12");
    scratch
}

fn attack(scratch: &Scratch, flags: &str) -> serde_json::Value {
    let line = format!("evaluate --weights run/model.safetensors --data data --json {flags}");
    scratch.run(&line).succeeded().json()
}

#[test]
fn an_attack_with_epsilon_0_leaves_the_clean_accuracy() {
    let scratch = trained();
    let clean = attack(&scratch, "");
    assert!(clean.get("attacked").is_none(), "{clean}");
    for name in ["fgsm", "pgd"] {
        let found = attack(&scratch, &format!("--attack {name} --epsilon 0"));
        assert_eq!(found["accuracy"], clean["accuracy"]);
        let attacked = &found["attacked"];
        assert_eq!(attacked["accuracy"], clean["accuracy"], "{attacked}");
        assert_eq!(attacked["clean_accuracy"], clean["accuracy"], "{attacked}");
        assert_eq!(attacked["images"], TEST);
    }
}

#[test]
fn stronger_attacks_and_pgd_leave_less() {
    let scratch = trained();
    let accuracy = |flags: &str| number(&attack(&scratch, flags)["attacked"], "accuracy");
    let clean = number(&attack(&scratch, ""), "accuracy");
    let (fgsm, pgd) = (
        accuracy("--attack fgsm --epsilon 16/255"),
        accuracy("--attack pgd --epsilon 16/255"),
    );
    assert!(pgd <= fgsm && fgsm <= clean, "{pgd}, {fgsm}, {clean}");
    assert!(pgd < clean, "{pgd} of {clean}");
    let weaker = accuracy("--attack pgd --epsilon 4/255");
    assert!(pgd <= weaker && weaker <= clean, "{pgd}, {weaker}, {clean}");
}

#[test]
fn the_words_say_how_it_was_attacked() {
    let scratch = trained();
    let line = "evaluate --weights run/model.safetensors --data data --attack pgd --epsilon 2/255 \
                --steps 5 --step-size 0.5/255 --attack-images 10 --attack-seed 3 --ui none";
    let said = scratch.run(line).succeeded().stdout;
    let words = "of 10 right under PGD, 5 steps of 0.5/255 from a random start, epsilon 2/255";
    assert!(said.contains(words), "{said}");
    let found = scratch
        .run(&line.replace("--ui none", "--json"))
        .succeeded()
        .json();
    assert_eq!(found["attacked"]["steps"], 5);
}

/// Asserts that `mixup evaluate` refuses these flags with exit code 2 and these words.
fn refused(flags: &str, words: &str) {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    let line = format!("evaluate --weights run/model.safetensors --data data {flags}");
    let ended = scratch.run(&line);
    assert_eq!(ended.code, Some(2), "{flags}");
    assert!(ended.stderr.contains(words), "{}", ended.stderr);
}

#[test]
fn an_attack_needs_an_epsilon() {
    refused("--attack pgd", "--epsilon");
}

#[test]
fn an_epsilon_needs_an_attack() {
    refused("--epsilon 2/255", "--attack");
}

#[test]
fn an_epsilon_above_the_pixel_range() {
    refused("--attack pgd --epsilon 2", "such as 2/255");
}

#[test]
fn an_unknown_attack() {
    refused("--attack carlini --epsilon 0.1", "fgsm, pgd");
}

#[test]
fn fgsm_takes_no_steps() {
    refused(
        "--attack fgsm --epsilon 2/255 --steps 5",
        "--steps: expected no such flag for fgsm",
    );
}

#[test]
fn a_report_of_attacked_runs_has_their_section_and_table() {
    let scratch = Scratch::new();
    let robustness =
        "epsilon = 1e-8\n\n[robustness]\nepsilons = [1.0, 8.0]\nimages = 12\npgd_steps = 2\n";
    scratch.experiment("mixed.toml", "epsilon = 1e-8\n", robustness);
    let text = String::from_utf8(scratch.read("mixed.toml")).unwrap();
    scratch.write("unmixed.toml", text.replace("alpha = 0.2", "alpha = 0.0"));
    scratch
        .run("compare mixed.toml unmixed.toml --data data --trials 2 --epochs 2 --out both --ui none")
        .succeeded();
    let evaluation = scratch.json("both/mixed/seed-1/evaluation.json");
    let found = &evaluation["robustness"];
    assert_eq!(
        (&found["images"], &found["pgd_steps"]),
        (&12.into(), &2.into())
    );
    let points = found["points"].as_array().unwrap();
    assert_eq!(points.len(), 2);
    for point in points {
        assert!(number(point, "pgd") <= number(found, "clean"), "{found}");
    }
    let report = scratch.json("both/report.json");
    assert!(report["comparisons"][0]["robustness"].is_object());
    let table = String::from_utf8(scratch.read("both/robustness.csv")).unwrap();
    // A header, and for both seeds of both arms the clean images and two strengths.
    assert_eq!(table.lines().count(), 1 + 4 * 3, "{table}");
    let page = String::from_utf8(scratch.read("both/report.html")).unwrap();
    assert!(page.contains("FGSM") && page.contains("PGD"));
    // A report without attacks removes the table of an earlier one.
    scratch.train("both/other/seed-1", "--epochs 2");
    scratch.run("report both/other --out both").succeeded();
    assert!(!scratch.path("both/robustness.csv").exists());
}
