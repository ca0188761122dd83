//! IMAP4rev1 with ACL (RFC 4314): wire, session, batch, grammar, and a file per topic.
