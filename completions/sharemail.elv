set edit:completion:arg-completer[sharemail] = { |@words|
    var index = (count $words)
    set index = (- $index 1)

    put (env _CLAP_IFS="\n" _CLAP_COMPLETE_INDEX=(to-string $index) SHAREMAIL_COMPLETE="elvish" sharemail -- $@words) | to-lines
}
