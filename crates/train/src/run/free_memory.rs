//! How much main memory this process can still take.

use std::path::{Path, PathBuf};

use crate::files;

/// Bytes that are free for this process: those of the system, and those that its control groups leave it. Only Linux
/// tells; other systems return `None`.
pub(crate) fn free_memory() -> Option<u64> {
    if cfg!(target_os = "linux") {
        free_by(&|path| files::read_text(path).ok())
    } else {
        None
    }
}

/// As [`free_memory`], by the texts of files.
fn free_by(read: &dyn Fn(&Path) -> Option<String>) -> Option<u64> {
    let available = read(Path::new("/proc/meminfo")).and_then(|text| available(&text));
    let groups = read(Path::new("/proc/self/cgroup")).unwrap_or_default();
    let left = groups.lines().filter_map(|line| left_by(line, read)).min();
    available.into_iter().chain(left).min()
}

/// `MemAvailable` of the text of `/proc/meminfo`, in bytes.
fn available(meminfo: &str) -> Option<u64> {
    let mut lines = meminfo.lines();
    let line = lines.find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// The files of a control group's memory, by version.
struct Names {
    root: &'static str,
    limit: &'static str,
    used: &'static str,
    /// The line of `memory.stat` about pages of files that can be dropped.
    droppable: &'static str,
}

const VERSION_1: Names = Names {
    root: "/sys/fs/cgroup/memory",
    limit: "memory.limit_in_bytes",
    used: "memory.usage_in_bytes",
    droppable: "total_inactive_file",
};

const VERSION_2: Names = Names {
    root: "/sys/fs/cgroup",
    limit: "memory.max",
    used: "memory.current",
    droppable: "inactive_file",
};

/// What the control group in a line of `/proc/self/cgroup`, and those around it, leave; `None` if none has a limit.
fn left_by(line: &str, read: &dyn Fn(&Path) -> Option<String>) -> Option<u64> {
    let mut fields = line.splitn(3, ':');
    let (number, controllers, group) = (fields.next()?, fields.next()?, fields.next()?);
    let names = match (number, controllers) {
        ("0", "") => VERSION_2,
        (_, of) if of.split(',').any(|controller| controller == "memory") => VERSION_1,
        _ => return None,
    };
    let root = Path::new(names.root);
    let folder: PathBuf = root.join(group.trim_start_matches('/'));
    let groups = folder
        .ancestors()
        .take_while(|group| group.starts_with(root));
    groups.filter_map(|group| left(group, &names, read)).min()
}

/// What the group in this folder leaves; `None` without a limit.
fn left(group: &Path, names: &Names, read: &dyn Fn(&Path) -> Option<String>) -> Option<u64> {
    let number = |name: &str| read(&group.join(name))?.trim().parse::<u64>().ok();
    // Without a limit, version 2 says `max` and version 1 a huge number.
    let limit = number(names.limit)?;
    let used = number(names.used)?;
    let stat = read(&group.join("memory.stat")).unwrap_or_default();
    let droppable = stat.lines().find_map(|line| {
        let (name, value) = line.split_once(' ')?;
        (name == names.droppable).then(|| value.parse::<u64>().ok())?
    });
    let kept = used.saturating_sub(droppable.unwrap_or(0));
    Some(limit.saturating_sub(kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is free in a system of these files.
    fn free(files: &[(&str, &str)]) -> Option<u64> {
        free_by(&|path| {
            let mut files = files.iter();
            let (_, text) = files.find(|(name, _)| Path::new(name) == path)?;
            Some((*text).into())
        })
    }

    const MEMORY: (&str, &str) = ("/proc/meminfo", "MemTotal: 100 kB\nMemAvailable:   90 kB\n");

    #[test]
    fn without_a_limit_the_system_decides() {
        assert_eq!(free(&[MEMORY]), Some(90 * 1024));
        let files = [
            MEMORY,
            ("/proc/self/cgroup", "0::/user.slice\n"),
            ("/sys/fs/cgroup/user.slice/memory.max", "max\n"),
            ("/sys/fs/cgroup/user.slice/memory.current", "5\n"),
        ];
        assert_eq!(free(&files), Some(90 * 1024));
        assert_eq!(free(&[]), None);
    }

    #[test]
    fn a_group_around_the_own_one_can_have_the_limit() {
        let files = [
            MEMORY,
            ("/proc/self/cgroup", "0::/a/b\n"),
            ("/sys/fs/cgroup/a/memory.max", "5000\n"),
            ("/sys/fs/cgroup/a/memory.current", "3000\n"),
            (
                "/sys/fs/cgroup/a/memory.stat",
                "anon 1\ninactive_file 1000\n",
            ),
        ];
        assert_eq!(free(&files), Some(3000));
    }

    #[test]
    fn the_first_version_of_groups_is_known() {
        let files = [
            MEMORY,
            ("/proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/x\n"),
            ("/sys/fs/cgroup/memory/x/memory.limit_in_bytes", "700\n"),
            ("/sys/fs/cgroup/memory/x/memory.usage_in_bytes", "900\n"),
        ];
        assert_eq!(free(&files), Some(0));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_system_has_some() {
        assert!(free_memory() > Some(1 << 20));
    }
}
