//! Paired statistics on numbers of your own: the accuracy of six pairs of runs, each pair with one seed.
#![expect(clippy::print_stdout, reason = "an example prints")]

use mixup_evidence::statistics::{LEVEL, PairedTests};

fn main() {
    let with_a_change = [0.7312, 0.7405, 0.7288, 0.7391, 0.7350, 0.7376];
    let without = [0.7251, 0.7322, 0.7275, 0.7290, 0.7301, 0.7334];
    let differences: Vec<f64> = with_a_change
        .iter()
        .zip(without)
        .map(|(with, without)| 100.0 * (with - without))
        .collect();

    let found = PairedTests::new(differences.len()).judge_values(&differences);
    println!("mean difference: {:+.2} points", found.mean);
    if let Some((low, high)) = found.interval {
        println!("95% interval: {low:+.2} to {high:+.2}");
    }
    println!("exact sign-flip test: p = {:.4}", found.sign_flip_p);
    if let Some(detectable) = found.detectable {
        println!("the interval leaves out 0 four times in five from {detectable:.2} points on");
    }
    let is_shown = found.leaves_out_zero() && found.sign_flip_p <= LEVEL;
    println!("a difference is shown: {is_shown}");
}
