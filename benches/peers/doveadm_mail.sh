#!/bin/sh
# doveadm on the server itself: it reads and writes the files, without IMAP and without a network.
#
# usage: doveadm_mail.sh CONF list|label|move HOST PORT CA LOGIN FOLDER...
set -eu
conf=$1 deed=$2 user=$6
shift 6
case $deed in
list) doveadm -c "$conf" fetch -u "$user" \
    "uid mailbox flags date.received size.physical hdr.date hdr.from hdr.to hdr.subject hdr.message-id" \
    mailbox 'Customer-*' before 2020-01-01 ;;
label) doveadm -c "$conf" flags add -u "$user" project mailbox 'Customer-*' before 2020-01-01 ;;
move) doveadm -c "$conf" move -u "$user" "$2" mailbox "$1" all ;;
esac >/dev/null
