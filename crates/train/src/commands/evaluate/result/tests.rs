use serde_json::Value;

use super::*;
use crate::comparison::example::evaluation;

fn attacked(attack: Attack) -> AttackResult {
    let accuracy = AttackedAccuracy {
        images: 4,
        clean: 0.75,
        attacked: 0.25,
    };
    AttackResult::new(attack, accuracy)
}

fn pgd(steps: usize) -> Attack {
    Attack::Pgd {
        epsilon: 8.0 / 255.0,
        steps,
        step_size: 0.5 / 255.0,
    }
}

/// The result of a network that gets 3 of 4 images right.
fn result(attacked: Option<AttackResult>) -> EvaluationResult {
    EvaluationResult {
        flips: false,
        evaluation: evaluation(3),
        attacked,
    }
}

#[test]
fn fgsm_is_one_line_with_its_epsilon() {
    let epsilon = 2.0 / 255.0;
    assert_eq!(
        attacked(Attack::Fgsm { epsilon }).in_words(),
        "25.00% of 4 right under FGSM, epsilon 2/255; 75.00% of them as they are"
    );
}

#[test]
fn pgd_names_its_steps() {
    assert_eq!(
        attacked(pgd(10)).in_words(),
        "25.00% of 4 right under PGD, 10 steps of 0.5/255 from a random start, epsilon 8/255; 75.00% of \
         them as they are"
    );
}

#[test]
fn one_step_is_singular() {
    let said = attacked(pgd(1)).in_words();
    assert!(said.contains("1 step of"), "{said}");
}

#[test]
fn a_softmax_is_taken_as_it_is() {
    let lines = result(None).in_words("built-in images", Outputs::Softmax);
    assert_eq!(
        lines[0],
        "75.00% of 4 test images right, loss 0.5000 (built-in images)"
    );
    assert!(lines[1].starts_with("NLL "), "{}", lines[1]);
    assert_eq!(lines.len(), 2);
}

#[test]
fn sigmoids_are_said_to_be_normalised() {
    let lines = result(None).in_words("built-in images", Outputs::Sigmoid);
    assert!(
        lines[1].starts_with("of the normalised outputs: NLL "),
        "{}",
        lines[1]
    );
}

#[test]
fn the_attack_comes_last() {
    let attack = attacked(pgd(10));
    let expected = attack.in_words();
    let lines = result(Some(attack)).in_words("", Outputs::Softmax);
    assert_eq!(lines.last(), Some(&expected));
}

#[test]
fn without_an_attack_the_json_has_no_such_key() {
    let value = serde_json::to_value(result(None)).unwrap();
    assert_eq!(value["accuracy"], 0.75);
    assert_eq!(value["attacked"], Value::Null);
    assert!(!value.as_object().unwrap().contains_key("attacked"));
}

#[test]
fn the_json_of_fgsm_has_no_steps() {
    let value = serde_json::to_value(attacked(Attack::Fgsm { epsilon: 0.5 })).unwrap();
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["accuracy", "attack", "clean_accuracy", "epsilon", "images"]
    );
    assert_eq!(value["attack"], "fgsm");
}

#[test]
fn the_json_of_pgd_has_its_steps() {
    let value = serde_json::to_value(attacked(pgd(3))).unwrap();
    assert_eq!(value["attack"], "pgd");
    assert_eq!(value["steps"], 3);
    assert_eq!(value["step_size"], 0.5 / 255.0);
}
