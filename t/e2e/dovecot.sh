# SPDX-License-Identifier: ISC
# dovecot.sh - sourced by bed.sh: a private Dovecot 2.3 or 2.4 with IMAP, POP3 and LMTP.
bed_master=''
bed_dovecot_protocols=(imap pop3 lmtp)
dovecot_login='(Login|Logged in):' # how the log of 2.3 or 2.4 tells a login

# The settings that differ between Dovecot 2.3 and 2.4, which wants its version first.
bed_dovecot_dialect() { # DIR
    local d=$1
    if [[ $(dovecot --version) == 2.[0-3].* ]]; then
        cat <<U
disable_plaintext_auth = no
ssl_cert = <$BED/tls/back.pem
ssl_key = <$BED/tls/back.key
mail_location = maildir:$d/mail/%u/Maildir
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u $d/users
}
userdb {
  driver = static
  args = uid=vmail gid=vmail home=$d/mail/%u
}
service imap-login {
  service_count = 0
}
service imap {
  service_count = 1000
}
service pop3-login {
  service_count = 0
}
protocol lmtp {
  auth_username_format = %Ln
}
U
    else
        cat <<U
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
auth_allow_cleartext = yes
ssl_server_cert_file = $BED/tls/back.pem
ssl_server_key_file = $BED/tls/back.key
mail_driver = maildir
mail_path = $d/mail/%{user}/Maildir
passdb passwd-file {
  passwd_file_path = $d/users
  passdb_default_password_scheme = PLAIN
}
userdb static {
  fields {
    uid = vmail
    gid = vmail
    home = $d/mail/%{user}
  }
}
service imap-login {
  restart_request_count = unlimited
}
service imap {
  restart_request_count = 1000
}
service pop3-login {
  restart_request_count = unlimited
}
protocol lmtp {
  auth_username_format = %{user | username | lower}
}
U
    fi
}

bed_dovecot_conf() { # DIR: and a wrong password costs its users no time
    local d=$1
    bed_dovecot_dialect "$d"
    cat <<U
base_dir = $d/run
state_dir = $d/state
log_path = $BED/log/dovecot
auth_verbose = yes
protocols = ${bed_dovecot_protocols[*]}
listen = 127.0.0.1
auth_mechanisms = plain login
auth_failure_delay = 0
ssl = yes
first_valid_uid = 1
mail_max_userip_connections = 0
default_process_limit = 1000
default_client_limit = 6000
namespace inbox {
  inbox = yes
}
service imap-login {
  process_min_avail = 1
  inet_listener imap {
    port = ${port[imap]}
  }
  inet_listener imaps {
    port = ${port[imaps]}
    ssl = yes
  }
}
service pop3-login {
  inet_listener pop3 {
    port = ${port[pop3]}
  }
  inet_listener pop3s {
    port = ${port[pop3s_back]}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    port = ${port[lmtp]}
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
U
}

bed_dovecot_start() { # [CONFIGURATION]: what is appended to it
    local d=$BED/dov
    mkdir -p "$d"/{run,state,mail}
    chown vmail:vmail "$d/mail"
    printf '%s:{PLAIN}%s\n' alice "$PASS_ALICE" bob "$PASS_BOB" bob@example.org "$PASS_BOB" >"$d/users"
    { bed_dovecot_conf "$d"; printf '%s\n' "${1:-}"; } >"$d/dovecot.conf"
    env -u JOURNAL_STREAM dovecot -c "$d/dovecot.conf" || bed_fail "Dovecot did not start"
    bed_master=$d/run/master.pid
    wait_for port_open "${port[imap]}" || bed_fail "Dovecot does not listen"
}

bed_dovecot_stop() {
    [ -n "$bed_master" ] && [ -f "$bed_master" ] || return 0
    kill -9 "$(cat "$bed_master")" 2>/dev/null
    rm -f "$bed_master"
    bed_master=''
    wait_for port_closed "${port[imap]}" || true # its login processes go by themselves
}
