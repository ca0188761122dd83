#!/bin/sh
# doveadm on the server itself: it reads and writes the files, without IMAP and without a network.
# Its best way for one mailbox is a call for each folder, for many mailboxes of the same folders a
# call for each folder with a file of users.
#
# usage: doveadm_peer.sh read|grant CONF USERS MEMBER < FOLDERS
#   USERS: an address, or a file of them
set -eu
deed=$1 conf=$2 users=$3 member=$4
[ -f "$users" ] && whose=-F || whose=-u
while read -r folder; do
    if [ "$deed" = read ]; then
        doveadm -c "$conf" acl get $whose "$users" "$folder" </dev/null
    else
        doveadm -c "$conf" acl set $whose "$users" "$folder" "user=$member" \
            lookup read write write-seen write-deleted insert post expunge create delete admin </dev/null
    fi
done >/dev/null
