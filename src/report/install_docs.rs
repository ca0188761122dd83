//! install-docs: what was written where.

use crate::document::{Document, Records, Report, Text};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The report of `install-docs`.
#[derive(Clone, Debug, Serialize)]
pub struct InstallDocsReport {
    /// Whether it was only told where.
    pub dry_run: bool,
    /// Each file.
    pub files: Vec<Installed>,
    /// What man or a shell needs to be told to find them.
    pub hints: Vec<String>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Installed {
    /// Who reads it: `man` or the name of a shell.
    pub reader: &'static str,
    /// Where it is.
    pub path: String,
}

impl Installed {
    /// A file at `path` for `reader`.
    pub fn new(reader: &'static str, path: &Path) -> Self {
        Self {
            reader,
            path: path.display().to_string(),
        }
    }
}

impl Report for InstallDocsReport {
    fn document(&self) -> Document {
        let (pages, others): (Vec<&Installed>, Vec<&Installed>) =
            self.files.iter().partition(|file| file.reader == "man");
        let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
        for page in pages {
            let folder = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            *folders.entry(folder).or_default() += 1;
        }
        let mut document = Document::new();
        for (folder, count) in folders {
            let pages = if count == 1 { "page" } else { "pages" };
            document = document.spans([Text::strong(folder), format!(": {count} {pages}").into()]);
        }
        for file in others {
            document = document.spans([
                Text::strong(&file.path),
                format!(": completions for {}", file.reader).into(),
            ]);
        }
        if self.dry_run {
            document = document.line("nothing was written (--dry-run)");
        }
        let hints = self.hints.iter().cloned();
        hints.fold(document, Document::hint)
    }

    fn records(&self) -> Records {
        let mut records = Records::new(["reader", "path"]);
        for file in &self.files {
            records.push([file.reader.to_owned(), file.path.clone()]);
        }
        records
    }
}
