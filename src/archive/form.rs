//! In what files messages are kept.

/// What messages are kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// All behind each other in one file (mboxrd).
    Mbox,
    /// A folder as mail servers have it (Maildir++).
    Maildir,
    /// A folder for each, with a file for each message, as it came.
    Eml,
}

impl Form {
    /// All of them.
    pub const ALL: [Form; 3] = [Form::Mbox, Form::Maildir, Form::Eml];

    /// As options spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Form::Mbox => "mbox",
            Form::Maildir => "maildir",
            Form::Eml => "eml",
        }
    }

    /// Whether lines end with LF alone in it.
    pub const fn is_unix(self) -> bool {
        matches!(self, Form::Mbox | Form::Maildir)
    }
}
