# What a throwaway Courier is made of: accounts, the daemon that knows them, the servers. Sourced.

courier=$(unpacked courier)
programs=$courier/usr
people=(alice bob carol erin frank support sales info billing office)
LD_LIBRARY_PATH=$(printf '%s:' "$programs"/lib/courier-authlib "$programs"/lib \
    "$courier"/{usr/lib,lib}/*-linux-*/)
export LD_LIBRARY_PATH

# The folders in which authdaemond looks are those that tests/provider/install wrote into it.
write_authdaemonrc() {
    cat >"$home/etc/.courier/authdaemonrc" <<'CONF'
authmodulelist="authuserdb"
daemons=3
authdaemonvar=run/.courier/authdaemon
DEBUG_LOGIN=0
DEFAULTOPTIONS=""
LOGGEROPTS=""
CONF
}

# add_accounts OPTIONS NAME…: in the database, in the index of shared mailboxes, with a Maildir.
add_accounts() {
    local options=$1 name mail uid gid
    uid=$(id -u "$owner") gid=$(id -g "$owner")
    exec {lock}>"$home/accounts.lock"
    flock "$lock"
    touch "$home/accounts"
    for name in "${@:2}"; do
        ! grep -q "^$name	" "$home/accounts" || continue
        mail=$home/mail/$name
        mkdir -p "$mail"/Maildir/{cur,new,tmp}
        printf '%s\tuid=%s|gid=%s|home=%s|mail=%s/Maildir|options=%s|gecos=%s|_=\n' \
            "$name" "$uid" "$gid" "$mail" "$mail" "$options" "${comment:-}" >>"$home/accounts"
        printf '%s\tsystempw=%s\n' "$name" "$hash" >>"$home/passwords"
        printf '%s\t%s\t%s\t%s\tMaildir\n' "$name" "$uid" "$gid" "$mail" >>"$home/shared"
        [[ $EUID != 0 ]] || chown -R "$owner:$group" "$mail"
    done
    write_databases
    exec {lock}>&-
}

write_databases() {
    database accounts userdb
    database passwords userdbshadow
    cp "$home/shared" "$home/shared.new" && mv "$home/shared.new" "$home/index"
}

# "password", as crypt(3) keeps it.
hash='$1$throwawa$PG1obxIrNnc2Ld47I428q/'

# database TEXT NAME: what makeuserdb makes. It takes the place of the other in one step, and only once
# the server may read it: a login in between is refused.
database() {
    local file=$home/etc/.courier/$2
    { cat "$home/$1" && echo .; } |
        "$programs/lib/courier/courier-authlib/makedatprog" - "$file.new" "$file.made"
    [[ $EUID != 0 ]] || chown "$owner:$group" "$file.made"
    mv -f "$file.made" "$file.dat"
}

configure() {
    watcher=courier-$imap
    cat >"$home/imapd" <<CONF
IMAP_CAPABILITY="IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE AUTH=PLAIN"
IMAP_CAPABILITY_TLS="\$IMAP_CAPABILITY"
IMAP_ACL=1
IMAP_KEYWORDS=1
IMAP_USELOCKS=1
IMAP_ENHANCEDIDLE=0
IMAP_MAILBOX_SANITY_CHECK=1
IMAP_SHAREDINDEXFILE=$home/index
IMAP_TRASHFOLDERNAME=Trash
GAM_CLIENT_ID=$watcher
TLS_CERTFILE=$home/imapd.pem
TLS_TRUSTCERTS=/dev/null
TLS_VERIFYPEER=NONE
MAXDAEMONS=100
MAXPERIP=100
CONF
    [[ -z $munge ]] || echo 'IMAP_SHAREDMUNGENAMES=1' >>"$home/imapd"
}

launch_authdaemon() {
    (
        cd "$home"
        detached "$programs/lib/courier/courier-authlib/authdaemond" </dev/null >>"$dir/log" 2>&1
    ) &
    servers=($!)
}

# Where a Courier is made with it, each login waits 1.2 s for one to come up unless one is there. Its
# socket bears its name.
launch_watcher() {
    [[ -x $programs/libexec/gam_server ]] || return 0
    detached "$programs/libexec/gam_server" --notimeout "$watcher" </dev/null >>"$dir/log" 2>&1 &
    servers+=($!)
}

launch_imap() {
    tcpd "$imap" "${imapd[@]}"
}

launch_imaps() {
    IMAP_TLS=1 tcpd "$imaps" "$programs/bin/couriertls" -server -tcpd "${imapd[@]}"
}

imapd=("$programs/lib/courier/courier/imaplogin" "$programs/bin/imapd" Maildir)

# tcpd PORT COMMAND…: the login program finds the authentication daemon below the current folder.
tcpd() {
    local options=(-nodnslookup)
    # Of which newer ones know nothing.
    ! grep -q noidentlookup "$programs/sbin/couriertcpd" || options+=(-noidentlookup)
    (
        cd "$home"
        set -a
        . "$home/imapd"
        set +a
        detached "$programs/sbin/couriertcpd" -address="$address" -maxprocs="$MAXDAEMONS" \
            -maxperip="$MAXPERIP" "${options[@]}" "$@" </dev/null >>"$dir/log" 2>&1
    ) &
    servers+=($!)
}
