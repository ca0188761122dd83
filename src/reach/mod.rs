//! How the administrator gets at a shared mailbox: by namespace or by impersonation.
