//! The file names of the official sets.

use std::fmt;

use super::LabelKind;

/// One of the two official sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cifar {
    /// CIFAR-10.
    Ten,
    /// CIFAR-100.
    Hundred,
}

/// One of the two official forms of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Records of bytes.
    Binary,
    /// Pickles.
    Python,
}

/// The role of a file in a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A batch of training images, counted from 0.
    Train(usize),
    /// The test images.
    Test,
    /// The file of class names. That of CIFAR-100's Python form has the names of both kinds.
    ClassNames(LabelKind),
}

/// A file of an official set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// Its set.
    pub(crate) set: Cifar,
    /// The form of its set.
    pub(crate) form: Form,
    pub(super) role: Role,
}

impl Cifar {
    /// Both sets.
    const ALL: [Self; 2] = [Self::Ten, Self::Hundred];

    /// The number of files of training images.
    pub(super) const fn train_batches(self) -> usize {
        match self {
            Self::Ten => 5,
            Self::Hundred => 1,
        }
    }

    /// The number of files of images: those of training images and one of test images.
    pub(crate) const fn batches(self) -> usize {
        self.train_batches() + 1
    }

    /// The number of classes of a label of this kind. CIFAR-10 has one kind.
    pub(crate) const fn classes(self, kind: LabelKind) -> usize {
        match (self, kind) {
            (Self::Ten, _) => 10,
            (Self::Hundred, LabelKind::Fine) => 100,
            (Self::Hundred, LabelKind::Coarse) => 20,
        }
    }

    /// The largest file of images that is read, in bytes. The largest ones have 31 and 155 million.
    pub(crate) const fn most_bytes(self) -> u64 {
        match self {
            Self::Ten => crate::file::MAX_FILE_BYTES,
            Self::Hundred => 256 << 20,
        }
    }
}

impl fmt::Display for Cifar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Ten => "CIFAR-10",
            Self::Hundred => "CIFAR-100",
        })
    }
}

impl Member {
    /// The file of an official set that has this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let members = Cifar::ALL.into_iter().flat_map(|set| {
            let forms = [Form::Binary, Form::Python].into_iter();
            forms.flat_map(move |form| Self::all(set, form))
        });
        let mut members = members;
        members.find(|member| member.name() == name)
    }

    /// Every file of a form, starting with the training batches in order.
    pub(super) fn all(set: Cifar, form: Form) -> impl Iterator<Item = Self> {
        let train = (0..set.train_batches()).map(Role::Train);
        let coarse = match (set, form) {
            (Cifar::Hundred, Form::Binary) => Some(Role::ClassNames(LabelKind::Coarse)),
            _ => None,
        };
        train
            .chain([Role::Test, Role::ClassNames(LabelKind::Fine)])
            .chain(coarse)
            .map(move |role| Self { set, form, role })
    }

    /// Whether the file holds images, and no class names.
    pub(crate) fn has_images(self) -> bool {
        !matches!(self.role, Role::ClassNames(_))
    }

    /// The file's name.
    pub(super) fn name(self) -> String {
        let name = match (self.set, self.role, self.form) {
            (Cifar::Ten, Role::Train(index), Form::Binary) => {
                return format!("data_batch_{}.bin", index + 1);
            }
            (Cifar::Ten, Role::Train(index), Form::Python) => {
                return format!("data_batch_{}", index + 1);
            }
            (Cifar::Ten, Role::Test, Form::Binary) => "test_batch.bin",
            (Cifar::Ten, Role::Test, Form::Python) => "test_batch",
            (Cifar::Ten, Role::ClassNames(_), Form::Binary) => "batches.meta.txt",
            (Cifar::Ten, Role::ClassNames(_), Form::Python) => "batches.meta",
            (Cifar::Hundred, Role::Train(_), Form::Binary) => "train.bin",
            (Cifar::Hundred, Role::Train(_), Form::Python) => "train",
            (Cifar::Hundred, Role::Test, Form::Binary) => "test.bin",
            (Cifar::Hundred, Role::Test, Form::Python) => "test",
            (Cifar::Hundred, Role::ClassNames(LabelKind::Fine), Form::Binary) => {
                "fine_label_names.txt"
            }
            (Cifar::Hundred, Role::ClassNames(LabelKind::Coarse), Form::Binary) => {
                "coarse_label_names.txt"
            }
            (Cifar::Hundred, Role::ClassNames(_), Form::Python) => "meta",
        };
        name.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_file() {
        let forms = [Form::Binary, Form::Python];
        let members = Cifar::ALL.into_iter().flat_map(|set| {
            forms
                .into_iter()
                .flat_map(move |form| Member::all(set, form))
        });
        for member in members {
            assert_eq!(Member::named(&member.name()), Some(member));
        }
        assert_eq!(Member::named("data_batch_6"), None);
    }
}
