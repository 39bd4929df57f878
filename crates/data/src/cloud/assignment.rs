//! Which point of a cloud goes with which point of another: a bijection of least total distance, found by an auction.

use crate::Point;

/// By how much a bid exceeds what is needed, from the first round to the last, for clouds in the unit ball.
///
/// The sum of the distances ends at most this much per point above the least one. A coarse start makes good prices
/// soon, and each round begins with the prices of the one before it.
const EPSILONS: [f32; 6] = [0.25, 0.0625, 0.015_625, 0.003_906_25, 0.001, 0.0005];

/// The most points of a cloud for which [`assign`] is meant: their distances take a quarter of a gigabyte.
pub const MOST_ASSIGNED: usize = 8192;

/// Candidates that are compared side by side.
const LANES: usize = 16;

/// The partner of each point: for point i of `from` the index of a point of `to`, so that the sum of the distances
/// between partners is nearly the least possible. Every point of `to` is taken once.
///
/// It is an auction with falling ε: points of `from` bid for points of `to`, one after the other. The same clouds always
/// get the same assignment. Memory is four bytes for each pair of points, and time grows with about their number.
///
/// # Ranges
/// The sum is at most 0.0005 r per point above the least one, where r is the largest distance of a point of the two
/// clouds from the middle of both. Clouds of shapes that differ have sums of 0.2 r to 0.4 r per point.
///
/// # Panics
/// If the clouds have different numbers of points, or a coordinate is not finite.
///
/// # Source
/// Bertsekas, "The auction algorithm: A distributed relaxation method for the assignment problem", 1988. Chen et al.,
/// "PointMixup: Augmentation for Point Clouds", 2020, mix clouds by such an assignment.
///
/// # Example
/// ```
/// let from = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [2.0, 0.0, 0.0]];
/// let to = [[2.1, 0.0, 0.0], [0.1, 0.0, 0.0], [1.1, 0.0, 0.0]];
/// assert_eq!(mixup_data::assign(&from, &to), [1, 2, 0]);
/// ```
pub fn assign(from: &[Point], to: &[Point]) -> Vec<u32> {
    assert_eq!(from.len(), to.len(), "clouds of equally many points");
    let (middle, radius) = ball(from, to);
    assert!(radius.is_finite(), "clouds with finite coordinates");
    if from.len() < 2 || radius == 0.0 {
        return (0..from.len() as u32).collect();
    }
    // In the unit ball, no distance is too large or too small to compute with.
    let scaled = |cloud: &[Point]| -> Vec<Point> {
        let value = |point: &Point, axis: usize| (f64::from(point[axis]) - middle[axis]) / radius;
        let point = |point| [0, 1, 2].map(|axis| value(point, axis) as f32);
        cloud.iter().map(point).collect()
    };
    let mut auction = Auction::new(&scaled(from), &scaled(to));
    for epsilon in EPSILONS {
        auction.run(epsilon);
    }
    auction.taken
}

/// The middle of all points, and the largest distance of one from it.
fn ball(from: &[Point], to: &[Point]) -> ([f64; 3], f64) {
    let points = || from.iter().chain(to).map(|point| point.map(f64::from));
    let count = (from.len() + to.len()) as f64;
    let add = |sum: [f64; 3], point: [f64; 3]| [0, 1, 2].map(|axis| sum[axis] + point[axis]);
    let middle = points().fold([0.0; 3], add).map(|sum| sum / count);
    let square = |point: [f64; 3]| -> f64 {
        let distances = [0, 1, 2].map(|axis| point[axis] - middle[axis]);
        distances.iter().map(|value| value * value).sum()
    };
    // Not `max`, which would pass over a NaN.
    let larger = |a: f64, b: f64| if b <= a { a } else { b };
    let radius = points().map(square).fold(0.0, larger).sqrt();
    (middle, radius)
}

/// No point of `from`, or none of `to`.
const NONE: u32 = u32::MAX;

/// The state of an auction.
struct Auction {
    /// Points of a row of distances: those of `to`, up to a multiple of the lanes.
    width: usize,
    /// The distance of each pair of points, a row for each point of `from`, infinite where there is no point of `to`.
    distances: Vec<f32>,
    /// What each point of `to` costs.
    prices: Vec<f32>,
    /// The point of `to` that each point of `from` has.
    taken: Vec<u32>,
    /// The point of `from` that has each point of `to`.
    owners: Vec<u32>,
}

impl Auction {
    fn new(from: &[Point], to: &[Point]) -> Self {
        let count = from.len();
        let width = count.next_multiple_of(LANES);
        let mut distances = vec![f32::INFINITY; count * width];
        for (row, a) in distances.chunks_exact_mut(width).zip(from) {
            for (distance, b) in row.iter_mut().zip(to) {
                let [x, y, z] = [0, 1, 2].map(|axis| a[axis] - b[axis]);
                *distance = (x * x + y * y + z * z).sqrt();
            }
        }
        Self {
            width,
            distances,
            prices: vec![0.0; width],
            taken: vec![NONE; count],
            owners: vec![NONE; count],
        }
    }

    /// Sells all points of `to` anew, at the prices of the round before.
    fn run(&mut self, epsilon: f32) {
        self.taken.fill(NONE);
        self.owners.fill(NONE);
        let mut without: Vec<u32> = (0..self.taken.len() as u32).rev().collect();
        while let Some(bidder) = without.pop() {
            let row = &self.distances[bidder as usize * self.width..][..self.width];
            let Lowest { place, sum, next } = lowest(row, &self.prices);
            self.prices[place] += next - sum + epsilon;
            self.taken[bidder as usize] = place as u32;
            let before = std::mem::replace(&mut self.owners[place], bidder);
            if before != NONE {
                without.push(before);
            }
        }
    }
}

/// The lowest sum of distance and price, where it is, and the lowest of all other sums.
struct Lowest {
    place: usize,
    sum: f32,
    next: f32,
}

fn lowest(distances: &[f32], prices: &[f32]) -> Lowest {
    let mut sums = [f32::INFINITY; LANES];
    let mut nexts = [f32::INFINITY; LANES];
    let mut blocks = [0_u32; LANES];
    let rows = distances
        .chunks_exact(LANES)
        .zip(prices.chunks_exact(LANES));
    for (block, (distances, prices)) in (0..).zip(rows) {
        for lane in 0..LANES {
            let sum = distances[lane] + prices[lane];
            let is_lower = sum < sums[lane];
            nexts[lane] = nexts[lane].min(if is_lower { sums[lane] } else { sum });
            blocks[lane] = if is_lower { block } else { blocks[lane] };
            sums[lane] = if is_lower { sum } else { sums[lane] };
        }
    }
    let mut best = 0;
    for lane in 1..LANES {
        if sums[lane] < sums[best] {
            best = lane;
        }
    }
    let others = (0..LANES)
        .filter(|&lane| lane != best)
        .map(|lane| sums[lane]);
    Lowest {
        place: blocks[best] as usize * LANES + best,
        sum: sums[best],
        next: others.fold(nexts[best], f32::min),
    }
}

#[cfg(test)]
mod tests;
