# Which user the server runs as: sourced.

# Neither server serves mail as root. One user for everything works with and without root.
server_user() {
    owner=$(id -un) as=()
    if [[ $EUID == 0 ]]; then
        owner=mail
        as=(setpriv --reuid=mail --regid=mail --clear-groups)
    fi
    group=$(id -gn "$owner")
}

# Gives it all files; never while a server runs, whose own come and go meanwhile.
become_server_user() {
    server_user
    if [[ $EUID == 0 ]]; then
        chmod go+x "$dir"
        chown -R mail:mail "$home"
        "${as[@]}" test -x "$home" || die "the user mail cannot reach $dir: choose a folder it can"
    fi
}
