#!/bin/bash
# SPDX-License-Identifier: ISC
# completion.sh - what bash proposes for mailwicketctl: commands and options, without a state file.
# Runs in the build directory. seeing.sh tests the completion of connections end to end.
set -u
export LC_ALL=C
source=$(cd "${srcdir:-.}" && pwd)
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0
. "$source/units/bash-completion/mailwicketctl"

proposals() { # LINE: the proposals at its end, sorted, on one line
    COMP_LINE=$1 COMP_POINT=${#1} COMPREPLY=()
    _mailwicketctl
    printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' ' | sed 's/ $//'
}
proposes() { # LINE PROPOSALS
    local got
    got=$(proposals "./mailwicketctl $1")
    [ "$got" = "$2" ] && return
    echo "FAIL: \"$1\": proposed \"$got\", expected \"$2\""
    failed=1
}

complete -p mailwicketctl | grep -q -- '-F _mailwicketctl' || { echo "FAIL: not registered"; failed=1; }

# Commands: all that --help lists, and no others.
commands=$(./mailwicketctl --help | sed -n 's/^  \([a-z][a-z-]*\).*/\1/p' | sort | tr '\n' ' ' | sed 's/ $//')
[ "$(wc -w <<<"$commands")" -ge 8 ] || { echo "FAIL: --help lists only $commands"; failed=1; }
proposes '' "$commands"
proposes su summary
proposes 's' "$(tr ' ' '\n' <<<"$commands" | grep '^s' | tr '\n' ' ' | sed 's/ $//')"
proposes '--policy x su' summary
proposes '--policy=x su' summary
proposes '-p x su' summary
proposes nonsense ''
proposes --h --help
proposes -- '--help --policy --schema --version'

# Options: those in the command's usage line.
proposes 'show --' '--address --json --protocol --servers --sort --state --user --watch'
proposes 'show --json --s' '--servers --sort --state'
proposes 'passwd --' '--group-policy --users'
proposes 'logoff --' ''
proposes 'nonsense --' ''
for command in $commands; do
    for option in $(proposals "./mailwicketctl $command --"); do
        ./mailwicketctl --help | grep -qF -- "$option" || { echo "FAIL: $command $option is not in the usage"; failed=1; }
    done
done

proposes 'session ' 'add list remove touch'
proposes 'session remove --' '--all --id --user'
for command in add remove touch list; do # the proposals are the options that the program accepts
    takes=$(proposals "./mailwicketctl session $command --")
    for option in --user --id --address --leased --expires --group-policy --all --json; do
        ./mailwicketctl --policy /nonexistent session $command $option 192.0.2.1 2>&1 |
            grep -q 'for this command$' && accepted=no || accepted=yes
        [[ " $takes " == *" $option "* ]] && proposed=yes || proposed=no
        [ $accepted = $proposed ] || { echo "FAIL: session $command $option: accepted $accepted, proposed $proposed"; failed=1; }
    done
done

# Values.
proposes 'show --protocol ' 'imap4s pop3s smtps'
proposes 'show --protocol=i' imap4s
proposes 'show --state una' unauthenticated
proposes 'show --state=' 'authenticated authenticating unauthenticated'
keys=$(./mailwicketctl show --sort 'no such key' 2>&1 | sed -n 's/.*one of: \(.*\); a - in front.*/\1/p')
[ "$(wc -w <<<"$keys")" -ge 10 ] || { echo "FAIL: show --sort names no keys"; failed=1; }
want=$(for k in $keys; do printf '%s\n' "$k" "-$k"; done | sort | tr '\n' ' ' | sed 's/ $//')
proposes 'show --sort=' "$want"
proposes 'show --sort -id' -idle
proposes 'logoff ' 'all index protocol user'
proposes 'logoff p' protocol
proposes 'logoff protocol p' pop3s
proposes 'logoff all ' ''
proposes 'explain sm' smtps
proposes 'explain smtps ' ''
proposes 'logoff user x' '' # no state file: no proposals, and no error
touch "$dir/policy one.xml"; mkdir "$dir/sub"
proposes "check $dir/pol" "$dir/policy one.xml"
proposes "--policy $dir/" "$(printf '%s\n' "$dir/policy one.xml" "$dir/sub" | tr '\n' ' ' | sed 's/ $//')"
proposes "--policy=$dir/s" "$dir/sub"
proposes "import-asa --output-dir $dir/" "$dir/sub"
proposes "units --xinetd $dir/" "$dir/sub"

# Names that strangers chose: nothing is evaluated, and odd names are left out or quoted.
cat >"$dir/ctl" <<'F'
#!/bin/bash
[ "$1" = show ] || exit 0
cat <<'J'
[{"index": 7, "login": "a\", \"vpn_user\": \"forged", "vpn_user": "$(touch hacked)", "mail_user": "a b"},
 {"index": 12, "login": "", "vpn_user": "x\u001b[2J", "mail_user": "jo@example.org", "client_address": "2001:db8::1"},
 {"index": 13, "vpn_user": "`touch hacked`;touch hacked", "mail_user": "", "client_address": "10.0.0.1"}]
J
F
chmod +x "$dir/ctl"
strange() { # LINE PROPOSALS
    local got
    got=$(cd "$dir" && proposals "$dir/ctl $1")
    [ "$got" = "$2" ] || { echo "FAIL: \"$1\": proposed \"$got\", expected \"$2\""; failed=1; }
}
strange 'logoff index ' '12 13 7'
strange 'logoff index 1' '12 13'
strange 'logoff user j' jo@example.org
strange 'logoff user a' 'a\ b'
strange 'logoff user f' ''
strange 'logoff user ' '\$\(touch\ hacked\) \`touch\ hacked\`\;touch\ hacked a\ b jo@example.org'
strange 'show --user jo' jo@example.org
COMP_WORDBREAKS=$' \t\n"\'><=;|&(:@'
strange 'show --user jo@ex' example.org # readline cuts at the "@"
strange 'show --user=jo@ex' example.org
strange 'show --address 2001:db8' db8::1
strange 'show --address=1' 10.0.0.1
[ ! -e "$dir/hacked" ] || { echo "FAIL: a name was evaluated"; failed=1; }
[ $failed -eq 0 ] && echo "completion: passed"
exit $failed
