use std::path::Path;

use super::*;
use crate::comparison::example::plan;

#[test]
fn a_part_says_how_to_gather_all() {
    let mut plan = plan(Path::new("both"), "1-2");
    plan.shard = "2/4".parse().unwrap();
    assert_eq!(
        part_in_words(&plan, 1),
        "part 2/4 has its 1 run; when all parts have theirs, gather them with: mixup report both"
    );
}
