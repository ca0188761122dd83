complete --keep-order --exclusive --command sharemail --arguments "(SHAREMAIL_COMPLETE=fish sharemail -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
