# The configuration of a throwaway Dovecot 2.4: sourced.

configure_process() {
    cat <<CONF
dovecot_config_version = $version
dovecot_storage_version = $version
base_dir = $home/run
state_dir = $home/state
log_path = /dev/stderr
auth_verbose = yes
default_internal_user = $owner
default_internal_group = $group
default_login_user = $owner
mail_uid = $owner
mail_gid = $group
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = never
protocols {
  imap = yes
}
CONF
}

configure_listeners() {
    local cleartext=yes
    [[ -z $login_disabled ]] || cleartext=no
    cat <<CONF
listen = $address
ssl = $ssl
ssl_server_cert_file = $home/server.pem
ssl_server_key_file = $home/server.key
auth_allow_cleartext = $cleartext
mail_max_userip_connections = 1000
service imap-login {
  chroot =
  restart_request_count = unlimited
  inet_listener imap {
    port = $imap
  }
  inet_listener imaps {
    port = $([[ $tls == none ]] && echo 0 || echo "$imaps")
  }
}
service imap {
  process_limit = 1024
  restart_request_count = $sessions
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  unix_listener auth-userdb {
    mode = 0666
  }
}
CONF
}

configure_login() {
    local format='%{user | lower}'
    [[ $username_format != %Ln ]] || format='%{user | username | lower}'
    cat <<CONF
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
auth_username_format = $format
auth_master_user_separator = *
oauth2_introspection_mode = local
oauth2_username_attribute = email
oauth2_local_validation {
  dict fs {
    fs posix {
      prefix = $home/keys/
    }
  }
}
CONF
    [[ -z $impersonate ]] || cat <<CONF
passdb masters {
  driver = passwd-file
  passwd_file_path = $home/masters
  mechanisms_filter = plain login
  master = yes
  result_success = continue
}
passdb oauth2-masters {
  driver = oauth2
  mechanisms_filter = xoauth2 oauthbearer
  master = yes
  result_success = continue
  username_filter = admin
}
CONF
    cat <<CONF
passdb users {
  driver = passwd-file
  passwd_file_path = $home/users/%{user}
}
passdb oauth2 {
  mechanisms_filter = xoauth2 oauthbearer
  skip = authenticated
}
userdb users {
  driver = passwd-file
  passwd_file_path = $home/users/%{user}
  fields {
    home = $home/mail/%{user}
  }
}
CONF
}

# The rights at the top of Public/ are those of what would be its INBOX, where they lie in a folder
# of their own.
configure_namespaces() {
    local user='$user'
    # A dot in the domain would be read as the end of the user's name.
    [[ $separator == / ]] || user='$username'
    cat <<CONF
mail_driver = $mail_format
mail_path = ~/$mail_store
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
  ${global_acl:+$(configure_global_acl)}
}
namespace shared {
  type = shared
  separator = $separator
  prefix = shared$separator$user$separator
  mail_driver = $mail_format
  mail_path = %{owner_home}/$mail_store
  mail_index_private_path = ~/shared-index/%{owner_user}
  subscriptions = no
  list = children
}
namespace public {
  type = public
  separator = $separator
  prefix = Public$separator
  mail_driver = maildir
  mail_path = $home/public
  mail_inbox_path = $home/public-root
  mail_index_private_path = ~/public-index
  subscriptions = no
  list = children
}
CONF
}

# There is no file of ACLs for every folder any more: they stand in the configuration itself.
configure_global_acl() {
    printf 'acl %s {\n    rights = %s\n  }\n' "${global_acl% *}" "${global_acl##* }"
}

configure_plugins() {
    cat <<CONF
mail_plugins {
  acl = yes
  quota = yes
}
mail_attribute {
  dict file {
    path = %{home}/dovecot-attributes
  }
}
imap_metadata = yes
protocol imap {
  mail_plugins {
    imap_acl = yes
    imap_quota = yes
  }
  ${without_move:+imap_capability {
    MOVE = no
  \}}
}
acl_driver = vfile
acl_sharing_map {
  dict file {
    path = $home/state/shared-mailboxes
  }
}
acl_user = %{user}
${anyone:+imap_acl_allow_anyone = yes}
${defaults_from_inbox:+acl_defaults_from_inbox = yes}
quota_storage_size = 1G
quota_storage_grace = 0
quota "User quota" {
}
CONF
}

# SETQUOTA is gone, and so is a limit that it would write: the users' files alone say another.
configure_more() { :; }

# What a Postfix beside it needs: delivery by LMTP, and logins through Dovecot (SASL).
configure_delivery() {
    cat <<CONF
protocols {
  lmtp = yes
}
protocol lmtp {
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
  passdb refused {
    driver = static
    static_password = refused
    deny = yes
  }
}
CONF
}

# Scripts of Sieve that filter what is delivered by LMTP, kept by ManageSieve.
configure_filters() {
    cat <<CONF
protocols {
  lmtp = yes
  sieve = yes
}
sendmail_path = $home/sendmail
service managesieve-login {
  chroot =
  restart_request_count = unlimited
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
  mail_plugins {
    sieve = yes
  }
  postmaster_address = postmaster@example.test
}
sieve_script personal {
  type = personal
  driver = file
  path = ~/sieve
  active_path = ~/active.sieve
}
CONF
    [[ -z $without_include ]] || cat <<CONF
sieve_extensions {
  include = no
}
CONF
}
