//! The file names of an official set.

/// The number of training batch files.
pub(super) const TRAIN_BATCHES: usize = 5;

/// One of the two official forms of CIFAR-10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
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
    /// The optional file of class names.
    ClassNames,
}

/// A file of an official set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// The form of its set.
    pub(crate) form: Form,
    pub(super) role: Role,
}

impl Member {
    /// The file of an official set that has this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let mut members = Self::all(Form::Binary).chain(Self::all(Form::Python));
        members.find(|member| member.name() == name)
    }

    /// Every file of a form, starting with the training batches in order.
    pub(super) fn all(form: Form) -> impl Iterator<Item = Self> {
        let train = (0..TRAIN_BATCHES).map(Role::Train);
        train
            .chain([Role::Test, Role::ClassNames])
            .map(move |role| Self { form, role })
    }

    /// The file's name.
    pub(super) fn name(self) -> String {
        match (self.role, self.form) {
            (Role::Train(index), Form::Binary) => format!("data_batch_{}.bin", index + 1),
            (Role::Train(index), Form::Python) => format!("data_batch_{}", index + 1),
            (Role::Test, Form::Binary) => "test_batch.bin".into(),
            (Role::Test, Form::Python) => "test_batch".into(),
            (Role::ClassNames, Form::Binary) => "batches.meta.txt".into(),
            (Role::ClassNames, Form::Python) => "batches.meta".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_file() {
        for member in Member::all(Form::Binary).chain(Member::all(Form::Python)) {
            assert_eq!(Member::named(&member.name()), Some(member));
        }
        assert_eq!(Member::named("data_batch_6"), None);
    }
}
