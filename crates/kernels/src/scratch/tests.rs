//! Each test of the harness runs in its own thread, and so with its own free buffers.

use super::*;

#[test]
fn a_buffer_is_used_again() {
    let address = Scratch::uncleared(1000).as_ptr();
    assert_eq!(Scratch::uncleared(1000).as_ptr(), address);
}

#[test]
fn zeros_are_zeros_in_a_used_buffer() {
    Scratch::uncleared(100).fill(7.0);
    assert_eq!(*Scratch::zeros(100), [0.0; 100]);
}

#[test]
fn a_longer_buffer_shows_only_the_length_asked_for() {
    drop(Scratch::uncleared(100));
    assert_eq!(Scratch::uncleared(60).len(), 60);
}

#[test]
fn a_shorter_buffer_grows() {
    drop(Scratch::uncleared(60));
    assert_eq!(Scratch::zeros(100).len(), 100);
}

#[test]
fn the_smallest_sufficient_buffer_is_chosen() {
    let buffers = [4000, 2000, 1000].map(Scratch::uncleared);
    let addresses = buffers.each_ref().map(|buffer| buffer.as_ptr());
    drop(buffers);
    assert_eq!(Scratch::uncleared(1500).as_ptr(), addresses[1]);
}

#[test]
fn two_buffers_in_use_do_not_share_memory() {
    drop(Scratch::uncleared(100));
    let (mut first, mut second) = (Scratch::zeros(100), Scratch::zeros(100));
    first.fill(1.0);
    second.fill(2.0);
    assert_eq!((first[0], second[0]), (1.0, 2.0));
}

fn free_buffers() -> usize {
    FREE.with_borrow(Vec::len)
}

#[test]
fn a_thread_keeps_only_some_buffers() {
    let buffers: Vec<Scratch> = (0..MOST_FREE + 3).map(|_| Scratch::uncleared(10)).collect();
    drop(buffers);
    assert_eq!(free_buffers(), MOST_FREE);
}

#[test]
fn a_huge_buffer_is_not_kept() {
    drop(Scratch::uncleared(MOST_VALUES + 1));
    assert_eq!(free_buffers(), 0);
}
