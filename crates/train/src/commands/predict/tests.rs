use clap::error::ErrorKind;

use super::*;
use crate::commands::arguments::tests::mistake;

fn names() -> Vec<String> {
    ["cat", "dog", "owl"].map(String::from).to_vec()
}

/// Classes and probabilities for logits whose softmax is 1/6, 3/6 and 2/6.
fn shares(top: usize) -> Vec<(String, f64)> {
    let row = [1.0_f32.ln(), 3.0_f32.ln(), 2.0_f32.ln()];
    let shares = likeliest(&names(), Outputs::Softmax, &row, top);
    let pairs = shares
        .into_iter()
        .map(|share| (share.class, share.probability));
    pairs.collect()
}

#[test]
fn the_likeliest_class_comes_first() {
    let shares = shares(3);
    let classes: Vec<&str> = shares.iter().map(|(class, _)| class.as_str()).collect();
    assert_eq!(classes, ["dog", "owl", "cat"]);
}

#[test]
fn probabilities_are_those_of_the_softmax() {
    for ((_, found), expected) in shares(3).iter().zip([3.0 / 6.0, 2.0 / 6.0, 1.0 / 6.0]) {
        assert!((found - expected).abs() < 1e-6, "{found} {expected}");
    }
}

#[test]
fn only_the_top_is_named() {
    assert_eq!(shares(1).len(), 1);
}

#[test]
fn more_than_all_classes_are_all_classes() {
    assert_eq!(shares(9).len(), 3);
}

/// Sigmoids are divided by their sum: 1/2, 3/4 and 2/3 by 23/12.
#[test]
fn sigmoids_are_normalised() {
    let row = [1.0_f32.ln(), 3.0_f32.ln(), 2.0_f32.ln()];
    let shares = likeliest(&names(), Outputs::Sigmoid, &row, 1);
    let expected = 0.75 / (23.0 / 12.0);
    assert!((shares[0].probability - expected).abs() < 1e-6);
}

#[test]
fn a_prediction_needs_a_picture() {
    assert_eq!(
        mistake("predict --weights w"),
        ErrorKind::MissingRequiredArgument
    );
}

#[test]
fn a_prediction_names_a_class() {
    assert_eq!(
        mistake("predict a.png --weights w --top 0"),
        ErrorKind::ValueValidation
    );
}

#[test]
fn a_table_is_no_json() {
    assert_eq!(
        mistake("predict a.png --weights w --json --csv -"),
        ErrorKind::ArgumentConflict
    );
}
