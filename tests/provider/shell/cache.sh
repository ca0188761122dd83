# Where unpacked packages stay between runs: sourced.

# Started by root, the servers run as another user, who cannot look into root's home.
cache=${SHAREMAIL_TEST_CACHE:-/var/cache/sharemail-test}
if [[ -z ${SHAREMAIL_TEST_CACHE:-} && $EUID != 0 && ! -e $cache/cyrus/complete ]]; then
    cache=${XDG_CACHE_HOME:-$HOME/.cache}/sharemail-test
fi
