use super::*;
use crate::commands::arguments::Command;
use crate::commands::arguments::tests::{command, refusal};

/// The attack that `flags` of `mixup evaluate` describe.
fn requested(flags: &str) -> Result<Option<AttackedImages>, Failure> {
    match command(&format!("evaluate --weights w {flags}")) {
        Command::Evaluate(args) => args.attack.requested(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_attack_nothing_is_attacked() {
    assert_eq!(requested("").unwrap(), None);
}

#[test]
fn fgsm_takes_epsilon_alone_and_all_images() {
    let expected = AttackedImages {
        attack: Attack::Fgsm { epsilon: 0.5 },
        seed: 1,
        count: None,
    };
    assert_eq!(
        requested("--attack fgsm --epsilon 0.5").unwrap(),
        Some(expected)
    );
}

/// 2.5 epsilon / steps, with the default of 10 steps.
#[test]
fn the_default_step_of_pgd_is_a_quarter_of_epsilon() {
    let expected = Attack::Pgd {
        epsilon: 0.5,
        steps: 10,
        step_size: 0.125,
    };
    let found = requested("--attack pgd --epsilon 0.5").unwrap().unwrap();
    assert_eq!(found.attack, expected);
}

#[test]
fn every_flag_of_pgd_is_taken() {
    let flags =
        "--attack pgd --epsilon 0.5 --steps 4 --step-size 0.25 --attack-seed 7 --attack-images 20";
    let expected = AttackedImages {
        attack: Attack::Pgd {
            epsilon: 0.5,
            steps: 4,
            step_size: 0.25,
        },
        seed: 7,
        count: Some(20),
    };
    assert_eq!(requested(flags).unwrap(), Some(expected));
}

fn assert_not_for_fgsm(flag: &str) {
    let failure = requested(&format!("--attack fgsm --epsilon 0.5 {flag} 1")).unwrap_err();
    let expected =
        format!("{flag}: expected no such flag for fgsm, which takes one step, found one");
    assert_eq!(failure.to_string(), expected);
    assert_eq!(failure.hint(), "leave it out, or attack with pgd");
}

#[test]
fn fgsm_refuses_steps() {
    assert_not_for_fgsm("--steps");
}

#[test]
fn fgsm_refuses_a_step_size() {
    assert_not_for_fgsm("--step-size");
}

#[test]
fn fgsm_refuses_a_seed() {
    assert_not_for_fgsm("--attack-seed");
}

#[test]
fn a_number_of_images_needs_an_attack() {
    let said = refusal("evaluate --weights w --attack-images 5");
    assert!(said.contains("--attack <ATTACK>"), "{said}");
}

#[test]
fn a_share_of_the_range_is_a_number() {
    assert_eq!(share_of_range("0"), Ok(0.0));
    assert_eq!(share_of_range("0.25"), Ok(0.25));
}

#[test]
fn a_share_of_the_range_is_a_fraction() {
    assert_eq!(share_of_range("2/255"), Ok(2.0 / 255.0));
    assert_eq!(share_of_range("0.5 / 255"), Ok(0.5 / 255.0));
}

#[test]
fn a_share_above_the_range_is_refused() {
    let expected = "expected a share of the pixel range from 0 to 1, such as 2/255";
    assert_eq!(share_of_range("2"), Err(expected.into()));
}

#[test]
fn what_is_no_share_is_refused() {
    for text in ["1/0", "-1/255", "a/255", "", "nan", "1/2/3"] {
        assert!(share_of_range(text).is_err(), "{text}");
    }
}
