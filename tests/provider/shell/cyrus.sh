# What a throwaway Cyrus is made of: passwords, configuration, mailboxes. Sourced.

cyrus=$(unpacked cyrus)
programs=$cyrus/usr/lib/cyrus/bin
people=(alice bob carol dave erin frank support sales info billing office)
LD_LIBRARY_PATH=$(printf '%s:' "$cyrus"/{usr/lib,lib}/*-linux-*/)
SASL_PATH=$(printf '%s:' "$cyrus"/usr/lib/*-linux-*/sasl2 /usr/lib/*-linux-*/sasl2)
export LD_LIBRARY_PATH SASL_PATH

# name_and_domain NAME: sets both; a name without a domain is one of example.test.
name_and_domain() {
    name=${1%@*} domain=example.test
    [[ $1 != *@* ]] || domain=${1##*@}
}

# Making the password database takes far longer than copying it.
write_passwords() {
    local template
    [[ -z $second_domain ]] || people+=("${people[@]/%/@$second_domain}")
    template=$cyrus/passwords-$(echo "${people[@]}" | cksum | tr -d ' ')
    if [[ -r $template ]]; then
        cp "$template" "$home/passwords"
    else
        add_passwords cyrus "${people[@]}"
        [[ ! -w $cyrus ]] || install -m 644 "$home/passwords" "$template"
    fi
}

# Beside the file that the server reads, and then put in its place: a login that meets the database
# while it is being written is refused.
add_passwords() {
    local user name domain new=$home/passwords.new
    exec {lock}>"$home/passwords.lock"
    flock "$lock"
    [[ ! -e $home/passwords ]] || cp -p "$home/passwords" "$new"
    for user; do
        name_and_domain "$user"
        printf password | "$cyrus/usr/sbin/saslpasswd2" -f "$new" -p \
            -u "$domain" -c "$name"
    done
    mv -f "$new" "$home/passwords"
    exec {lock}>&-
}

configure() {
    configure_imapd >"$home/imapd.conf"
    configure_master >"$home/cyrus.conf"
}

configure_imapd() {
    cat <<CONF
configdirectory: $home/config
partition-default: $home/spool
defaultpartition: default
sievedir: $home/sieve
servername: example.test
cyrus_user: $owner
cyrus_group: $group
admins: cyrus
virtdomains: $virtdomains
defaultdomain: $default_domain
allowusermoves: $allow_moves
delete_mode: $delete_mode
unixhierarchysep: $([[ $separator == / ]] && echo yes || echo no)
allowplaintext: $([[ -z $login_disabled ]] && echo yes || echo no)
failedloginpause: 0
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: $home/passwords
sasl_mech_list: PLAIN LOGIN
CONF
    [[ -z $filters ]] || cat <<CONF
smtp_backend: sendmail
sendmail: $home/sendmail
CONF
    # Cyrus 3.10 offers STARTTLS only where it is told to.
    [[ $tls == none ]] || cat <<CONF
allowstarttls: yes
tls_server_cert: $home/server.pem
tls_server_key: $home/server.key
CONF
}

configure_master() {
    cat <<CONF
START {
  recover cmd="$programs/ctl_cyrusdb -C $home/imapd.conf -r"
}
SERVICES {
  imap cmd="$programs/imapd -C $home/imapd.conf" listen="$address:$imap" prefork=0
CONF
    [[ $tls == none ]] || cat <<CONF
  imaps cmd="$programs/imapd -s -C $home/imapd.conf" listen="$address:$imaps" prefork=0
CONF
    # Whoever delivers over TCP would have to log in, but for -a.
    [[ -z $filters ]] || cat <<CONF
  sieve cmd="$programs/timsieved -C $home/imapd.conf" listen="$address:$sieve" prefork=0
  lmtp cmd="$programs/lmtpd -a -C $home/imapd.conf" listen="$address:$lmtp" prefork=0
CONF
    echo '}'
}

# As the administrator over IMAP, which needs no other program.
create_mailboxes() {
    local user name domain replies
    replies=$({
        printf 'a LOGIN cyrus password\r\n'
        for user; do
            name_and_domain "$user"
            # A dot in a name would be read as the separator.
            [[ $separator == / ]] || name=${name//./^}
            domain=@$domain
            [[ $virtdomains != off && $domain != "@$default_domain" ]] || domain=
            printf 'b CREATE "user%s%s%s"\r\n' "$separator" "$name" "$domain"
        done
        printf 'z LOGOUT\r\n'
    } | exchange | grep -v 'Mailbox already exists' || true)
    ! grep -q '^[ab] \(NO\|BAD\)' <<<"$replies" || die "creating mailboxes: $replies"
    [[ $replies == *"z OK"* ]] || die "creating mailboxes: the connection broke"
}

# Sends its input to the server and prints what comes back until the server hangs up.
exchange() {
    if [[ $tls == none ]]; then
        exec 3<>"/dev/tcp/$address/$imap"
        cat >&3
        cat <&3
        exec 3>&-
    else
        openssl s_client -quiet -connect "$address:$imaps" 2>/dev/null
    fi
}
