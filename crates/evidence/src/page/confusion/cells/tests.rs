//! Shares, shades and texts of cells.

use super::*;

#[test]
fn shades_begin_at_their_thresholds() {
    assert_eq!(share_cell(0.0).shade, 0);
    assert_eq!(share_cell(0.005).shade, 1);
    assert_eq!(share_cell(0.499).shade, 5);
    assert_eq!(share_cell(1.0).shade, SHADES);
    assert_eq!(share_cell(0.004).text, "");
    assert_eq!(difference_cell(-0.021).text, "−2");
    assert_eq!(difference_cell(-0.021).colour, Colour::Second);
}

#[test]
fn a_row_without_images_has_no_shares() {
    assert_eq!(
        shares(&[vec![0, 0], vec![1, 3]]),
        [[0.0, 0.0], [0.25, 0.75]]
    );
}

#[test]
fn a_difference_that_rounds_to_0_has_no_text() {
    assert_eq!(difference_cell(0.004).text, "");
    assert_eq!(difference_cell(0.006).text, "+1");
}

#[test]
fn a_difference_at_a_threshold_has_the_shade_of_the_threshold() {
    assert_eq!(difference_cell(0.52 - 0.5).shade, 3);
    assert_eq!(difference_cell(0.5 - 0.52).shade, 3);
}
