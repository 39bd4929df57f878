//! Every part has its own values, argmax and addend.

use super::*;

fn numbers(range: std::ops::Range<usize>) -> Vec<f32> {
    range.map(|value| value as f32).collect()
}

#[test]
fn chunks_have_what_belongs_to_them() {
    for (recorded, added) in [(false, false), (true, false), (false, true), (true, true)] {
        let mut values = numbers(0..7);
        let mut argmax = numbers(if recorded { 10..17 } else { 0..0 });
        let addend = numbers(if added { 20..27 } else { 0..0 });
        let part = OutputPart {
            values: &mut values,
            argmax: &mut argmax,
            addend: &addend,
        };
        part.for_each_chunk(3, (0..3).into_par_iter(), |index: usize, part| {
            let (start, end) = (3 * index, (3 * index + 3).min(7));
            assert_eq!(part.values, numbers(start..end));
            if recorded {
                assert_eq!(part.argmax, numbers(10 + start..10 + end));
            } else {
                assert!(part.argmax.is_empty());
            }
            if added {
                assert_eq!(part.addend, numbers(20 + start..20 + end));
            } else {
                assert!(part.addend.is_empty());
            }
            part.values.fill(-1.0);
        });
        assert_eq!(values, [-1.0; 7], "every chunk was visited");
    }
}

#[test]
fn a_split_leaves_empty_what_is_empty() {
    let (mut values, addend) = (numbers(0..4), numbers(20..24));
    let part = OutputPart {
        values: &mut values,
        argmax: &mut [],
        addend: &addend,
    };
    let (first, others) = part.split(1);
    assert_eq!((&*first.values, first.addend), (&[0.0][..], &[20.0][..]));
    assert_eq!(others.values, [1.0, 2.0, 3.0]);
    assert_eq!(others.addend, [21.0, 22.0, 23.0]);
    assert!(first.argmax.is_empty() && others.argmax.is_empty());
}
