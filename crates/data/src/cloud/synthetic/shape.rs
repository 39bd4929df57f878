//! The shapes of the built-in clouds, and random points of their surfaces.

use super::dice::Dice;

/// The class names, in the order of the labels.
pub(super) const CLASSES: [&str; 10] = [
    "sphere", "box", "cylinder", "cone", "torus", "pyramid", "capsule", "tube", "l-prism", "helix",
];

/// Segments of a turn of the helix.
const SEGMENTS: usize = 48;
/// Cosine and sine of the angle of a segment, a 48th of a circle.
const STEP: [f64; 2] = [0.991_444_861_373_810_4, 0.130_526_192_220_051_6];

/// A shape whose height is along the y axis. Lengths are in units of about its own size.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// Of radius 1.
    Sphere,
    /// Half of its width, height and depth.
    Block { halves: [f64; 3] },
    /// Radius 1, with two discs as its ends.
    Cylinder { half: f64 },
    /// Radius 1 at its foot.
    Cone { half: f64 },
    /// A ring of radius 1.
    Torus { thickness: f64 },
    /// A square of side 2 as its foot.
    Pyramid { half: f64 },
    /// A cylinder of radius 1 with half spheres as its ends.
    Capsule { half: f64 },
    /// A cylinder of radius 1 around a hole.
    Tube { half: f64, hole: f64 },
    /// A bar of width 2 with an arm at one end, both of one thickness; `depth` is half of its extent along z.
    LPrism {
        arm: f64,
        thickness: f64,
        depth: f64,
    },
    /// A wire that is wound upwards: the middle of the wire at the ends of its segments.
    Helix {
        middles: Vec<[f64; 3]>,
        thickness: f64,
    },
}

impl Shape {
    /// A shape of a class below [`CLASSES`]`.len()`, of random proportions.
    pub(super) fn of_class(class: usize, dice: &mut Dice) -> Self {
        match CLASSES[class] {
            "sphere" => Self::Sphere,
            "box" => Self::Block {
                halves: [(); 3].map(|()| dice.between((0.5, 1.0))),
            },
            "cylinder" => Self::Cylinder {
                half: dice.between((0.6, 1.6)),
            },
            "cone" => Self::Cone {
                half: dice.between((0.7, 1.5)),
            },
            "torus" => Self::Torus {
                thickness: dice.between((0.2, 0.45)),
            },
            "pyramid" => Self::Pyramid {
                half: dice.between((0.6, 1.3)),
            },
            "capsule" => Self::Capsule {
                half: dice.between((0.3, 1.0)),
            },
            "tube" => Self::Tube {
                half: dice.between((0.6, 1.6)),
                hole: dice.between((0.5, 0.85)),
            },
            "l-prism" => Self::LPrism {
                arm: dice.between((1.2, 2.0)),
                thickness: dice.between((0.5, 0.9)),
                depth: dice.between((0.3, 0.8)),
            },
            _ => Self::Helix {
                middles: wound(dice.between((1.5, 3.0)), dice.between((0.35, 0.7))),
                thickness: dice.between((0.08, 0.2)),
            },
        }
    }

    /// A random point of the surface, uniform by area but for the helix, whose bends are as dense outside as inside.
    pub(super) fn point(&self, dice: &mut Dice) -> [f64; 3] {
        match *self {
            Self::Sphere => dice.direction_in_space(),
            Self::Block { halves } => block(halves, dice),
            Self::Cylinder { half } => match dice.part([2.0 * half, 1.0]) {
                0 => side(1.0, half, dice),
                _ => disc(dice.sign() * half, dice),
            },
            Self::Cone { half } => cone(half, dice),
            Self::Torus { thickness } => torus(thickness, dice),
            Self::Pyramid { half } => pyramid(half, dice),
            Self::Capsule { half } => match dice.part([half, 1.0]) {
                0 => side(1.0, half, dice),
                _ => {
                    let [x, y, z] = dice.direction_in_space();
                    [x, if y > 0.0 { y + half } else { y - half }, z]
                }
            },
            Self::Tube { half, hole } => {
                match dice.part([2.0 * half, 2.0 * half * hole, 1.0 - hole * hole]) {
                    0 => side(1.0, half, dice),
                    1 => side(hole, half, dice),
                    _ => {
                        let [cos, sin] = dice.direction();
                        let radius = dice.between((hole * hole, 1.0)).sqrt();
                        [cos * radius, dice.sign() * half, sin * radius]
                    }
                }
            }
            Self::LPrism {
                arm,
                thickness,
                depth,
            } => l_prism(arm, thickness, depth, dice),
            Self::Helix {
                ref middles,
                thickness,
            } => {
                let place = dice.unit() * (middles.len() - 1) as f64;
                let (before, share) = (place as usize, place.fract());
                let [from, to] = [middles[before], middles[before + 1]];
                let wire = dice.direction_in_space();
                [0, 1, 2].map(|axis| {
                    from[axis] + share * (to[axis] - from[axis]) + thickness * wire[axis]
                })
            }
        }
    }
}

/// A point of the side of an upright cylinder.
fn side(radius: f64, half: f64, dice: &mut Dice) -> [f64; 3] {
    let [cos, sin] = dice.direction();
    [radius * cos, dice.between((-half, half)), radius * sin]
}

/// A point of a level disc of radius 1.
fn disc(height: f64, dice: &mut Dice) -> [f64; 3] {
    let [x, z] = dice.in_disc();
    [x, height, z]
}

fn block(halves: [f64; 3], dice: &mut Dice) -> [f64; 3] {
    let [x, y, z] = halves;
    let axis = dice.part([y * z, z * x, x * y]);
    let mut point = halves.map(|half| dice.between((-half, half)));
    point[axis] = dice.sign() * halves[axis];
    point
}

fn cone(half: f64, dice: &mut Dice) -> [f64; 3] {
    let slope = (1.0 + 4.0 * half * half).sqrt();
    if dice.part([slope, 1.0]) == 1 {
        return disc(-half, dice);
    }
    let [cos, sin] = dice.direction();
    let radius = dice.unit().sqrt();
    [radius * cos, half - 2.0 * half * radius, radius * sin]
}

fn torus(thickness: f64, dice: &mut Dice) -> [f64; 3] {
    let [cos, sin] = dice.direction();
    loop {
        let [out, up] = dice.direction().map(|value| thickness * value);
        // The outside of the ring is longer than its inside.
        if dice.unit() * (1.0 + thickness) < 1.0 + out {
            return [cos * (1.0 + out), up, sin * (1.0 + out)];
        }
    }
}

fn pyramid(half: f64, dice: &mut Dice) -> [f64; 3] {
    let slope = (1.0 + 4.0 * half * half).sqrt();
    if dice.part([slope, 1.0]) == 1 {
        return [dice.between((-1.0, 1.0)), -half, dice.between((-1.0, 1.0))];
    }
    // A triangle from the top to one side of the foot; near the top there is less of it.
    let down = dice.unit().sqrt();
    let along = dice.between((-down, down));
    let [x, z] = match dice.part([1.0; 4]) {
        0 => [down, along],
        1 => [-down, along],
        2 => [along, down],
        _ => [along, -down],
    };
    [x, half - 2.0 * half * down, z]
}

fn l_prism(arm: f64, thickness: f64, depth: f64, dice: &mut Dice) -> [f64; 3] {
    // The outline in the plane of x and y, from the outer corner around.
    let corners = [
        [-1.0, 0.0],
        [1.0, 0.0],
        [1.0, thickness],
        [thickness - 1.0, thickness],
        [thickness - 1.0, arm],
        [-1.0, arm],
    ];
    let (bar, rest) = (2.0 * thickness, (arm - thickness) * thickness);
    let around = 2.0 * (2.0 + arm);
    let z = dice.between((-depth, depth));
    match dice.part([2.0 * bar, 2.0 * rest, 2.0 * depth * around]) {
        0 => [
            dice.between((-1.0, 1.0)),
            dice.between((0.0, thickness)),
            dice.sign() * depth,
        ],
        1 => [
            dice.between((-1.0, thickness - 1.0)),
            dice.between((thickness, arm)),
            dice.sign() * depth,
        ],
        _ => {
            let lengths = [
                2.0,
                thickness,
                2.0 - thickness,
                arm - thickness,
                thickness,
                arm,
            ];
            let edge = dice.part(lengths);
            let [from, to] = [corners[edge], corners[(edge + 1) % corners.len()]];
            let share = dice.unit();
            let [x, y] = [0, 1].map(|axis| from[axis] + share * (to[axis] - from[axis]));
            [x, y, z]
        }
    }
}

/// The middle of a wire of radius 1 that makes some `turns`, each of which rises by `rise`.
fn wound(turns: f64, rise: f64) -> Vec<[f64; 3]> {
    let count = (turns * SEGMENTS as f64) as usize;
    let mut at = [1.0, 0.0];
    let mut middles = Vec::with_capacity(count + 1);
    for segment in 0..=count {
        let height = rise * segment as f64 / SEGMENTS as f64;
        middles.push([at[0], height, at[1]]);
        at = [
            at[0] * STEP[0] - at[1] * STEP[1],
            at[0] * STEP[1] + at[1] * STEP[0],
        ];
    }
    middles
}
