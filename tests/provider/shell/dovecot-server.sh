# How a throwaway Dovecot begins, with its options and the profile that reaches it: sourced.
# The script dovecot runs it alone, the script postfix beside a Postfix.

dovecot_options() {
    anyone= defaults_from_inbox= separator=/ tls=implicit login_disabled= cert=good
    username_format=%Lu global_acl= sessions=1 filters= without_include= mail_format=maildir mail_store=Maildir without_move=
    impersonate='{mailbox}*{admin}' host=localhost address=127.0.0.1
    while (($#)); do
        case $1 in
        --anyone) anyone=yes ;;
        --defaults-from-inbox) defaults_from_inbox=yes ;;
        --separator) separator=$2 && shift ;;
        --no-tls) tls=none ;;
        # Dovecot trusts whoever comes from its own address.
        --login-disabled) login_disabled=yes host=127.0.0.2 address=127.0.0.2 ;;
        --cert) cert=$2 && shift ;;
        --global-acl) global_acl=$2 && shift ;;
        --username-format) username_format=$2 && shift ;;
        --keep-processes) sessions=1000 ;;
        --no-impersonation) impersonate= ;;
        --authzid) impersonate=authzid ;;
        --sieve) filters=yes ;;
        --no-include) without_include=yes ;;
        --no-move) without_move=yes ;;
        --mdbox) mail_format=mdbox mail_store=mdbox ;;
        --remove) remove=yes ;;
        *) usage ;;
        esac
        shift
    done
}

prepare_dovecot() {
    command -v dovecot >/dev/null || PATH=$PATH:/usr/sbin
    command -v dovecot >/dev/null || die "Dovecot is not installed: run $here/install"
    version=$(dovecot --version)
    version=${version%%[- ]*}
    case $version in
    2.3.*) . "$here/shell/dovecot-2.3.sh" ;;
    2.4.*) . "$here/shell/dovecot-2.4.sh" ;;
    *) die "this needs Dovecot 2.3 or 2.4, not $version" ;;
    esac
    home=$dir/server
    mkdir -p "$home"/{run,state,mail,public,public-root,quota,keys/default/HS256}
    certificates "$home" "$cert"
    cp "$home/ca.pem" "$dir/ca.pem"
    : >"$dir/log"
    [[ $username_format != %Ln ]] || : >"$home/local-parts"
    write_users
    write_keys
    become_server_user
}

launch_dovecot() {
    detached dovecot -F -c "$home/dovecot.conf" </dev/null >>"$dir/log" 2>&1 &
    servers+=($!)
}

# The master writes its process id when it holds every port.
dovecot_answers() {
    [[ -f $home/run/master.pid && $(greeting "$imap") == "* OK"* ]] || return 1
    [[ -z $filters || $(greeting "$sieve") == '"IMPLEMENTATION"'* ]]
}

# In one step each: a login that meets half a file is refused.
add_dovecot_users() {
    local name comment new=$home/user.$BASHPID
    for name in "${names[@]}"; do
        [[ ! -e $home/local-parts ]] || name=${name%@*}
        case $name in
        # As the script accounts marks those that it makes.
        support@* | sales@* | info@*) comment='Shared mailbox' ;;
        *) comment= ;;
        esac
        echo "$name:{PLAIN}password:::$comment:::${fields[*]/#/ userdb_}" >"$new"
        mv -f "$new" "$home/users/$name"
    done
}

# write_dovecot_profile NAME
write_dovecot_profile() {
    (umask 077 && echo password >"$dir/password")
    {
        echo "default-profile = \"$1\""
        echo
        echo "[profile.$1]"
        echo 'domain = "example.test"'
        echo "reach = \"$([[ -n $impersonate ]] && echo impersonate || echo namespace)\""
        echo
        echo "[profile.$1.imap]"
        echo "host = \"$host\""
        echo "port = $([[ $tls == none ]] && echo "$imap" || echo "$imaps")"
        echo "tls = \"$tls\""
        [[ $tls == none ]] || echo 'ca-file = "ca.pem"'
        echo 'user = "admin"'
        [[ -z $impersonate ]] || echo "impersonate = \"$impersonate\""
        echo 'password-file = "password"'
        [[ -z $filters ]] || write_filters "$1" "$host"
    } >"$dir/config.toml"
}

# write_filters PROFILE HOST: the table that says where its scripts are kept.
write_filters() {
    echo
    echo "[profile.$1.sieve]"
    echo "host = \"$2\""
    echo "port = $sieve"
    [[ $tls != none ]] || echo 'tls = "none"'
}
