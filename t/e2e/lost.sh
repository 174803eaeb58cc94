#!/bin/bash
# SPDX-License-Identifier: ISC
# Mail programs that send and go away without close_notify. What had come is delivered as it is
# directly at the server; what had not come whole is not taken for whole.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_up methods=mailhost
dov=$BED/dov/dovecot.conf

forget() { # PROTOCOL PORT SUBJECT HOW [part]
    env -u JOURNAL_STREAM timeout "$patience" python3 "$MW_SRC/t/e2e/forget.py" "$1" "$2" "$CA" alice "$PASS_ALICE" "${@:3}"
}
mails() { doveadm -c "$dov" search -u alice mailbox INBOX ALL | wc -l; }
fewer_than() { [ "$(mails)" -lt "$1" ]; }

# pairs: the port through Mailwicket, and the server's own with TLS
declare -A ours=([smtp]=${port[smtps]} [imap]=${port[imap4s]} [pop3]=${port[pop3s]})
declare -A theirs=([smtp]=${port[smtps_back]} [imap]=${port[imaps]} [pop3]=${port[pop3s_back]})

delivered() { # NAME PROTOCOL PORT HOW: 5 of 5
    local i
    for i in 1 2 3 4 5; do forget "$2" "$3" "$1-$i" "$4" || return 1; done
    for i in 1 2 3 4 5; do
        wait_for arrived "$1-$i" || { echo "$1-$i did not arrive"; return 1; }
    done
}
deleted() { # PORT HOW
    local before
    before=$(mails)
    [ "$before" -gt 0 ] && forget pop3 "$1" none "$2" && wait_for fewer_than "$before"
}
nothing_comes() { # NAME PROTOCOL PORT HOW
    forget "$2" "$3" "$1" "$4" part && until_entries 0 && later_one_comes && ! arrived "$1"
}
later=0
later_one_comes() { # what was sent before it would have come by now
    later=$((later + 1))
    forget smtp "${theirs[smtp]}" "later-$later" close && wait_for arrived "later-$later"
}

for how in close fin rst; do
    for p in smtp imap; do
        check "directly at the server: 5 of 5 ($p, $how)" delivered "direct-$p-$how" $p "${theirs[$p]}" $how
    done
    check "directly at the server: a deletion (pop3, $how)" deleted "${theirs[pop3]}" $how
done
all() { # WHAT: which servers
    local how p
    log_mark
    for how in close fin rst; do
        for p in smtp imap; do
            check "through Mailwicket, $1: 5 of 5 ($p, $how)" delivered "$1-$p-$how" $p "${ours[$p]}" $how
            check "$1: what was not whole is not taken ($p, $how)" nothing_comes "part-$1-$p-$how" $p "${ours[$p]}" $how
        done
        check "through Mailwicket, $1: a deletion (pop3, $how)" deleted "${ours[pop3]}" $how
    done
    check_log "$1: the log tells lost clients" 'event=ended .*cause=client-lost'
    check_entries "$1: no entry is left" 0
}
all plain
bed_restart methods=mailhost tls=implicit "imap4s=${port[imaps]}" "pop3s=${port[pop3s_back]}" "smtps=${port[smtps_back]}"
all tls
done_testing
