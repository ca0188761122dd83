# Which user the server runs as: sourced.

# Neither server serves mail as root. One user for everything works with and without root.
become_server_user() {
    owner=$(id -un) as=()
    if [[ $EUID == 0 ]]; then
        owner=mail
        as=(setpriv --reuid=mail --regid=mail --clear-groups)
        chmod go+x "$dir"
        chown -R mail:mail "$home"
        "${as[@]}" test -x "$home" || die "the user mail cannot reach $dir: choose a folder it can"
    fi
    group=$(id -gn "$owner")
}
