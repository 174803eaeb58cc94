#!/bin/bash
# SPDX-License-Identifier: ISC
# What a login may look like, what it is refused for, and what the client, the log and the state
# file say then.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_up "allow=<allow-server host=\"127.0.0.1\" port=\"${port[imap]}\"/>" attempts=3
server=@localhost both=$PASS_VPN1:$PASS_ALICE

for p in imap4s pop3s smtps; do
    login_is "vpn:mail@server" $p "vpn1:alice$server" "$both" "${yes[$p]}"
    login_is "vpn:mail, default server" $p vpn1:alice "$both" "${yes[$p]}"
    login_is "mail name alone, one password" $p alice "$PASS_ALICE" "${yes[$p]}"
    log_mark
    login_is "wrong VPN password" $p vpn1:alice "$PASS_WRONG:$PASS_ALICE" "${no[$p]}"
    check_log "wrong VPN password is logged ($p)" 'event=not-authenticated'
    log_mark
    login_is "wrong mail password" $p vpn1:alice "$PASS_VPN1:$PASS_WRONG" "${no[$p]}"
    check_log "wrong mail password is logged ($p)" 'event=not-authenticated'
    login_is "unknown VPN user" $p nobody:alice "$both" "${no[$p]}"
    login_is "unknown mail user" $p vpn1:nobody "$both" "${no[$p]}"
    log_mark
    login_is "server that is not allowed" $p vpn1:alice@other.example.org "$both" "${no[$p]}"
    check_log "server that is not allowed is logged ($p)" 'event=(not-authenticated|refused).*(reason|server)='
    log_mark
    login_is "password with two delimiters" $p vpn1:alice "$PASS_VPN1:x:y" "${no[$p]}"
    check_log "and logged as such ($p)" 'event=not-authenticated .*reason="the password has more than one delimiter"'
    check_not "without the password ($p)" eval 'log_new | grep -q ":x:y"'
    log_mark
    login_is "empty VPN name" $p ":alice$server" "$both" "${no[$p]}"
    check_log "and logged as such ($p)" 'event=not-authenticated .*reason="the VPN name is empty"'
    log_mark
    login_is "empty server" $p "vpn1:alice@" "$both" "${no[$p]}"
    check_log "and logged as such ($p)" 'event=not-authenticated .*reason="the mail server is empty"'
    log_mark
    login_is "a name that isn't UTF-8" $p $'vpn1:al\xefce' "$both" "${no[$p]}"
    check_log "and isn't asked about ($p)" 'event=not-authenticated .*reason="the name is not valid UTF-8"'
done
login_is "allowed server by address" imap4s vpn1:alice@127.0.0.1 "$both" "${yes[imap4s]}"
login_is "allowed server by address, in brackets" imap4s "vpn1:alice@[127.0.0.1]" "$both" "${yes[imap4s]}"
login_is "allowed server by address, as IPv6" imap4s "vpn1:alice@[IPv6:::FFFF:127.0.0.1]" "$both" "${yes[imap4s]}"
login_is "another address" imap4s "vpn1:alice@[127.0.0.2]" "$both" "${no[imap4s]}"
check_entries "no entry is left of any of them" 0

# A password is octets: they reach the users file, Dovecot and Exim as they came (R2.5).
octets=$'gr\xfc\xdf-\xff-Mw'
printf '%s\n' "$octets" | "$(mw mailwicketctl)" passwd --users "$BED/etc/users" octets
printf 'octets:{PLAIN}%s\n' "$octets" >>"$BED/dov/users"
printf 'octets: %s\n' "$octets" >>"$BED/exim/users"
for p in imap4s pop3s smtps; do
    login_is "a password that isn't UTF-8" $p octets "$octets" "${yes[$p]}"
    login_is "the mail password isn't UTF-8" $p vpn1:octets "$PASS_VPN1:$octets" "${yes[$p]}"
    log_mark
    login_is "the same password in UTF-8 is another" $p octets "grüß-ÿ-Mw" "${no[$p]}"
    check_log "and logged as any wrong one ($p)" 'event=not-authenticated.*reason="wrong password"'
done
check_not "no octet of them is in the log" grep -aq 'gr.*-Mw' "$LOG"

# A typing mistake: programs try the same password by each mechanism. It counts once, is asked once.
plain() { b64 "\\0$1\\0$2"; }
mistyped=$PASS_VPN1:$PASS_WRONG right=$PASS_VPN1:$PASS_ALICE
log_mark
talk t "${port[imap4s]}"; hear t '^\* OK'
say t "a LOGIN vpn1:alice \"$mistyped\""; hear t '^a NO'
say t "b AUTHENTICATE PLAIN $(plain vpn1:alice "$mistyped")"; hear t '^b NO \[AUTHENTICATIONFAILED\]'; r1=$?
say t "c AUTHENTICATE LOGIN"; hear t '^\+'; say t "$(b64 vpn1:alice)"; hear t '^\+'; say t "$(b64 "$mistyped")"
hear t '^c NO \[AUTHENTICATIONFAILED\]'; r2=$?
for i in 1 2 3; do say t "d$i LOGIN vpn1:alice \"$mistyped\""; hear t "^d$i NO"; done
say t "e LOGIN vpn1:alice \"$right\""
check "imap4s: a mistyped password, six times by three mechanisms, is one attempt" hear t '^e OK'
check "imap4s: each of them was answered as refused" [ $((r1 + r2)) = 0 ]
hangup t
check "imap4s: the mail server was asked once" [ "$(log_new | grep -c event=not-authenticated)" = 1 ]
log_mark
talk t "${port[pop3s]}"; hear t '^\+OK'
for i in 1 2 3; do
    say t "USER vpn1:alice"; hear t '^\+OK'; say t "PASS $mistyped"; hear t '^-ERR \[AUTH\]'
    say t "AUTH PLAIN $(plain vpn1:alice "$mistyped")"; hear t '^-ERR \[AUTH\]'
done
say t "AUTH PLAIN $(plain vpn1:alice "$right")"
check "pop3s: a mistyped password, six times by two mechanisms, is one attempt" hear t '^\+OK'
hangup t
check "pop3s: the mail server was asked once" [ "$(log_new | grep -c event=not-authenticated)" = 1 ]
log_mark
talk t "${port[smtps]}"; hear t '^220'; say t "EHLO x"; hear t '^250 '
for i in 1 2 3; do
    say t "AUTH PLAIN $(plain vpn1:alice "$mistyped")"; hear t '^535'
    say t "AUTH LOGIN $(b64 vpn1:alice)"; hear t '^334'; say t "$(b64 "$mistyped")"; hear t '^535'
done
say t "AUTH PLAIN $(plain vpn1:alice "$right")"
check "smtps: a mistyped password, six times by two mechanisms, is one attempt" hear t '^235'
hangup t
check "smtps: nobody was asked again" [ "$(log_new | grep -c event=not-authenticated)" = 1 ]
check_entries "no entry is left of the repeats" 0

# Attempts: after a failure the same connection may try again, up to the limit.
log_mark
talk t "${port[imap4s]}"; hear t '^\* OK'
say t "a LOGIN alice $PASS_WRONG"; hear t '^a '; r1=$heard
say t "b LOGIN alice $PASS_ALICE"; hear t '^b '
check "a second attempt in the same connection succeeds" grep -q '^b OK' <<<"$heard"
check "the first one was refused" grep -q '^a NO \[AUTHENTICATIONFAILED\]' <<<"$r1"
say t "c LIST \"\" *"; hear t '^c OK'
check "and its session works" grep -q INBOX <<<"$heard"
hangup t
check_entries "no entry is left of it" 0

talk t "${port[imap4s]}"; hear t '^\* OK'
for i in 1 2 3; do say t "a$i LOGIN alice $PASS_WRONG$i"; hear t "^a$i "; done
check "the third refusal" grep -q '^a3 NO' <<<"$heard"
check "is the last: the connection ends" ended t
hangup t
check_entries "no entry is left of that" 0

# Bytes after the login, in the same segment, reach the mail server once and in order (edge case 1).
talk t "${port[imap4s]}"; hear t '^\* OK'
say_raw t "a LOGIN alice $PASS_ALICE\r\nb CAPABILITY\r\nc NOOP\r\nd SELECT INBOX\r\ne LOGOUT\r\n"
hear t '^e OK'
check "pipelined after IMAP LOGIN: in order" \
    [ "$(grep -oE '^[a-e] OK' <<<"$heard" | tr -d ' \nOK')" = abcde ]
hangup t
talk t "${port[pop3s]}"; hear t '^\+OK'
say_raw t "USER alice\r\nPASS $PASS_ALICE\r\nSTAT\r\nUIDL\r\nQUIT\r\n"
ended t
check "pipelined after POP3 PASS: STAT, UIDL and QUIT are answered" \
    grep -qE '^\+OK [0-9]+ [0-9]+' <<<"$heard"
check "POP3 says +OK to each" [ "$(grep -c '^+OK' <<<"$heard")" -eq 5 ]
hangup t
talk t "${port[smtps]}"; hear t '^220'
say_raw t "EHLO client.test\r\n"; hear t '^250 '
check "SMTP announces one AUTH line" [ "$(grep -c '^250[ -]AUTH ' <<<"$heard")" -eq 1 ]
say_raw t "AUTH PLAIN $(b64 "\\0alice\\0$PASS_ALICE")\r\nNOOP\r\nMAIL FROM:<a@example.org>\r\nRSET\r\nQUIT\r\n"
ended t
check "pipelined after SMTP AUTH: 235 250 250 250 221" \
    [ "$(cut -c1-3 <<<"$heard" | tr -d '\n')" = 235250250250221 ]
hangup t

# Literals, quoting, and a mail server's own capabilities after the login.
talk t "${port[imap4s]}"; hear t '^\* OK'
say t 'a LOGIN {5}'; hear t '^\+ '; say t "alice {${#PASS_ALICE}}"; hear t '^\+ '; say t "$PASS_ALICE"; hear t '^a '
check "IMAP LOGIN with literals" grep -q '^a OK' <<<"$heard"
say t 'b CAPABILITY'; hear t '^b '
check "after the login IMAP shows the mail server's capabilities" grep -q 'CAPABILITY.* IDLE' <<<"$heard"
hangup t
talk t "${port[smtps]}"; hear t '^220'; say t 'EHLO c.test'; hear t '^250 '; before=$heard
say t 'MAIL FROM:<a@example.org>'; hear t '^[0-9]'
check "SMTP: a mail command before login is 530" grep -q '^530' <<<"$heard"
say t "AUTH PLAIN $(b64 "\\0alice\\0$PASS_ALICE")"; hear t '^235'; say t 'EHLO c.test'; hear t '^250 '
check "SMTP: what was announced is what the server has" \
    [ -z "$(comm -23 <(tr -d '\r' <<<"$before" | sed -n 's/^250[- ]\([A-Z0-9]*\).*/\1/p' | grep -vE '^(AUTH|ENHANCEDSTATUSCODES)$' | tail -n +2 | sort -u) <(sed -n 's/^250[- ]\([A-Z0-9]*\).*/\1/p' <<<"$heard" | sort -u))" ]
hangup t

# unknown-server="mail-user": the part after @ belongs to the mail name.
bed_restart unknown=mail-user
login_is "unknown-server=mail-user: mail name with @" imap4s "vpn1:bob@example.org" "$PASS_VPN1:$PASS_BOB" "${yes[imap4s]}"
# mailhost alone: the mail password whole, no VPN account asked.
bed_restart methods=mailhost
for p in imap4s pop3s smtps; do
    login_is "mailhost alone: bob has no VPN account" $p bob "$PASS_BOB" "${yes[$p]}"
    login_is "mailhost alone: wrong password" $p bob "$PASS_WRONG" "${no[$p]}"
done
# SMTPS without mailhost: Mailwicket doesn't log in at the mail server, which then wants a login.
bed_restart nomailhost=1
talk t "${port[smtps]}"; hear t '^220'; say t 'EHLO c.test'; hear t '^250 '
say t "AUTH PLAIN $(b64 "\\0vpn1:alice\\0$both")"; hear t '^[0-9]{3} '
check "SMTPS with aaa alone: the VPN account lets in" grep -q '^235' <<<"$heard"
say_raw t 'MAIL FROM:<a@example.org>\r\nRCPT TO:<alice@localhost>\r\nQUIT\r\n'; ended t
check "SMTPS with aaa alone: the mail server sees a stranger" grep -q '^530' <<<"$heard"
hangup t
# No group policy: nothing can be established (R3.2).
log_mark
bed_restart default= methods=mailhost
login_is "without a group policy no session" imap4s bob "$PASS_BOB" 'a NO '
check_entries "no entry is left at the end" 0
done_testing
