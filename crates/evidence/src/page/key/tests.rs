//! Short names, colours and shapes of arms.

use super::*;

#[test]
fn letters_go_on_after_z() {
    assert_eq!(letter(0), "A");
    assert_eq!(letter(27), "B1");
}
