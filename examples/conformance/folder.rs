//! Folder: every file below a folder, in the order of their paths.

use crate::suite::Report;
use std::{fs, io, path::Path};

/// Runs every file below this folder.
pub fn run(folder: &Path) -> io::Result<Vec<Report>> {
    let mut reports = Vec::new();
    visit(folder, "", &mut reports)?;
    Ok(reports)
}

fn visit(folder: &Path, above: &str, reports: &mut Vec<Report>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let name = format!("{above}{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            visit(&path, &format!("{name}/"), reports)?;
        } else {
            reports.push(Report::of(name, &fs::read(&path)?));
        }
    }
    Ok(())
}
