//! Buffers are reused, up to a limit.
//!
//! The free buffers are shared by all tests of this crate, so these tests take turns, and each uses
//! lengths that no other test has.

use std::sync::MutexGuard;

use super::*;

static TURN: Mutex<()> = Mutex::new(());

fn take_turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn a_dropped_tensors_memory_is_used_again() {
    let _turn = take_turn();
    let buffer = vec![1.5; FEWEST_VALUES + 12_345];
    let (len, address) = (buffer.len(), buffer.as_ptr());
    drop(into_bytes(buffer));
    let again = take(len);
    assert_eq!(again.as_ptr(), address);
}

#[test]
fn a_buffer_is_taken_once() {
    let _turn = take_turn();
    let buffer = vec![1.5; FEWEST_VALUES + 11_111];
    let (len, address) = (buffer.len(), buffer.as_ptr());
    give_back(buffer);
    let (first, second) = (take(len), take(len));
    assert_eq!(first.as_ptr(), address);
    assert_ne!(second.as_ptr(), address);
}

#[test]
fn a_buffer_of_another_length_is_not_taken() {
    let _turn = take_turn();
    let buffer = vec![1.5; FEWEST_VALUES + 22_222];
    let (len, address) = (buffer.len(), buffer.as_ptr());
    give_back(buffer);
    let other = take(len - 1);
    assert_eq!(other.len(), len - 1);
    assert_ne!(other.as_ptr(), address);
}

#[test]
fn a_small_buffer_is_left_to_the_allocator() {
    let _turn = take_turn();
    let len = FEWEST_VALUES - 1;
    give_back(vec![1.5; len]);
    assert!(free().iter().all(|buffer| buffer.len() != len));
}

#[test]
fn only_some_buffers_are_kept() {
    let _turn = take_turn();
    for extra in 0..2 * MOST_FREE {
        give_back(vec![0.0; FEWEST_VALUES + 34_567 + extra]);
    }
    assert!(free().len() <= MOST_FREE);
}

#[test]
fn the_oldest_buffer_makes_room() {
    let _turn = take_turn();
    let oldest = FEWEST_VALUES + 45_678;
    for extra in 0..=MOST_FREE {
        give_back(vec![0.0; oldest + extra]);
    }
    let free = free();
    assert!(free.iter().all(|buffer| buffer.len() != oldest));
    assert!(free.iter().any(|buffer| buffer.len() == oldest + MOST_FREE));
}

#[test]
fn bytes_hold_the_values() {
    let values = vec![1.5; FEWEST_VALUES + 33_333];
    let bytes = into_bytes(values.clone());
    assert_eq!(bytemuck::cast_slice::<u8, f32>(&bytes), values);
}

#[test]
fn few_values_become_bytes_too() {
    let bytes = into_bytes(vec![1.5, 2.5]);
    assert_eq!(bytemuck::cast_slice::<u8, f32>(&bytes), [1.5, 2.5]);
}

#[test]
fn bytes_can_be_written_to() {
    let mut bytes = into_bytes(vec![2.0; FEWEST_VALUES + 23_456]);
    bytes[..4].copy_from_slice(&7.0_f32.to_ne_bytes());
    assert_eq!(bytemuck::cast_slice::<u8, f32>(&bytes)[..2], [7.0, 2.0]);
}

#[test]
fn a_copy_of_bytes_becomes_values_again() {
    let values = vec![2.0; FEWEST_VALUES + 23_457];
    let copy: Result<Vec<f32>, _> = into_bytes(values.clone()).clone().try_into_vec();
    assert!(copy.is_ok_and(|copy| copy == values));
}

#[test]
fn a_copy_does_not_share_memory() {
    let original = into_bytes(vec![2.0; FEWEST_VALUES + 23_458]);
    let mut copy = original.clone();
    copy[..4].copy_from_slice(&7.0_f32.to_ne_bytes());
    assert_eq!(bytemuck::cast_slice::<u8, f32>(&original)[0], 2.0);
}
