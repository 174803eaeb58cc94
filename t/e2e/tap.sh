# SPDX-License-Identifier: ISC
# tap.sh - sourced by the end-to-end tests: results, one line each, and dialogues over TLS.
#
# A test script ends with `done_testing`; a script that doesn't reach it counts as failed.
tap_n=0 tap_failed=0
tap_script=$(basename "$0" .sh)

ok() { tap_n=$((tap_n + 1)); echo "ok $tap_n - $tap_script: $1"; }
not_ok() {
    tap_n=$((tap_n + 1)) tap_failed=$((tap_failed + 1))
    echo "not ok $tap_n - $tap_script: $1"
    [ -z "${2:-}" ] || printf '%s\n' "$2" | tail -n 15 | sed 's/^/#   /'
    [ ! -s "${LOG:-/dev/null}" ] || log_new | tail -n 8 | sed 's/^/#   log: /'
}

# check NAME COMMAND …: ok when it succeeds; its output is shown when it doesn't. The command runs
# in this shell: what it sets, stays.
check() {
    local name=$1; shift
    if "$@" >"$BED/cl/said" 2>&1; then ok "$name"; else not_ok "$name" "$(cat "$BED/cl/said")"; fi
}
# check_not NAME COMMAND …: ok when it fails.
check_not() {
    local name=$1; shift
    if "$@" >"$BED/cl/said" 2>&1; then not_ok "$name" "$(cat "$BED/cl/said")"; else ok "$name"; fi
}
# check_says NAME REGEX COMMAND …: ok when its output (any exit status) matches.
check_says() {
    local name=$1 re=$2; shift 2
    "$@" >"$BED/cl/said" 2>&1
    if grep -aEq -- "$re" "$BED/cl/said"; then ok "$name"; else not_ok "$name" "$(cat "$BED/cl/said")"; fi
}
check_log() { # NAME REGEX: it comes into the log
    if until_log "$2"; then ok "$1"; else not_ok "$1" "not in the log: $2"; fi
}
check_entries() { # NAME COUNT: the state file holds so many entries
    if until_entries "$2"; then ok "$1"; else not_ok "$1" "$(ctl show)"; fi
}

# No password may be in any log of Mailwicket's.
check_secrets() {
    local s found=''
    for s in "${secrets[@]}"; do
        found+=$(grep -lF -- "$s" "$LOG" "$BED"/log/*.out 2>/dev/null)
        found+=$(grep -lF -- "$(printf '%s' "$s" | base64 | cut -c1-12)" "$LOG" 2>/dev/null)
    done
    if [ -z "$found" ]; then ok "no password in a log"; else not_ok "no password in a log" "$found"; fi
    if grep -E 'AddressSanitizer|runtime error:' "$LOG" "$BED"/log/*.out >/dev/null 2>&1; then
        not_ok "no sanitizer complaint" "$(grep -h -A12 -E 'AddressSanitizer|runtime error:' "$LOG" | head -30)"
    fi
}

done_testing() {
    check_secrets
    echo "1..$tap_n"
    exit $((tap_failed > 0))
}

# --- dialogues ----------------------------------------------------------------------------------
# talk NAME PORT [s_client options]: opens one. say NAME TEXT: sends a line (CR LF added).
# hear NAME REGEX: reads lines until one matches; false at the end, or where none comes (patience); all
# lines that were read are in $heard. hangup NAME: ends it.
# A client that is gone must not end the script. (A handler, not ignored: the programs under test get
# the default.)
trap : PIPE
declare -A talk_pid talk_in talk_out
talk_wrap=() # in front of the client: another network namespace
talk() {
    local n=$1 p=$2 i o; shift 2
    rm -f "$BED/cl/$n.in" "$BED/cl/$n.out"
    mkfifo "$BED/cl/$n.in" "$BED/cl/$n.out"
    "${talk_wrap[@]}" env -u JOURNAL_STREAM openssl s_client -quiet -verify_quiet -verify_return_error -CAfile "$CA" \
        -connect "127.0.0.1:$p" "$@" <"$BED/cl/$n.in" >"$BED/cl/$n.out" 2>"$BED/cl/$n.err" &
    talk_pid[$n]=$!
    bed_pids+=($!)
    exec {i}>"$BED/cl/$n.in" {o}<"$BED/cl/$n.out"
    talk_in[$n]=$i talk_out[$n]=$o
}
say() { printf '%s\r\n' "$2" 2>/dev/null >&"${talk_in[$1]}"; }
say_raw() { printf "$2" 2>/dev/null >&"${talk_in[$1]}"; }
hear() {
    local line
    heard=''
    while IFS= read -r -t "$patience" line <&"${talk_out[$1]}"; do
        line=${line%$'\r'}
        heard+=$line$'\n'
        [[ $line =~ $2 ]] && return 0
    done
    return 1
}
ended() { # NAME: the server closes (whatever it says before)
    local line rc
    heard=''
    while :; do
        IFS= read -r -t "$patience" line <&"${talk_out[$1]}"
        rc=$?
        [ $rc -eq 0 ] || break
        heard+=${line%$'\r'}$'\n'
    done
    [ $rc -le 128 ]
}
unread() { # -t|-u PORT: the server there has octets that it has not read
    ss -Han "$1" "sport = :$2" | awk '$1 != "LISTEN" && $2 > 0 {n++} END {exit !n}'
}
no_process() { ! pgrep -f -- "$1" >/dev/null; } # whose command line matches
no_child() { ! pgrep -P "$1" >/dev/null; }
gone() { ! kill -0 "$1" 2>/dev/null; }
hangup() {
    local i=${talk_in[$1]} o=${talk_out[$1]}
    kill "${talk_pid[$1]}" 2>/dev/null
    wait "${talk_pid[$1]}" 2>/dev/null
    exec {i}>&- {o}<&-
}

# imap_login NAME LOGIN PASSWORD: a session, open and authenticated.
imap_login() {
    talk "$1" "${port[imap4s]}" && hear "$1" '^\* OK' && say "$1" "a LOGIN \"$2\" \"$3\"" &&
        hear "$1" '^a (OK|NO|BAD)' && [[ $heard =~ (^|$'\n')a\ OK ]]
}

imap_answer() { # LOGIN PASSWORD: the reply
    talk t "${port[imap4s]}"
    hear t '^\* OK' && say t "a LOGIN \"$1\" \"$2\"" && hear t '^a '
    hangup t
    printf '%s' "$heard"
}

# The process that serves the one session on a port: not the listening one, and not the helper,
# which holds a duplicate of the client's socket.
session_pid() {
    local p
    for p in $(ss -Htnp state established "sport = :$1" | grep -o 'pid=[0-9]*' | cut -d= -f2 | sort -un); do
        [ "$p" = "${filter:-0}" ] && continue
        case $(cat "/proc/$p/comm" 2>/dev/null) in
        mailwicket-veri*) ;;
        mailwicket*) echo "$p" && return ;;
        esac
    done
    return 1
}

# fed TEXT COMMAND …: runs the command; its standard input is the text, and ends when its output does.
fed() {
    local text=$1 in; shift
    rm -f "$BED/cl/fed"
    mkfifo "$BED/cl/fed"
    "$@" <"$BED/cl/fed" | {
        exec {in}>"$BED/cl/fed"
        printf "$text" >&"$in"
        timeout "$patience" cat
    }
}

# login_is NAME PROTO LOGIN PASSWORD REPLY: one attempt, and the client's reply to it.
b64() { printf "$1" | base64 -w0; }
login_is() {
    local name=$1 proto=$2 login=$3 password=$4 reply=$5
    talk t "${port[$proto]}"
    case $proto in
    imap4s) hear t '^\*' && say t "a LOGIN \"$login\" \"$password\"" && hear t '^a ' ;;
    pop3s) hear t '^\+OK' && say t "USER $login" && hear t '^\+OK' && say t "PASS $password" && hear t '^[+-]' ;;
    smtps) hear t '^220' && say t "EHLO client.test" && hear t '^250 ' &&
        say t "AUTH PLAIN $(b64 "\\0$login\\0$password")" && hear t '^[0-9]{3} ' ;;
    esac
    if [[ $heard =~ $reply ]]; then ok "$name ($proto)"; else not_ok "$name ($proto)" "$heard"; fi
    hangup t
}
declare -A yes=([imap4s]='a OK' [pop3s]='\+OK' [smtps]='^235 ')
declare -A no=([imap4s]='a NO \[AUTHENTICATIONFAILED\]' [pop3s]='-ERR \[AUTH\]' [smtps]='^535 5\.7\.8')

kill_session() { # PORT: SIGKILL for the process that serves it, until it is no more
    local p
    p=$(session_pid "$1") && kill -9 "$p" && wait_for gone "$p"
}

# curl_url PROTO LOGIN PASSWORD [PATH]: the login percent-encoded.
percent() { local s=$1; s=${s//%/%25}; s=${s//:/%3A}; s=${s//@/%40}; printf %s "$s"; }
url() { printf '%s://%s:%s@127.0.0.1:%s/%s' "$1" "$(percent "$2")" "$(percent "$3")" "$4" "${5:-}"; }
curl_imap() { curl -sS -m "$patience" --cacert "$CA" "$(url imaps "$1" "$2" "${port[imap4s]}" "${3:-}")" "${@:4}"; }
curl_pop3() { curl -sS -m "$patience" --cacert "$CA" "$(url pop3s "$1" "$2" "${port[pop3s]}" "${3:-}")" "${@:4}"; }
curl_smtp() {
    curl -sS -m "$patience" --cacert "$CA" --mail-from sender@example.org --mail-rcpt "$3" -T "$4" \
        "$(url smtps "$1" "$2" "${port[smtps]}")" "${@:5}"
}
mail_file() { # SUBJECT: a mail to send
    printf 'From: sender@example.org\r\nTo: alice@localhost\r\nSubject: %s\r\n\r\nHello.\r\n' "$1" \
        >"$BED/cl/mail.eml"
    echo "$BED/cl/mail.eml"
}
arrived() { # SUBJECT: it is in alice's mailbox (asked of Dovecot itself)
    [ "$(doveadm -c "$BED/dov/dovecot.conf" search -u alice mailbox INBOX subject "$1" | wc -l)" -ge 1 ]
}
