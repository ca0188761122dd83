# The configuration of a throwaway Dovecot 2.3: sourced.

configure_process() {
    cat <<CONF
base_dir = $home/run
state_dir = $home/state
log_path = /dev/stderr
auth_verbose = yes
verbose_ssl = no
default_internal_user = $owner
default_internal_group = $group
default_login_user = $owner
mail_uid = $owner
mail_gid = $group
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = never
protocols = imap
CONF
}

configure_listeners() {
    cat <<CONF
listen = $address
ssl = $ssl
ssl_cert = <$home/server.pem
ssl_key = <$home/server.key
disable_plaintext_auth = ${login_disabled:-no}
mail_max_userip_connections = 1000
service imap-login {
  chroot =
  service_count = 0
  inet_listener imap {
    port = $imap
  }
  inet_listener imaps {
    port = $([[ $tls == none ]] && echo 0 || echo "$imaps")
  }
}
service imap {
  process_limit = 1024
  service_count = $sessions
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
CONF
}

configure_login() {
    cat <<CONF
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
auth_username_format = $username_format
auth_master_user_separator = *
CONF
    [[ -z $impersonate ]] || cat <<CONF
passdb {
  driver = passwd-file
  args = $home/masters
  mechanisms = plain login
  master = yes
  result_success = continue
}
passdb {
  driver = oauth2
  args = $home/oauth-masters.conf
  mechanisms = xoauth2 oauthbearer
  master = yes
  result_success = continue
}
CONF
    cat <<CONF
passdb {
  driver = passwd-file
  args = $home/users/%u
}
passdb {
  driver = oauth2
  args = $home/oauth.conf
  mechanisms = xoauth2 oauthbearer
  skip = authenticated
}
userdb {
  driver = passwd-file
  args = $home/users/%u
  default_fields = home=$home/mail/%u
  override_fields = admin=%{if;%{auth_user};eq;admin;y;n}
  result_success = continue-ok
}
userdb {
  driver = dict
  args = $home/limits.conf
  skip = notfound
}
CONF
}

# Some of it stands in files of its own.
configure_more() {
    configure_oauth >"$home/oauth.conf"
    configure_oauth role admin >"$home/oauth-masters.conf"
    configure_limits >"$home/limits.conf"
}

# configure_oauth [CLAIM VALUE]: tokens are checked with the key alone, without any other service;
# with CLAIM only those that say VALUE there.
configure_oauth() {
    cat <<CONF
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=$home/keys/
username_attribute = email
active_attribute = ${1:-}
active_value = ${2:-}
CONF
}

# SETQUOTA writes one file for each user, in KiB, which the next login reads back; else 1 GiB.
configure_limits() {
    cat <<CONF
uri = fs:posix:prefix=$home/quota/
iterate_disable = yes
key limit {
  key = %u/quota/limit/storage
  default_value = 1048576
}
userdb_fields {
  quota_rule = *:storage=%{dict:limit}
}
CONF
}

configure_namespaces() {
    local user=%%u
    # A dot in the domain would be read as the end of the user's name.
    [[ $separator == / ]] || user=%%n
    cat <<CONF
mail_location = $mail_format:~/$mail_store
namespace inbox {
  inbox = yes
  separator = $separator
  prefix = $prefix
  mailbox Drafts {
    special_use = \Drafts
  }
  mailbox Junk {
    special_use = \Junk
  }
  mailbox Trash {
    special_use = \Trash
  }
  mailbox Sent {
    special_use = \Sent
  }
}
namespace shared {
  type = shared
  separator = $separator
  prefix = shared$separator$user$separator
  location = $mail_format:%%h/$mail_store:INDEXPVT=~/shared-index/%%u
  subscriptions = no
  list = children
}
namespace public {
  type = public
  separator = $separator
  prefix = Public$separator
  location = maildir:$home/public:INDEXPVT=~/public-index
  subscriptions = no
  list = children
}
CONF
}

configure_plugins() {
    [[ -z $global_acl ]] || printf '* %s\n' "$global_acl" >"$home/global-acl"
    cat <<CONF
mail_plugins = acl quota
mail_attribute_dict = file:%h/dovecot-attributes
protocol imap {
  mail_plugins = acl quota imap_acl imap_quota
  imap_metadata = yes
  ${without_move:+imap_capability = IMAP4rev1 SASL-IR LITERAL+ ID ENABLE CHILDREN NAMESPACE UIDPLUS ESEARCH SEARCHRES QUOTA ACL RIGHTS=texk}
}
plugin {
  acl = vfile${global_acl:+:$home/global-acl}
  acl_shared_dict = file:$home/state/shared-mailboxes
  acl_user = %u
  ${anyone:+acl_anyone = allow}
  ${defaults_from_inbox:+acl_defaults_from_inbox = yes}
  quota = count:User quota:ns=$prefix
  quota_vsizes = yes
  quota_set = dict:fs:posix:prefix=$home/quota/
}
CONF
}

# What a Postfix beside it needs: delivery by LMTP, and logins through Dovecot (SASL).
configure_delivery() {
    cat <<CONF
protocols = imap lmtp
protocol lmtp {
  mail_plugins = acl quota
  postmaster_address = postmaster@example.test
}
service lmtp {
  user = $owner
  process_limit = 64
  unix_listener lmtp {
    mode = 0600
  }
}
service auth {
  unix_listener auth-postfix {
    mode = 0600
  }
}
CONF
    [[ -z ${auth_refused:-} ]] || cat <<CONF
protocol smtp {
  passdb {
    driver = static
    args = password=refused
    deny = yes
  }
}
CONF
}

# Scripts of Sieve that filter what is delivered by LMTP, kept by ManageSieve.
configure_filters() {
    cat <<CONF
protocols = imap lmtp sieve
sendmail_path = $home/sendmail
service managesieve-login {
  chroot =
  service_count = 0
  inet_listener sieve {
    port = $sieve
  }
}
service lmtp {
  user = $owner
  inet_listener lmtp {
    port = $lmtp
  }
}
protocol lmtp {
  mail_plugins = acl quota sieve
  postmaster_address = postmaster@example.test
}
plugin {
  sieve = file:~/sieve;active=~/active.sieve
  ${without_include:+sieve_extensions = -include}
}
CONF
}
