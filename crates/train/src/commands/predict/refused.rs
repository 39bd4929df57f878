//! Pictures that could not be read while others are predicted.

use std::path::Path;

use serde::Serialize;

use crate::failure::Failure;
use crate::output::complain;

/// A picture that could not be read.
#[derive(Clone, Debug, Serialize)]
pub(super) struct RefusedPicture {
    image: String,
    error: String,
}

/// The pictures that could not be read. Each is told in one line at once, unless it is the only one that was asked for.
pub(super) struct Refused {
    asked: usize,
    pictures: Vec<RefusedPicture>,
    last: Option<Failure>,
}

impl Refused {
    /// None yet, of so many that were asked for.
    pub(super) fn new(asked: usize) -> Self {
        Self {
            asked,
            pictures: vec![],
            last: None,
        }
    }

    /// Adds a picture that could not be read, and says why.
    pub(super) fn add(&mut self, picture: &Path, failure: Failure) {
        if self.asked > 1 {
            complain(&format!("error: {failure}"));
        }
        self.pictures.push(RefusedPicture {
            image: picture.display().to_string(),
            error: failure.to_string(),
        });
        self.last = Some(failure);
    }

    /// The pictures, for JSON.
    pub(super) fn pictures(&self) -> &[RefusedPicture] {
        &self.pictures
    }

    /// Whether one picture was asked for, and it could not be read: there is no result.
    pub(super) fn is_the_only_one(&self) -> bool {
        self.asked == 1 && !self.pictures.is_empty()
    }

    /// Succeeds if every picture could be read.
    ///
    /// # Errors
    /// The failure of the only picture, else [`Failure::Usage`] with their number.
    pub(super) fn check(self) -> Result<(), Failure> {
        let (asked, refused) = (self.asked, self.pictures.len());
        let hint = if refused == asked {
            "give images that can be read, such as PNG or JPEG files"
        } else {
            "leave them out, or give images such as PNG or JPEG files; the other pictures were predicted"
        };
        match self.last {
            None => Ok(()),
            Some(only) if asked == 1 => Err(only),
            Some(_) => Err(Failure::usage(
                format!("{refused} of {asked} pictures could not be read"),
                hint,
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of `refused` pictures of so many.
    fn said(refused: usize, asked: usize) -> Option<(String, String)> {
        let mut pictures = Refused::new(asked);
        for _ in 0..refused {
            pictures.add(
                Path::new("a.png"),
                Failure::usage("a.png: no picture", "a way out"),
            );
        }
        let failure = pictures.check().err()?;
        assert_eq!(failure.exit_code(), 2);
        Some((failure.to_string(), failure.hint()))
    }

    #[test]
    fn the_only_picture_has_its_own_failure() {
        assert_eq!(
            said(1, 1),
            Some(("a.png: no picture".into(), "a way out".into()))
        );
        assert_eq!(said(0, 1), None);
    }

    #[test]
    fn several_pictures_are_counted() {
        let (message, hint) = said(2, 3).unwrap();
        assert_eq!(message, "2 of 3 pictures could not be read");
        assert!(hint.contains("the other pictures"), "{hint}");
        let (_, hint) = said(2, 2).unwrap();
        assert!(!hint.contains("the other pictures"), "{hint}");
    }
}
