#!/bin/bash
# SPDX-License-Identifier: ISC
# mailwicketctl check: what a start would find in the files that the policy names, and what each of the
# two users can read.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/pki.sh"
bed_new
c=$BED/clients
mkdir -p "$c" "$BED/etc/keys" "$BED/etc/secrets"
tls=$BED/tls
bed_users
chown mailwicket-verify "$BED/cl"
groups="<server-group name=\"R\" type=\"radius\"><server host=\"127.0.0.1\" secret=\"secrets/radius\"/></server-group>"
fresh() { # KEY=VALUE …: everything right but for these keys of the policy
    cp "$tls/server.pem" "$BED/etc/server.pem"
    cp "$tls/server.key" "$BED/etc/server.key"
    chgrp mailwicket "$BED/etc/server.key"; chmod 640 "$BED/etc/server.key"
    echo secret >"$BED/etc/secrets/radius"
    chgrp mailwicket-verify "$BED/etc/secrets/radius"; chmod 640 "$BED/etc/secrets/radius"
    bed_policy "groups=$groups" "$@"
    sed -i "s|<state |&spool=\"$BED/cl\" |" "$BED/etc/policy.xml"
    chmod 644 "$BED/etc/policy.xml"
}
code() { local want=$1; shift; "$@"; local got=$?; [ $got -eq "$want" ] || { echo "exit code $got, not $want"; false; }; }
# finds KIND REGEX [AT]: the only finding is an error (E) or a warning (W) like that, at a line of the policy,
# and the exit codes are those of it.
finds() {
    local kind=$1 re=$2 at=':[0-9]+: element <[a-z-]+>' want=1 monitor=2 prefix='' counts='is invalid: 1 error, 0 warnings\.'
    [ "$kind" = E ] || { want=0 monitor=1 prefix='warning: ' counts='is valid: 0 errors, 1 warning\.'; }
    code $want ctl check >"$BED/cl/out" 2>"$BED/cl/err" || { cat "$BED/cl/out" "$BED/cl/err"; return 1; }
    grep -Eq -- "^$prefix$BED/etc/policy.xml${3-$at}: $re" "$BED/cl/err" &&
        grep -Eq -- "policy.xml $counts" "$BED/cl/out" &&
        code $monitor ctl check --monitor || { cat "$BED/cl/out" "$BED/cl/err"; return 1; }
}
right() { code 0 ctl check >"$BED/cl/out" 2>"$BED/cl/err" && [ ! -s "$BED/cl/err" ] && code 0 ctl check --monitor || { cat "$BED/cl/err"; return 1; }; }

fresh
check "all is right" right

# --- certificates ---------------------------------------------------------------------------------
with_chain() { fresh; cat "${@/#/$tls/}" >"$BED/etc/server.pem"; }
with_key() { fresh; cp "$1" "$BED/etc/server.key"; }
until_day() { # NAME END [START [MORE]]: a server certificate that ends then
    bed_cert "$tls" ca "$1" localhost "activation_date = \"$(day "${3:-$2 -20 days}")\"
expiration_date = \"$(day "$2")\"${4:+$'\n'$4}"
    cp "$tls/$1.key" "$BED/etc/server.key"
}
fresh; until_day soon '+10 days +1 hour'; cp "$tls/soon.pem" "$BED/etc/server.pem"
check "a certificate for ten days more" finds W "chain $BED/etc/server.pem: CN=localhost expires on 20[0-9-]+, in 10 days: renew it"
until_day over '-3 days -1 hour'; cp "$tls/over.pem" "$BED/etc/server.pem"
check "one that has expired" finds E "chain $BED/etc/server.pem: CN=localhost expired on 20[0-9-]+, 3 days ago: renew it"
until_day early '+30 days' '+1 day'; cp "$tls/early.pem" "$BED/etc/server.pem"
check "one that is not valid yet" finds E "chain .*: CN=localhost is not valid before 20[0-9-]+: wait, or set"
with_key "$tls/back.key"
check "another certificate's key" finds E "can't use chain $BED/etc/server.pem with key $BED/etc/server.key: the key belongs to no certificate of the chain"
with_chain ca.pem server.pem
check "the CA before the server's own" finds E "can't use chain .*: the key's certificate is no. 2 of the chain: expected the server's own first"
with_chain server.pem ca.pem
check "the CA behind it" right
with_chain server.pem otherca.pem
check "another CA behind it" finds W "chain .* not in order"
fresh; openssl pkey -in "$tls/server.key" -aes256 -passout pass:x -out "$BED/etc/server.key" 2>/dev/null
check "an encrypted key" finds E "can't use chain .*: the key is encrypted: expected one without a passphrase"
fresh; openssl ec -in "$tls/server.key" -aes256 -passout pass:x -out "$BED/etc/server.key" 2>/dev/null
check "a key that is encrypted in the older form" finds E "can't use chain .*: the key is encrypted"
fresh; echo junk >"$BED/etc/server.key"
check "junk as the key" finds E "can't use chain .*: invalid key: .*: expected a private key in PEM"
fresh; echo junk >"$BED/etc/server.pem"
check "junk as the chain" finds E "can't use chain .*: invalid chain: .*: expected certificates in PEM"
fresh; sed -i 's|key="server.key"/>|key="server.key" ocsp="ocsp"/>|' "$BED/etc/policy.xml"; echo junk >"$BED/etc/ocsp"
check "junk as the OCSP response" finds E "invalid ocsp $BED/etc/ocsp: expected an OCSP response"
fresh; sed -i 's|<tls>|<tls priority="NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM:%ALLOW_SMALL_RECORDS">|' "$BED/etc/policy.xml"
check "a priority with finite fields" finds W "the priority allows FFDHE2048"
fresh; sed -i 's|<tls>|<tls priority="SECUR">|' "$BED/etc/policy.xml"
check "a priority string that isn't" finds E 'invalid priority at "SECUR"'
sed -i 's|SECUR|NORMAL|' "$BED/etc/policy.xml"
check "one that allows too much" finds E 'invalid priority: it allows'
fresh tls=starttls ca="$BED/etc/users"
check "a mail server's CA that isn't" finds E "no CA certificate in $BED/etc/users"
new_key bare; printf 'cn = "localhost"\ntls_www_server\nsigning_key\nexpiration_days = 30\n' >"$c/bare.t"
certtool --generate-self-signed --load-privkey "$c/bare.key" --template "$c/bare.t" --outfile "$c/bare.pem" 2>/dev/null
fresh; cp "$c/bare.key" "$BED/etc/server.key"; cp "$c/bare.pem" "$BED/etc/server.pem"
check "a certificate without a host's name" finds W "chain .*: the server's certificate names no host"
new_public() { # as a public CA issues: by a CA in between, which the certificate says where to fetch
    cp "$tls/ca.pem" "$c/ca.pem"; cp "$tls/ca.key" "$c/ca.key"
    new_extended public ca /CN=localhost subjectAltName=DNS:localhost extendedKeyUsage=serverAuth \
        'authorityInfoAccess=caIssuers;URI:http://ca.example/ca.der'
}
new_public; fresh; cp "$c/public.key" "$BED/etc/server.key"; cp "$c/public.pem" "$BED/etc/server.pem"
check "a chain that ends too early" finds W "chain .* is not complete: the issuer of CN=localhost, CN=Mailwicket test ca, is neither"
cat "$tls/ca.pem" >>"$BED/etc/server.pem"
check "a whole one" right

# --- files of AAA servers -------------------------------------------------------------------------
users() { fresh; cp "$BED/etc/users" "$BED/cl/users"; printf '%b\n' "$1" >>"$BED/etc/users"; }
users_back() { cat "$BED/cl/users" >"$BED/etc/users"; }
users 'bob:plain:'
check "a password in clear text" finds W "users $BED/etc/users, line 3: no password of bob has this hash: expected one of crypt"
check_not "and nothing shows it" grep -q plain "$BED/cl/out" "$BED/cl/err"; users_back
users 'bob'
check "a line without a colon" finds W "users $BED/etc/users, line 3: it has no \":\" and is ignored"; users_back
users 'bob:$y$j9T$abc'
check "half a hash" finds W "users .*, line 3: no password of bob"; users_back
users '$y$j9T$abcdef:bob'
check "name and hash the wrong way round" finds W "users .*, line 3: invalid name: it begins with a"
check_not "and nothing shows the hash" grep -q abcdef "$BED/cl/out" "$BED/cl/err"; users_back
users 'bob:!:Nobody'
check "a group policy that isn't there" finds W "users .*, line 3: unknown group policy behind the second"; users_back
users 'bo:b:$y$j9T$abcdefgh:'
check "a colon too many" finds W "users .*, line 3: unknown group policy behind the second"
check_not "and nothing shows the hash" grep -q abcdefgh "$BED/cl/out" "$BED/cl/err"; users_back
users '# a comment\n\nbob:!:Everyone'
check "a comment, an empty line, a locked user" right; users_back
fresh; : >"$BED/etc/secrets/radius"
check "an empty secret" finds E "secret $BED/etc/secrets/radius: invalid secret: expected 1 to"
fresh "groups=<server-group name=\"L\" type=\"ldap\"><server url=\"ldaps://x/\" base=\"dc=x\" ca=\"$BED/etc/users\"/></server-group>"
check "an LDAP server's CA that isn't" finds E "invalid ca $BED/etc/users: expected CA certificates"

radsec() { # KEY: with our certificate towards a RADIUS server, and this key
    fresh "groups=<server-group name=\"T\" type=\"radius\"><server host=\"127.0.0.1\" tls=\"true\" ca=\"$tls/ca.pem\" certificate=\"server.pem\" key=\"secrets/radius.key\"/></server-group>"
    install -m 640 -g mailwicket-verify "$1" "$BED/etc/secrets/radius.key"
}
radsec "$tls/server.key"
check "a certificate towards a RADIUS server" right
radsec "$tls/back.key"
check "another's key with it" finds E "can't use certificate $BED/etc/server.pem with key $BED/etc/secrets/radius.key: the key belongs to no certificate"
check_says "what the policy means tells the certificate's names and days" 'for localhost, until 20[0-9-]+, (29|30) days left' eval 'fresh; ctl check'

# --- who may read them ----------------------------------------------------------------------------
fresh; chmod 600 "$BED/etc/users"; chown root "$BED/etc/users"
check "users that only root may read" finds E "the user mailwicket-verify cannot read users $BED/etc/users: Permission denied: give it"
chmod 640 "$BED/etc/users"
fresh; chmod 600 "$BED/etc/secrets/radius"
check "a secret" finds E "the user mailwicket-verify cannot read secret $BED/etc/secrets/radius: Permission denied"
fresh; chmod 600 "$BED/etc/policy.xml"
check "the policy" finds E "the user mailwicket-verify cannot read the policy $BED/etc/policy.xml: Permission denied" '' # the whole file
fresh; chmod 750 "$BED/etc"
check "its directory" code 1 ctl check
chmod 755 "$BED/etc"
fresh; chmod 600 "$BED/etc/server.key"
check "without systemd root reads the key" right
fresh; chown root "$BED/state"
check "a state directory of another user" finds E "the user mailwicket-verify cannot write to the state directory $BED/state"
chown mailwicket-verify "$BED/state"
fresh state="$BED/none"
check "a missing state directory" finds W "the state directory $BED/none is missing: make it"

with_systemd() { # the same machine, booted by systemd, as far as check looks
    unshare --mount bash -c 'mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system && exec "$@"' bash \
        "$(mw mailwicketctl)" --policy "$BED/etc/policy.xml" check
}
if unshare --mount true 2>/dev/null; then
    fresh; chmod 600 "$BED/etc/server.key"
    check_says "with systemd the filter is its own user" \
        "policy.xml:[0-9]+: element <certificate>: the user mailwicket cannot read key $BED/etc/server.key: .*, or put it into keys/ beside the policy" with_systemd
    fresh key=keys/server.key; install -m 600 "$tls/server.key" "$BED/etc/keys/server.key"; chmod 600 "$BED/etc/secrets/radius"
    check "what systemd hands on needs only root" with_systemd
    fresh key=secrets/server.key; install -m 600 "$tls/server.key" "$BED/etc/secrets/server.key"
    check_says "to the other user it does not" "the user mailwicket cannot read key $BED/etc/secrets/server.key" with_systemd
fi

# --- a policy that was edited, and not reloaded ---------------------------------------------------
fresh
changed() { ctl metrics | sed -n 's/^mailwicket_policy_changed //p'; }
changed_is() { [ "$(changed)" = "$1" ]; }
check "without a helper nobody knows" changed_is ''
bed_helper_start
check "the policy in force: right" right
check "the policy in force: metrics" changed_is 0
check_not "the policy in force: summary says nothing" says 'was changed' ctl summary
sed -i 's|<imap4s |<!-- edited --><imap4s |' "$BED/etc/policy.xml"
check "edited: check warns" finds W "the file was changed since the helper loaded it: systemctl reload mailwicket" ''
check "edited: metrics" changed_is 1
check_says "edited: summary" "^$BED/etc/policy.xml was changed since the helper loaded it: systemctl reload" ctl summary
check_says "edited: a member of mailwicket-admin sees it too" 'policy_changed 1' \
    setpriv --reuid=nobody --regid=nogroup --groups="$(getent group mailwicket-admin | cut -d: -f3)" \
    "$(mw mailwicketctl)" --policy "$BED/etc/policy.xml" metrics
cp "$BED/etc/policy.xml" "$BED/etc/new.xml"
check_not "another file is another policy" says 'was changed' ctl check "$BED/etc/new.xml"
kill -HUP "$helper"
check "reloaded: metrics" wait_for changed_is 0
check "reloaded: right" right
sed -i 's|<imap4s |<imap4s colour="red" |' "$BED/etc/policy.xml"
log_mark; kill -HUP "$helper"; until_log 'event=policy-rejected'
sed -i 's|<imap4s colour="red" |<!-- again --><imap4s |' "$BED/etc/policy.xml"
check "a rejected one is not in force" changed_is 1
bed_helper_stop
check "the helper has ended, and nobody knows" changed_is ''
done_testing
