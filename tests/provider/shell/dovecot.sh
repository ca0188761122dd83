# What a throwaway Dovecot is made of: users, keys, and the configuration of the version that is there
# (dovecot-2.3.sh, dovecot-2.4.sh). Sourced.

# One file for each user: Dovecot looks at a file once a second at most, so that one file for all
# would hide a new user for a while.
write_users() {
    local names fields=()
    mkdir -p "$home/users"
    names=({alice,bob,carol,erin,frank,support,sales,info,billing,office}@example.test admin)
    add_dovecot_users
    names=(dave@example.test) fields=(acl_groups=helpdesk)
    add_dovecot_users
    echo 'admin:{PLAIN}password' >"$home/masters"
    printf 'user=admin lrwstipekxa\n' | tee "$home/public/dovecot-acl" >"$home/public-root/dovecot-acl"
}

# One HS256 key for OAuth 2 access tokens, see the script token.
write_keys() {
    openssl rand -base64 32 >"$home/keys/default/HS256/default"
}

configure_dovecot() {
    local prefix= ssl=yes
    [[ $separator == / ]] || prefix=INBOX$separator
    [[ $tls != none ]] || ssl=no
    rm -f "$home/run/master.pid"
    {
        configure_process
        configure_listeners
        configure_login
        configure_namespaces
        configure_plugins
        [[ -z ${delivery:-} ]] || configure_delivery
        [[ -z $filters ]] || configure_filters
    } >"$home/dovecot.conf"
    configure_more
}
