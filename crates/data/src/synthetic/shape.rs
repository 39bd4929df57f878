//! The shapes of the built-in images.

/// The class names, in the order of the labels.
pub(super) const CLASSES: [&str; 10] = [
    "disc",
    "ring",
    "crescent",
    "square",
    "frame",
    "triangle",
    "cross",
    "rows",
    "columns",
    "checkerboard",
];

/// A shape in its own coordinates, where it spans about -1 to 1.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Disc,
    Ring {
        hole: f32,
    },
    Crescent {
        bite: f32,
    },
    Square,
    Frame {
        hole: f32,
    },
    Triangle,
    Cross {
        arm: f32,
    },
    Stripes {
        count: f32,
        phase: f32,
        upright: bool,
        round: bool,
    },
    Checkerboard {
        count: f32,
        round: bool,
    },
    Bar,
}

impl Shape {
    /// The shape of a class below [`CLASSES`]`.len()`. `between` draws from a range.
    pub(super) fn for_class(class: usize, mut between: impl FnMut(f32, f32) -> f32) -> Self {
        match CLASSES[class] {
            "disc" => Self::Disc,
            "ring" => Self::Ring {
                hole: between(0.4, 0.7),
            },
            "crescent" => Self::Crescent {
                bite: between(0.35, 0.65),
            },
            "square" => Self::Square,
            "frame" => Self::Frame {
                hole: between(0.4, 0.7),
            },
            "triangle" => Self::Triangle,
            "cross" => Self::Cross {
                arm: between(0.24, 0.4),
            },
            "checkerboard" => Self::Checkerboard {
                count: between(1.5, 2.2),
                round: between(0.0, 1.0) < 0.5,
            },
            name => Self::Stripes {
                count: between(1.5, 2.4),
                phase: between(0.0, 1.0),
                upright: name == "columns",
                round: between(0.0, 1.0) < 0.5,
            },
        }
    }

    /// One of three plain shapes, for distraction.
    pub(super) fn blob(kind: u32) -> Self {
        match kind {
            0 => Self::Disc,
            1 => Self::Square,
            _ => Self::Bar,
        }
    }

    /// Whether a quarter turn changes the shape into another class.
    pub(super) fn depends_on_direction(self) -> bool {
        matches!(self, Self::Stripes { .. })
    }

    /// Whether the point lies in the shape.
    pub(super) fn contains(self, u: f32, v: f32) -> bool {
        let distance = u * u + v * v;
        let reach = u.abs().max(v.abs());
        // A square with a side of 0.86 looks as large as a disc with a radius of 1.
        let patch = |round: bool| if round { distance < 1.0 } else { reach < 0.86 };
        let odd = |value: f32| value.floor() as i32 & 1 == 1;
        match self {
            Self::Disc => distance < 1.0,
            Self::Ring { hole } => distance < 1.0 && distance > hole * hole,
            Self::Crescent { bite } => {
                let gap = (u - bite) * (u - bite) + v * v;
                distance < 1.0 && gap > 0.72
            }
            Self::Square => reach < 0.86,
            Self::Frame { hole } => reach < 0.86 && reach > 0.86 * hole,
            Self::Triangle => v < 0.65 && u.abs() < (v + 1.15) * 0.6,
            Self::Cross { arm } => reach < 1.0 && u.abs().min(v.abs()) < arm,
            Self::Stripes {
                count,
                phase,
                upright,
                round,
            } => {
                let along = if upright { u } else { v };
                patch(round) && odd(along * count + phase)
            }
            Self::Checkerboard { count, round } => patch(round) && odd(u * count) != odd(v * count),
            Self::Bar => u.abs() < 1.6 && v.abs() < 0.35,
        }
    }
}

#[cfg(test)]
mod tests;
