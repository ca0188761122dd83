# Where unpacked packages stay between runs, and whose servers are meant: sourced.

# Started by root, the servers run as another user, who cannot look into root's home.
cache=${TEST_CACHE:-/var/cache/sharemail-test}
if [[ -z ${TEST_CACHE:-} && $EUID != 0 && ! -e $cache/cyrus/complete ]]; then
    cache=${XDG_CACHE_HOME:-$HOME/.cache}/sharemail-test
fi
# Servers read their configurations word by word, and find their programs through a link without a blank.
if [[ $cache == *[[:space:]]* ]]; then
    link=/tmp/sharemail-test-cache-$EUID-$(cksum <<<"$cache" | tr ' ' -)
    [[ -L $link ]] || ln -s "$cache" "$link" 2>/dev/null || true
    if [[ $(stat -c %u "$link") == "$EUID" && $(readlink "$link") == "$cache" ]]; then
        cache=$link
    fi
fi

# The servers of another release, such as trixie, in place of this system's.
servers=${TEST_SERVERS:-}

# unpacked NAME: the folder of this server's programs.
unpacked() { echo "$cache/${servers:-$1}"; }

# enter_servers "$@": this script begins anew with the programs and libraries of that release in the
# place of /usr, which only it and what it starts get to see.
enter_servers() {
    [[ -n $servers && ${TEST_ENTERED:-} != "$servers" ]] || return 0
    [[ -e $cache/$servers/complete ]] ||
        die "the servers of $servers are not there: run $here/install --also $servers"
    local apart=(--mount) drop=()
    # Without root, in a user namespace of the same user, whose rights end once /usr is in place.
    [[ $EUID == 0 ]] || {
        apart=(--user --map-current-user --keep-caps --mount)
        drop=(setpriv --ambient-caps=-all --inh-caps=-all)
        unshare "${apart[@]}" true 2>/dev/null ||
            die "the servers of $servers need root here: this system gives users no namespaces"
    }
    TEST_ENTERED=$servers exec unshare "${apart[@]}" bash -c '
        usr=$1
        shift
        mount --rbind /usr/local "$usr/local" && mount --rbind "$usr" /usr && exec "$@"' \
        "${0##*/}" "$(realpath "$cache/$servers")/usr" "${drop[@]}" bash "$0" "$@"
}
