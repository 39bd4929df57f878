use super::*;

fn seeds(text: &str) -> Result<Vec<u32>, String> {
    text.parse::<Seeds>().map(|seeds| seeds.0)
}

#[test]
fn a_seed_is_a_number() {
    assert_eq!(seeds("3"), Ok(vec![3]));
}

#[test]
fn seeds_and_ranges_are_sorted() {
    assert_eq!(seeds("5-7, 1"), Ok(vec![1, 5, 6, 7]));
}

#[test]
fn the_largest_seed_is_that_of_32_bits() {
    assert_eq!(seeds("4294967295"), Ok(vec![u32::MAX]));
    assert!(seeds("4294967296").is_err());
}

#[test]
fn what_is_no_list_of_seeds_is_refused() {
    let expected = "expected seeds from 0 to 4294967295, such as 1,2,5-8";
    for wrong in ["", "a", "1,", "7-5", "-1", "1-"] {
        assert_eq!(seeds(wrong), Err(expected.into()), "{wrong:?}");
    }
}

#[test]
fn a_range_has_at_most_ten_thousand_seeds() {
    assert_eq!(seeds("1-10000").unwrap().len(), 10_000);
    assert!(seeds("1-10001").is_err());
}

#[test]
fn a_seed_that_comes_twice_is_named() {
    let expected = "expected each seed once, found 3 twice";
    assert_eq!(seeds("2-4,3"), Err(expected.into()));
}

#[test]
fn seeds_survive_their_own_words() {
    for text in ["1", "1-3", "1-2,5,7-9"] {
        assert_eq!(text.parse::<Seeds>().unwrap().to_words(), text);
    }
}

#[test]
fn consecutive_seeds_are_one_range() {
    assert_eq!(Seeds::consecutive(3, 4).to_words(), "3-6");
}

#[test]
fn seeds_after_the_largest_begin_at_0() {
    assert_eq!(Seeds::consecutive(u32::MAX, 3).0, [u32::MAX, 0, 1]);
}

#[test]
fn a_shard_survives_its_own_words() {
    assert_eq!("2/4".parse::<Shard>().unwrap().to_string(), "2/4");
}

#[test]
fn what_is_no_shard_is_refused() {
    let expected = "expected I/N with I from 1 to N, such as 2/4";
    for wrong in ["", "0/4", "5/4", "1", "1/0", "a/b", "-1/4"] {
        let found = wrong.parse::<Shard>();
        assert_eq!(found, Err(expected.into()), "{wrong:?}");
    }
}

#[test]
fn every_pair_belongs_to_one_shard() {
    let shards = [1, 2, 3, 4].map(|index| format!("{index}/4").parse::<Shard>().unwrap());
    for position in 0..20 {
        let owners = shards.iter().filter(|shard| shard.has(position));
        assert_eq!(owners.count(), 1, "pair {position}");
    }
}

#[test]
fn one_shard_of_one_is_the_whole() {
    let shard: Shard = "1/1".parse().unwrap();
    assert!(!shard.is_part());
    assert_eq!(shard, Shard::WHOLE);
}
