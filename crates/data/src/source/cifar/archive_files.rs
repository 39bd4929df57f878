//! The files of CIFAR-10 among those of an archive.

use std::path::{Path, PathBuf};

use super::official::{Cifar, Collector, LabelKind, Member};
use crate::DataError;
use crate::source::content::Content;

/// Takes the files of CIFAR-10 out of an archive.
pub(crate) struct Cifar10Files<'a> {
    progress: &'a (dyn Fn(usize, usize) + Sync),
    collector: Option<Collector>,
    /// The folder of the files.
    home: PathBuf,
}

impl<'a> Cifar10Files<'a> {
    /// No files yet. `progress` receives how many batches were read, and how many there are.
    pub(crate) fn new(progress: &'a (dyn Fn(usize, usize) + Sync)) -> Self {
        Self {
            progress,
            collector: None,
            home: PathBuf::new(),
        }
    }

    /// Takes a file if it is one of CIFAR-10. Returns whether it is.
    ///
    /// # Errors
    /// A file that is too large or damaged, that comes twice, or that lies in another folder than the others.
    pub(crate) fn take(
        &mut self,
        name: &Path,
        content: &mut Content<'_>,
    ) -> Result<bool, DataError> {
        let file_name = name.file_name().and_then(|name| name.to_str());
        let member = file_name.and_then(Member::named);
        let Some(member) = member.filter(|member| member.set == Cifar::Ten) else {
            return Ok(false);
        };
        content.at_most(Cifar::Ten.most_bytes())?;
        let folder = name.parent().unwrap_or(Path::new(""));
        let total = Cifar::Ten.batches();
        let collector = self.collector.get_or_insert_with(|| {
            folder.clone_into(&mut self.home);
            (self.progress)(0, total);
            Collector::new(Cifar::Ten, member.form, LabelKind::Fine)
        });
        if collector.form() == member.form && self.home != folder {
            let expected = format!("batches in one folder ({})", self.home.display());
            return Err(DataError::format(content.path, expected, "another folder"));
        }
        collector.add(member, content)?;
        (self.progress)(collector.batches(), total);
        Ok(true)
    }

    /// The files that were taken; `None` if there were none.
    pub(crate) fn into_collector(self) -> Option<Collector> {
        self.collector
    }
}
