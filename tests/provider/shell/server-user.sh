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

# A program in the place of sendmail: it keeps what filters send on, in files below $home/sent. Cyrus
# speaks SMTP to it.
catch_mail() {
    mkdir -p "$home/sent"
    { printf '#!/bin/bash\nsent=%q\n' "$home/sent" && cat <<'SH'; } >"$home/sendmail"
export PATH=/usr/bin:/bin LC_ALL=C
keep() { file=$(mktemp "$sent/XXXXXXXX") && { printf '%s\n' "$1" && cat; } >"$file" && mv "$file" "$file.mail"; }
say() { printf '%s\r\n' "$1"; }
message() {
    while IFS= read -r line && [[ ${line%$'\r'} != . ]]; do
        printf '%s\n' "${line#.}"
    done
}
[[ $* == *-bs* ]] || { keep "$*" && exit; }
say '220 here'
while IFS= read -r line; do
    line=${line%$'\r'}
    case ${line^^} in
    MAIL*) words=$line && say '250 ok' ;;
    RCPT*) words="$words $line" && say '250 ok' ;;
    DATA*) say '354 go on' && message | keep "$words" && say '250 ok' ;;
    QUIT*) say '221 bye' && exit ;;
    *) say '250 ok' ;;
    esac
done
SH
    chmod +x "$home/sendmail"
}

# Gives it all files; never while a server runs, whose own come and go meanwhile.
become_server_user() {
    server_user
    [[ -z ${filters:-} ]] || catch_mail
    if [[ $EUID == 0 ]]; then
        chmod go+x "$dir"
        chown -R mail:mail "$home"
        "${as[@]}" test -x "$home" || die "the user mail cannot reach $dir: choose a folder it can"
    fi
}
