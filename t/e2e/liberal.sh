#!/bin/bash
# SPDX-License-Identifier: ISC
# What programs send beyond the letter of the RFCs: blanks, names in EHLO, 8-bit passwords, old ways to
# ask. Each dialogue is held with the mail server itself and through Mailwicket: the outcome is the same,
# but where Mailwicket takes what a server refuses.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_up methods=mailhost attempts=9
eight=$'Mw-8bit-\xe4\xff\xc3'
secrets+=("$eight")
printf 'carol:{PLAIN}%s\n' "$eight" >>"$BED/dov/users"
printf 'carol: %s\n' "$eight" >>"$BED/exim/users"
declare -A direct=([imap4s]=imaps [pop3s]=pop3s_back [smtps]=smtps_back)
declare -A hello=([imap4s]='^\* OK' [pop3s]='^\+OK' [smtps]='^220')
declare -A last=([imap4s]='^[a-z]+ ' [pop3s]='^(\+|-ERR)' [smtps]='^[0-9]{3} ')

# dialogue PORTNAME PROTOCOL LINE …: the kind of reply to each line: OK NO BAD, +OK -ERR +, 250 …
dialogue() {
    local p=$2 line kinds=''
    talk t "${port[$1]}"
    hear t "${hello[$p]}" || { hangup t; echo "no greeting: $heard"; return; }
    for line in "${@:3}"; do
        say_raw t "${line//%/%%}\\r\\n"
        if [[ $p = imap4s ]]; then hear t '^(\+|[a-z]+ (OK|NO|BAD))'; else hear t "${last[$p]}"; fi
        [[ ${heard##*$'\n'} ]] || heard=${heard%$'\n'}
        line=${heard##*$'\n'}
        case $p in imap4s) [[ $line = +* ]] && line=+ || line=$(cut -d' ' -f2 <<<"$line") ;;
            pop3s) line=${line%% *} ;;
            *) line=${line:0:3} ;; esac
        kinds+="$line "
    done
    hangup t
    echo "$kinds"
}
# same NAME PROTOCOL KINDS LINE …: both say these
same() {
    local name=$1 p=$2 kinds=$3 server us; shift 3
    server=$(dialogue "${direct[$p]}" "$p" "$@") us=$(dialogue "$p" "$p" "$@")
    if [ "$us" = "$kinds " ] && [ "$server" = "$us" ]; then ok "$name"; else
        not_ok "$name" "expected $kinds, the server said $server, Mailwicket $us"; fi
}
# ours NAME PROTOCOL KINDS LINE …: Mailwicket says these
ours() {
    local name=$1 p=$2 kinds=$3 us; shift 3
    us=$(dialogue "$p" "$p" "$@")
    if [ "$us" = "$kinds " ]; then ok "$name"; else not_ok "$name" "expected $kinds, Mailwicket said $us"; fi
}
b64_of() { printf '%s' "$1" | base64 -w 0; }
plain() { printf '\0%s\0%s' "$1" "$2" | base64 -w 0; }
alice=$(plain alice "$PASS_ALICE") carol=$(plain carol "$eight")

# --- blanks (Windows Mail and others) ---------------------------------------------------------------
same "POP3: two blanks in AUTH PLAIN" pop3s '+OK' "AUTH PLAIN  $alice"
ours "POP3: blanks behind a response" pop3s '+ + +OK' "AUTH LOGIN" "$(b64_of alice) " "$(b64_of "$PASS_ALICE")  "
ours "POP3: blanks around a name" pop3s '+OK +OK' "USER  alice " "PASS $PASS_ALICE"
ours "POP3: but a password keeps its own" pop3s '+OK -ERR' "USER alice" "PASS  $PASS_ALICE"
ours "IMAP: two blanks in AUTHENTICATE PLAIN" imap4s 'OK' "a AUTHENTICATE PLAIN  $alice"
ours "IMAP: blanks behind a response" imap4s '+ + OK' "a AUTHENTICATE LOGIN" "$(b64_of alice) " "$(b64_of "$PASS_ALICE") "
same "IMAP: two blanks in LOGIN" imap4s 'OK' "a LOGIN  alice $PASS_ALICE"
ours "IMAP: blanks between and behind LOGIN's arguments" imap4s 'OK' "a LOGIN  alice  \"$PASS_ALICE\" "
same "IMAP: but none behind a literal's announcement" imap4s 'BAD OK' 'a LOGIN {5+} ' "b LOGIN alice $PASS_ALICE"
ours "IMAP: a blank behind ID's list" imap4s 'OK OK' 'a ID ("name" "x") ' "b LOGIN alice $PASS_ALICE"
same "SMTP: two blanks in AUTH PLAIN" smtps '250 235' 'EHLO c.test' "AUTH PLAIN  $alice"
same "SMTP: a blank behind the response" smtps '250 235' 'EHLO c.test' "AUTH PLAIN $alice "
ours "SMTP: blanks behind responses" smtps '250 334 334 235' 'EHLO c.test' 'AUTH LOGIN' "$(b64_of alice) " "$(b64_of "$PASS_ALICE") "

# --- a name that isn't base64: what follows is the password all the same, never a command ------------
ours "SMTP: behind a malformed name" smtps '250 334 334 501 235' 'EHLO c.test' 'AUTH LOGIN' 'alice' 'QUIT' "AUTH PLAIN $alice"
ours "SMTP: … in the command" smtps '250 334 501 235' 'EHLO c.test' 'AUTH LOGIN alice' 'QUIT' "AUTH PLAIN $alice"
ours "POP3: behind a malformed name" pop3s '+ + -ERR +OK' 'AUTH LOGIN' 'alice' 'QUIT' "AUTH PLAIN $alice"
ours "IMAP: behind a malformed name" imap4s '+ + BAD OK' 'a AUTHENTICATE LOGIN' 'alice' 'b LOGOUT' "c AUTHENTICATE PLAIN $alice"

# --- names in EHLO ----------------------------------------------------------------------------------
for name in 'my laptop' my_laptop 'münchen' "$(printf 'x%.0s' {1..300})" ''; do
    ours "SMTP: EHLO ${name:0:20}" smtps '250 235' "EHLO $name" "AUTH PLAIN $alice"
done
ours "SMTP: AUTH after HELO" smtps '250 235' 'HELO c.test' "AUTH PLAIN $alice"
ours "SMTP: EHLO longer than a line" smtps '501' "EHLO $(printf 'x%.0s' {1..600})"
ours "SMTP: and without any" smtps '503' "AUTH PLAIN $alice"

# --- passwords that are not UTF-8 -------------------------------------------------------------------
same "POP3: an 8-bit password by PASS" pop3s '+OK +OK' "USER carol" "PASS $eight"
same "POP3: … by AUTH PLAIN" pop3s '+OK' "AUTH PLAIN $carol"
same "IMAP: … by LOGIN" imap4s 'OK' "a LOGIN carol \"$eight\""
same "IMAP: … by AUTHENTICATE" imap4s 'OK' "a AUTHENTICATE PLAIN $carol"
same "SMTP: … by AUTH PLAIN" smtps '250 235' 'EHLO c.test' "AUTH PLAIN $carol"
same "POP3: another 8-bit password is wrong" pop3s '+OK -ERR' "USER carol" "PASS ${eight%?}"$'\xc4'
ours "a name that is not UTF-8 is refused" imap4s 'NO' $'a LOGIN "car\xf6l" '"\"$eight\""

# --- old ways to ask, and literals -------------------------------------------------------------------
talk t "${port[pop3s]}"; hear t '^\+OK'; say t AUTH; hear t '^\.$'; hangup t
check "POP3: bare AUTH lists the mechanisms" [ "$(tr '\n' ' ' <<<"$heard")" = '+OK PLAIN LOGIN .  ' -o "$(tr '\n' ' ' <<<"$heard")" = '+OK PLAIN LOGIN . ' ]
big=$(printf 'x%.0s' {1..9000})
talk t "${port[pop3s]}"; hear t '^\+OK'; say t 'USER alice'; hear t '^\+OK'; say t AUTH; hear t '^\.$'
say t "PASS $PASS_ALICE"
check "POP3: bare AUTH between USER and PASS only asks" hear t '^\+OK'; hangup t
talk t "${port[imap4s]}"; hear t '^\* OK'; say t 'a LOGIN alice {9000+}'; say t "$big"; hear t '^a BAD'; r=$?
say t "b LOGIN alice $PASS_ALICE"; hear t '^b OK'
check "IMAP: a literal that is too long is read, and the connection goes on" [ $? = 0 -a $r = 0 ]
hangup t
check_entries "no entry is left" 0
done_testing
