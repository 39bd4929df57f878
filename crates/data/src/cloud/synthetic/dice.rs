//! Random numbers for drawing the built-in clouds.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Random numbers made with integer arithmetic and square roots only, so that they do not change with a release of
/// `rand` or with the machine.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// Draws from the current position of `stream`.
    pub(super) fn new(stream: ChaCha8Rng) -> Self {
        Self(stream)
    }

    /// In `[0, 1)`.
    pub(super) fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32() >> 8) / f64::from(1 << 24)
    }

    /// Uniform between the two.
    pub(super) fn between(&mut self, (low, high): (f64, f64)) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Either 1 or −1.
    pub(super) fn sign(&mut self) -> f64 {
        if self.unit() < 0.5 { 1.0 } else { -1.0 }
    }

    /// Which of several parts, each with a probability in proportion to its area.
    pub(super) fn part<const PARTS: usize>(&mut self, areas: [f64; PARTS]) -> usize {
        let mut left = self.unit() * areas.iter().sum::<f64>();
        for (part, area) in areas.into_iter().enumerate() {
            if left < area {
                return part;
            }
            left -= area;
        }
        PARTS - 1
    }

    /// A point of the unit circle, uniform: cosine and sine of a random angle.
    pub(super) fn direction(&mut self) -> [f64; 2] {
        self.direction_in()
    }

    /// A point of the unit sphere, uniform.
    pub(super) fn direction_in_space(&mut self) -> [f64; 3] {
        self.direction_in()
    }

    /// A random direction: a point of the ball, which is drawn from the cube around it, moved to the surface.
    fn direction_in<const AXES: usize>(&mut self) -> [f64; AXES] {
        loop {
            let point = [(); AXES].map(|()| self.between((-1.0, 1.0)));
            let square: f64 = point.iter().map(|value| value * value).sum();
            if (1e-4..=1.0).contains(&square) {
                let length = square.sqrt();
                return point.map(|value| value / length);
            }
        }
    }

    /// A point of the unit disc, uniform.
    pub(super) fn in_disc(&mut self) -> [f64; 2] {
        let [cos, sin] = self.direction();
        let radius = self.unit().sqrt();
        [cos * radius, sin * radius]
    }
}
