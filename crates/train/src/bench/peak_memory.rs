//! Peak memory of this process.

use std::path::Path;

use crate::files;

/// Peak main memory of the process so far, in bytes. Only Linux reports it; other systems return `None`.
/// A GPU's own memory is not included.
pub(crate) fn peak_bytes() -> Option<u64> {
    if cfg!(target_os = "linux") {
        parse(&files::read_text(Path::new("/proc/self/status")).ok()?)
    } else {
        None
    }
}

/// `VmHWM` of the text of `/proc/self/status`, in bytes.
fn parse(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_read_in_bytes() {
        let status = "VmPeak:\t  900 kB\nVmHWM:\t   123 kB\nVmRSS:\t 100 kB\n";
        assert_eq!(parse(status), Some(123 * 1024));
        assert_eq!(parse("VmRSS:\t 100 kB\n"), None);
        assert_eq!(parse("VmHWM:\t many kB\n"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_holds_something() {
        assert!(peak_bytes() > Some(1 << 20));
    }
}
