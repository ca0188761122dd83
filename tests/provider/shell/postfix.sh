# What a throwaway Postfix 3 is made of: folders, tables, configuration, start. Sourced.

# Unpacked by the script install: an installed one would be the machine's own mail server.
postfix=$(unpacked postfix)

prepare_postfix() {
    local group
    for group in mail uucp; do
        getent group "$group" >/dev/null || die "there is no group $group"
    done
    mkdir -p "$home"/postfix/{config,data,queue}
    mkdir -p "$home"/postfix/queue/{pid,private,public,maildrop,incoming,active,deferred,hold}
    mkdir -p "$home"/postfix/queue/{defer,bounce,trace,corrupt,flush,saved}
    chown -R "$owner:$owner" "$home"/postfix/{data,queue}
    : >"$home/postfix/config/dynamicmaps.cf"
    : >"$dir/sender_access"
    echo 'defer@example.test 450 4.2.1 the mailbox is busy, try again later' >"$dir/recipient_access"
    write_postfix_users
}

write_postfix_users() {
    local names fields=()
    : >"$dir/sender_login_maps"
    names=(info@xn--bcher-kva.test)
    add_dovecot_users
    names=("$home"/users/*@*)
    names=("${names[@]##*/}")
    add_postfix_users
    echo 'info@bücher.test info@xn--bcher-kva.test' >"$home/postfix/aliases"
    looks_old "$home/postfix/aliases" "$dir"/*_access
}

# Tests add people side by side, and rewrite the map meanwhile under the same lock.
add_postfix_users() {
    local name
    (
        flock 9
        for name in "${names[@]}"; do
            # Whoever is there already only gets other fields; twice in a table is a fault.
            ! grep -qsxF "$name -" "$home/postfix/mailboxes" || continue
            echo "$name -" >>"$home/postfix/mailboxes"
            echo "$name $name" >>"$dir/sender_login_maps"
        done
        looks_old "$home/postfix/mailboxes" "$dir/sender_login_maps"
    ) 9>>"$home/postfix/lock"
}

configure_postfix() {
    smtp=$(free_port) smtps=$(free_port)
    configure_main >"$home/postfix/config/main.cf"
    configure_services >"$home/postfix/config/master.cf"
    looks_old "$home"/postfix/config/*.cf
}

# Postfix reads a file that is younger than two seconds again and again until it is not.
looks_old() {
    touch -d '1 minute ago' "$@"
}

configure_main() {
    configure_places
    configure_recipients
    configure_submission
    configure_patience
}

# One user for both servers, so that each may open the sockets of the other. Postfix insists on
# two more that are not it: they only matter for programs that do not run here.
configure_places() {
    cat <<CONF
compatibility_level = 3.6
queue_directory = $home/postfix/queue
data_directory = $home/postfix/data
daemon_directory = $postfix/usr/lib/postfix/sbin
command_directory = $postfix/usr/sbin
shlib_directory = $postfix/usr/lib/postfix
meta_directory = $home/postfix/config
import_environment = LD_LIBRARY_PATH MAIL_CONFIG LANG=C
mail_owner = $owner
setgid_group = uucp
default_privs = nobody
maillog_file = $dir/log
maillog_file_prefixes = $dir
inet_interfaces = $address
inet_protocols = ipv4
myhostname = localhost
mydomain = localdomain
myorigin = example.test
CONF
}

# What is neither ours nor thrown away is an error: nothing leaves the machine.
configure_recipients() {
    cat <<CONF
mydestination =
mynetworks =
local_recipient_maps =
alias_maps =
alias_database =
recipient_delimiter = +
virtual_mailbox_domains = example.test bücher.test xn--bcher-kva.test
virtual_mailbox_maps = texthash:$home/postfix/mailboxes
virtual_alias_maps = texthash:$home/postfix/aliases
virtual_transport = lmtp:unix:$home/run/lmtp
relay_domains = sink.test
relay_transport = discard:
relay_recipient_maps =
local_transport = error:5.1.2 this server delivers nothing there
default_transport = error:5.1.2 this server delivers nothing there
disable_dns_lookups = yes
smtputf8_enable = $smtputf8
message_size_limit = $size_limit
mailbox_size_limit = 0
virtual_mailbox_limit = 0
CONF
}

configure_submission() {
    cat <<CONF
smtpd_banner = localhost ESMTP beside IMAP on $imap
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = $home/run/auth-postfix
smtpd_sender_login_maps = texthash:$dir/sender_login_maps
smtpd_client_restrictions = permit_sasl_authenticated, reject
smtpd_sender_restrictions =
    check_sender_access texthash:$dir/sender_access,
    ${sender_check:+reject_sender_login_mismatch}
smtpd_recipient_restrictions =
    check_recipient_access texthash:$dir/recipient_access,
    permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_tls_chain_files = $home/server.key, $home/server.pem
CONF
}

# Tests make many mistakes, at once and from one address.
configure_patience() {
    cat <<CONF
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 10000
smtpd_hard_error_limit = 10000
smtpd_junk_command_limit = 10000
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
in_flow_delay = 0
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
CONF
}

# One connection for each smtpd: a table is read when the process starts.
configure_services() {
    local security=may
    [[ -n $offer_starttls && $tls != none ]] || security=none
    cat <<CONF
$address:$smtp inet n - n - - smtpd
  -o max_use=1
  -o smtpd_tls_security_level=$security
  -o smtpd_tls_auth_only=$([[ $security == none ]] && echo no || echo yes)
CONF
    [[ $tls == none ]] || cat <<CONF
$address:$smtps inet n - n - - smtpd
  -o max_use=1
  -o smtpd_tls_wrappermode=yes
CONF
    cat <<CONF
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
flush unix n - n 1000? 0 flush
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
CONF
}

# The master alone: what `postfix start` does before takes a second and looks after the machine.
# It changes between users and so forgets that it should end with this script: a shell that starts
# it remembers, and takes everything that is left with it.
launch_postfix() {
    local as=() libraries
    libraries=("$postfix"/usr/lib/{postfix,*-linux-gnu*})
    LD_LIBRARY_PATH=$(IFS=: && echo "${libraries[*]}") \
        detached bash -c 'trap "kill -KILL 0" TERM; "$@" & wait' postfix \
        "$postfix/usr/lib/postfix/sbin/master" -d -c "$home/postfix/config" \
        </dev/null >>"$dir/log" 2>&1 &
    servers+=($!)
}

# The greeting tells ours from another that has taken the port meanwhile.
postfix_answers() {
    [[ $(greeting "$smtp") == "220 localhost ESMTP beside IMAP on $imap"* ]]
}

# write_submission_profile NAME
write_submission_profile() {
    printf 'SMTP=%s\nSMTPS=%s\n' "$smtp" "$smtps" >>"$dir/ports"
    printf 'export SMTP_PORT=%s SMTPS_PORT=%s\n' "$smtp" "$smtps" >>"$dir/env"
    local port=$smtps secure=implicit
    [[ -z $smtp_starttls ]] || port=$smtp secure=starttls
    [[ $tls != none ]] || port=$smtp secure=none
    {
        echo
        echo "[profile.$1.smtp]"
        echo "host = \"$host\""
        echo "port = $port"
        echo "tls = \"$secure\""
    } >>"$dir/config.toml"
}
