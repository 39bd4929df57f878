//! Labels that are moved apart.

use proptest::prelude::*;

use super::*;

#[test]
fn what_does_not_touch_stays() {
    assert_eq!(apart(&[50.0, 10.0], 15.0, (0.0, 100.0)), [50.0, 10.0]);
    assert_eq!(apart(&[60.0, 50.0], 16.0, (0.0, 100.0)), [63.0, 47.0]);
    assert_eq!(apart(&[98.0, 97.0], 15.0, (0.0, 100.0)), [100.0, 85.0]);
    assert!(apart(&[], 15.0, (0.0, 100.0)).is_empty());
}

#[test]
fn equal_positions_move_to_either_side() {
    assert_eq!(apart(&[50.0, 50.0], 10.0, (0.0, 100.0)), [45.0, 55.0]);
}

/// The order of the input decides which of two equal labels is first.
#[test]
fn three_equal_positions_stay_around_their_place() {
    assert_eq!(apart(&[50.0; 3], 10.0, (0.0, 100.0)), [40.0, 50.0, 60.0]);
}

#[test]
fn without_room_the_gap_becomes_smaller() {
    assert_eq!(apart(&[5.0; 3], 100.0, (0.0, 10.0)), [0.0, 5.0, 10.0]);
}

#[test]
fn a_position_outside_the_range_moves_to_its_end() {
    assert_eq!(apart(&[-20.0], 15.0, (0.0, 100.0)), [0.0]);
    assert_eq!(apart(&[130.0], 15.0, (0.0, 100.0)), [100.0]);
}

proptest! {
    #[test]
    fn neighbours_keep_their_distance(
        positions in prop::collection::vec(0.0..100.0_f64, 1..6),
    ) {
        let mut moved = apart(&positions, 15.0, (0.0, 100.0));
        moved.sort_by(f64::total_cmp);
        prop_assert!(moved[0] >= -1e-9 && moved[moved.len() - 1] <= 100.0 + 1e-9);
        for pair in moved.windows(2) {
            prop_assert!(pair[1] - pair[0] >= 15.0 - 1e-9);
        }
    }
}
