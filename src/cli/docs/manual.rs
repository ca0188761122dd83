//! The manual: what is more than the help of one command, in pages of the sections 5 and 7.
//!
//! Each page is written once, as Markdown in `man/NAME.SECTION.md`, where a code host shows it, and
//! rendered for `man`. The first line is the page's name and what it is about:
//! `# sharemail-log(7): the log of all changes`.

mod inline;
mod markdown;
mod table;
#[cfg(test)]
mod tests;

use super::file::Generated;
use super::roff::{AS_TYPED, ascii, title};
use crate::error::{Error, Result};
use crate::exit::Exit;
use std::path::Path;

/// A page of the manual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its name, as `man` takes it.
    pub name: &'static str,
    /// Its section.
    pub section: u8,
    /// What it says, in Markdown.
    pub source: &'static str,
}

macro_rules! page {
    ($name:literal, $section:literal) => {
        Page {
            name: $name,
            section: $section,
            source: include_str!(concat!("../../../man/", $name, ".", $section, ".md")),
        }
    };
}

/// All pages, in the order in which a newcomer reads them.
pub const PAGES: [Page; 11] = [
    page!("sharemail-tasks", 7),
    page!("sharemail-config", 5),
    page!("sharemail-servers", 7),
    page!("sharemail-accounts", 7),
    page!("sharemail-file", 5),
    page!("sharemail-identities", 7),
    page!("sharemail-sending", 7),
    page!("sharemail-programs", 7),
    page!("sharemail-log", 7),
    page!("sharemail-scripts", 7),
    page!("sharemail-speed", 7),
];

impl Page {
    /// What it is about, from its first line.
    ///
    /// # Errors
    /// When that does not name the page.
    pub fn about(&self) -> Result<&'static str> {
        let head = format!("# {}({}): ", self.name, self.section);
        let first = self.source.lines().next().unwrap_or_default();
        first
            .strip_prefix(&head)
            .ok_or_else(|| self.fault(&format!("does not begin with {head:?}")))
    }

    /// Whether it has a reference to the page of a command, such as `**sharemail-grant**(1)`.
    #[must_use]
    pub fn names(&self, command: &str) -> bool {
        self.source.contains(&format!("**{command}**(1)"))
    }

    fn fault(&self, what: &str) -> Error {
        let page = format!("man/{}.{}.md", self.name, self.section);
        Error::new(Exit::Failure, what).about(page)
    }

    fn rendered(&self) -> Result<Generated> {
        let about = self.about()?;
        let body = markdown::roff(self.source).map_err(|what| self.fault(&what))?;
        let first = if body.contains(".TS\n") {
            "'\\\" t\n"
        } else {
            ""
        };
        let title = title(self.name, self.section);
        let name = markdown::plain(&format!("{} - {about}", self.name));
        let content = format!("{first}{title}{AS_TYPED}.SH NAME\n{name}{body}");
        Ok(Generated {
            path: Path::new("man").join(format!("{}.{}", self.name, self.section)),
            content: ascii(&content),
        })
    }
}

/// All pages, for `man`.
///
/// # Errors
/// When one cannot be rendered, which none that passes the tests gives rise to.
pub(super) fn pages() -> Result<Vec<Generated>> {
    PAGES.iter().map(Page::rendered).collect()
}
