#!/bin/bash
# SPDX-License-Identifier: ISC
# radiusd.sh - sourced after bed.sh: RADIUS servers of one's own, on 127.0.0.1 and ::1.

SECRET_RADIUS='Mw, Secret:9 x8[2]'
secrets+=("$SECRET_RADIUS")

# Everybody's entries. The name says what the answer holds.
bed_radius_users() {
    local p="Cleartext-Password := \"$PASS_VPN1\""
    cat <<E
vpn1	$p
	Class := "OU=Staff;"

eightbit	Cleartext-Password := "Mw-\\344\\377-8"
	Class := "OU=Staff;"

plain	$p
	Class := "Staff"

ou	$p
	Class := "sess-group-A",
	Class += "OU=Staff",
	Class += "OU=Admins;"

quoted	$p
	Class := "ou = \"Staff\" ;"

vendor	$p
	Class := "OU=Staff;",
	ASA-Group-Policy := "Admins"

foreign	$p
	Class := "CACS:0a000005/server/1"

binary	$p
	Class := 0x0102ff00

group	$p
	Class := "sess-group-A"

bad	$p
	Class := "OU=no name;"

none	$p
	Reply-Message := "hello",
	Framed-IP-Address := 192.0.2.9,
	Cisco-AVPair := "a=b"

many	$p
	Class := "CACS:$(printf 'x%.0s' {1..200})",
	Class += "OU=Staff;",
	Class += "$(printf 'y%.0s' {1..200})"

long	Cleartext-Password := "$(printf 'p%.0s' {1..128})"
	Class := "OU=Staff;"

unsigned	$p
	Class := "OU=Staff;"

challenge	Auth-Type := Challenge
	Reply-Message := "and the token?"

known	Cleartext-Password := "known", Service-Type == Authorize-Only
	Class := "OU=Staff;"

blocked	$p
	Class := "OU=Staff;",
	ASA-Simultaneous-Logins := 0

closed	$p
	Class := "OU=Staff;",
	Attr-26.3076.1 := 0x434c4f534544

open	$p
	Attr-26.3076.1 := 0x4f50454e,
	ASA-Group-Policy := "Staff",
	ASA-Simultaneous-Logins := 3

norange	$p
	Class := "OU=Staff;",
	Attr-26.3076.1 := 0x4e4f4e45

short	$p
	Class := "OU=Staff;",
	Session-Timeout := 2

filter	$p
	Class := "OU=Staff;",
	Filter-Id := "acl-7"

idle	$p
	Class := "OU=Staff;",
	Idle-Timeout := 2

DEFAULT	Auth-Type := Reject
	Reply-Message := "denied"
E
}

bed_radius_listen() { # TYPE ADDRESS PORT
    printf 'listen {\n type = %s\n %s = %s\n port = %s\n}\n' "$1" \
        "$([[ $2 == *:* ]] && echo ipv6addr || echo ipaddr)" "$2" "$3"
}

# CERTIFICATE ADDRESS PORT: the client needs a certificate of the CA's. A connection counts for
# cleanup_delay beyond its end, and only 16 are allowed unless both limits say otherwise.
bed_radius_listen_tls() {
    cat <<E
listen {
 $([[ $2 == *:* ]] && echo ipv6addr || echo ipaddr) = $2
 port = $3
 type = auth+acct
 proto = tcp
 clients = radsec
 limit {
  max_connections = 1000
 }
 tls {
  private_key_file = $BED/tls/$1.key
  certificate_file = $BED/tls/$1.pem
  ca_file = $BED/tls/ca.pem
  cipher_list = "DEFAULT"
  ecdh_curve = "prime256v1"
  tls_min_version = "1.2"
  tls_max_version = "1.2"
  require_client_cert = yes
 }
}
E
}

# From 3.2.5 on FreeRADIUS signs each answer, told so or not.
bed_radius_signs_all() {
    printf '3.2.5\n%s\n' "$(freeradius -v | sed -n 's/.*FreeRADIUS Version \([0-9.]*\).*/\1/p')" | sort -VC
}

# bed_radius_start NAME PORT ACCOUNTING-PORT [TLS-PORT TLS-PORT-ON-::1]: a server in $BED/NAME.
declare -A radius_pid
bed_radius_start() {
    local name=$1 auth=$2 acct=$3 tls=${4:-} tls6=${5:-} d=$BED/$1 from
    mkdir -p "$d"
    [ -f "$d/users" ] || bed_radius_users >"$d/users"
    {
        printf 'prefix = /usr\nlocalstatedir = %s\nlibdir = /usr/lib/freeradius\nraddbdir = %s\nlogdir = %s\nrun_dir = %s\n' "$d" "$d" "$d" "$d"
        printf 'max_request_time = 60\ncleanup_delay = 1\nmax_requests = 1024\n'
        printf 'log {\n destination = files\n file = %s/out\n auth = yes\n}\n' "$d"
        printf 'security {\n max_attributes = 200\n reject_delay = 0\n status_server = %s\n}\n' "${radius_status:-no}"
        printf 'thread pool {\n start_servers = 2\n max_servers = 4\n}\n'
        for from in 127.0.0.1 ::1; do
            printf 'client %s {\n %s = %s\n secret = "%s"\n}\n' "c${from//[.:]/_}" \
                "$([[ $from == *:* ]] && echo ipv6addr || echo ipaddr)" "$from" "$SECRET_RADIUS"
        done
        cat <<E
clients radsec {
 client tls4 {
  ipaddr = 127.0.0.0/8
  proto = tls
  secret = radsec
  limit {
   max_connections = 1000
  }
 }
 client tls6 {
  ipv6addr = ::1
  proto = tls
  secret = radsec
  limit {
   max_connections = 1000
  }
 }
}
modules {
 always ok {
  rcode = ok
 }
 always handled {
  rcode = handled
 }
 pap {
 }
 files {
  usersfile = $d/users
 }
 detail requests {
  filename = $d/requests
 }
 detail {
  filename = $d/detail
 }
}
server default {
E
        for from in 127.0.0.1 ::1; do
            bed_radius_listen auth "$from" "$auth"
            bed_radius_listen acct "$from" "$acct"
        done
        [ -z "$tls" ] || bed_radius_listen_tls back '*' "$tls"
        [ -z "$tls6" ] || bed_radius_listen_tls back ::1 "$tls6"
        cat <<'E'
 authorize {
  requests
  files
  pap
 }
 authenticate {
  Auth-Type PAP {
   pap
  }
  Auth-Type Challenge {
   update control {
    Response-Packet-Type := Access-Challenge
   }
   handled
  }
 }
 accounting {
  detail
  ok
 }
 post-auth {
  if (&User-Name != "unsigned") {
   update reply {
    Message-Authenticator := 0x00
   }
  }
  Post-Auth-Type REJECT {
   update reply {
    Message-Authenticator := 0x00
   }
  }
  Post-Auth-Type Challenge {
   update reply {
    Message-Authenticator := 0x00
   }
  }
 }
}
E
    } >"$d/radiusd.conf"
    : >"$d/out" # the shell that starts it empties it too late for who waits
    freeradius -f -d "$d" -n radiusd -l stdout >"$d/out" 2>&1 &
    radius_pid[$name]=$!
    bed_pids+=($!)
    wait_for grep -q 'Ready to process requests' "$d/out" || bed_fail "freeradius: $(tail -n 5 "$d/out")"
}
bed_radius_stop() { # NAME
    kill -9 "${radius_pid[$1]}" 2>/dev/null
    wait "${radius_pid[$1]}" 2>/dev/null
    return 0
}
