# What every throwaway server has in common, from ports to its end: sourced.
#
# The script that sources this defines
#   options        reads the options; sets $host and $address, where the server listens
#   prepare        everything that does not depend on the ports
#   configure      the server's configuration, from $imap and $imaps, $sieve and $lmtp
#   launch         starts the servers in the background, adds their process ids to ${servers[@]}
#   answers        whether all of them serve by now
#   settle         what is to be done once it serves
#   write_profile  config.toml
#   add_users      adds users to a running server: names, then fields
# and calls main "$@".

die() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    exit 1
}

main() {
    local verb=${1:-help}
    [[ " run serve start stop user " == *" $verb "* && -n ${2:-} ]] || usage
    mkdir -p "$2"
    dir=$(cd "$2" && pwd)
    through_a_link
    case $verb in
    run) serve watch_stdin "${@:3}" ;;
    serve) serve : "${@:3}" ;;
    start) start "${@:3}" ;;
    stop) stop ;;
    user) users "${@:3}" ;;
    esac
}

# Servers read their configurations word by word: they reach a folder with a blank in its name through
# a link without one, which ends with the server.
through_a_link() {
    [[ $dir == *[[:space:]]* ]] || return 0
    local link
    link=$(cat "$dir/link" 2>/dev/null || true)
    if [[ ! -L $link || $(readlink "$link") != "$dir" ]]; then
        link=$(mktemp -d /tmp/sharemail-XXXXXX)
        rmdir "$link"
        ln -s "$dir" "$link"
        echo "$link" >"$dir/link"
    fi
    dir=$link
}

# Removes the link, and the folder too where that is to go.
leave_folder() {
    local folder=$dir
    if [[ -L $dir && $(cat "$dir/link" 2>/dev/null) == "$dir" ]]; then
        folder=$(readlink "$dir")
        rm -f "$folder/link" "$dir"
    fi
    [[ -z $remove ]] || rm -rf "$folder"
}

# serve WATCH OPTION…: stays until a signal, the server's end, or the end of WATCH.
serve() {
    local watch=$1
    remove=
    servers=()
    trap 'exit 143' TERM INT HUP
    trap 'finish' EXIT
    options "${@:2}"
    prepare
    bring_up
    settle
    write_ports
    write_environment
    write_profile
    echo ready
    exec >/dev/null
    if [[ $watch == watch_stdin ]]; then
        cat <&0 >/dev/null 2>&1 &
        wait -n "${servers[@]}" $! || true
    else
        wait -n "${servers[@]}" || true
    fi
}

finish() {
    trap '' TERM INT HUP
    stop_servers
    # The one that still reads stdin, if it is not its end that brought us here.
    kill $(jobs -p) 2>/dev/null || true
    rm -f "$dir/pid"
    leave_folder
}

# A server whose folder goes with it has nothing to put in order, which takes Dovecot a second.
stop_servers() {
    local server
    for server in "${servers[@]}"; do
        if [[ -n $remove ]]; then
            kill -KILL -- "-$server" 2>/dev/null || kill -KILL "$server" 2>/dev/null || true
        else
            kill -TERM "$server" 2>/dev/null || true
        fi
    done
    ((${#servers[@]} == 0)) || wait "${servers[@]}" 2>/dev/null || true
    servers=()
}

# detached COMMAND…: replaces this process by the server as the user that ${as[@]} makes it, in a
# process group of its own. It also ends when this script is killed without a chance to stop it;
# that comes last, because a change of user undoes it.
detached() {
    local bound=()
    ! setpriv --pdeathsig TERM true 2>/dev/null || bound=(setpriv --pdeathsig TERM)
    exec setsid "${as[@]}" "${bound[@]}" "$@"
}

# Another process may take a port between the choice and the bind: then choose again.
bring_up() {
    local attempt
    for attempt in 1 2 3 4 5 6 7 8; do
        imap=$(free_port) imaps=$(free_port)
        sieve=$(free_port) lmtp=$(free_port)
        configure
        launch
        if wait_for_answer; then return; fi
        stop_servers
    done
    tail -n 20 "$dir/log" >&2
    die "the server did not come up, see $dir/log"
}

wait_for_answer() {
    local deadline=$((SECONDS + 120))
    until answers; do
        all_run || return 1
        ((SECONDS < deadline)) || return 1
        sleep 0.01
    done
}

all_run() {
    local server
    for server in "${servers[@]}"; do
        kill -0 "$server" 2>/dev/null || return 1
    done
}

# Below the range from which the kernel takes ports for outgoing connections.
free_port() {
    local port
    while :; do
        port=$((10000 + (RANDOM * 32768 + RANDOM) % 22000))
        (exec 3<>"/dev/tcp/$address/$port") 2>/dev/null || break
    done
    echo "$port"
}

# greeting PORT: the first line that the server says there.
greeting() {
    local line
    { exec 3<>"/dev/tcp/$address/$1"; } 2>/dev/null || return 1
    IFS= read -r -t 10 line <&3 || line=
    exec 3>&-
    printf '%s' "$line"
}

write_ports() {
    {
        printf 'HOST=%s\nIMAP=%s\nIMAPS=%s\n' "$host" "$imap" "$imaps"
        [[ -z ${filters:-} ]] || printf 'SIEVE=%s\nLMTP=%s\n' "$sieve" "$lmtp"
    } >"$dir/ports"
}

write_environment() {
    printf 'export SHAREMAIL_CONFIG=%q\n' "$dir/config.toml" >"$dir/env"
}

start() {
    stop
    : >"$dir/started"
    (
        trap '' HUP
        exec "$0" serve "$dir" "$@" </dev/null >"$dir/started" 2>"$dir/problem"
    ) &
    local pid=$!
    echo "$pid" >"$dir/pid"
    until grep -q ready "$dir/started"; do
        kill -0 "$pid" 2>/dev/null || die "$(<"$dir/problem")"
        sleep 0.02
    done
    echo "$dir: ready"
    echo "  use it:  . $dir/env"
    echo "  stop it: $0 stop $dir"
}

users() {
    local word names=() fields=()
    for word; do
        if [[ $word == *=* ]]; then
            fields+=("$word")
        else
            [[ $word == *@* ]] || word=$word@example.test
            names+=("$word")
        fi
    done
    home=$dir/server
    add_users
}

stop() {
    [[ -f $dir/pid ]] || return 0
    local pid
    pid=$(<"$dir/pid")
    # After a reboot the number may belong to somebody else.
    if [[ $(ps -o args= -p "$pid") == *" serve $dir"* ]]; then
        kill -TERM "$pid" 2>/dev/null || true
        while [[ -f $dir/pid ]] && kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
    fi
    rm -f "$dir/pid"
}
