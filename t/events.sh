#!/bin/bash
# SPDX-License-Identifier: ISC
# events.sh - mailwicket-log(5) describes exactly what the source logs. Also shows that events.pl finds
# a difference.
set -u
export LC_ALL=C
source=$(cd "${srcdir:-.}" && pwd)
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

perl "$source/t/events.pl" "$source" || failed=1

# differs FILE LINE COMPLAINT: adds the line to the file in a copy of the source, and expects the
# complaint (a regular expression).
differs() {
    rm -rf "$dir/bin" "$dir/lib"
    cp -r "$source/bin" "$source/lib" "$dir"
    chmod -R u+w "$dir"
    printf '%s\n' "$2" >>"$dir/$1"
    perl "$source/t/events.pl" "$dir" >"$dir/out" && { echo "not found: $2"; failed=1; }
    grep -q -- "$3" "$dir/out" || { echo "no complaint $3 about: $2"; cat "$dir/out"; failed=1; }
}
differs lib/log/log.c 'void f(void) { log_say(LOG_ERR, "new-event", "%s", ""); }' '^event new-event '
differs lib/log/log.c 'void f(void) { log_say(LOG_ERR, on ? "ended" : "new-event", "x"); }' '^event new-event '
differs lib/log/log.c 'void f(void) { log_say(LOG_ERR, "established", "(x"); }' 'logged as error'
differs lib/log/log.c 'void f(void) { log_say(LOG_ERR, name, "x"); }' 'expected a string'
differs lib/log/log.c 'void f(void) { log_str(&l, "new-key", "x"); }' '^key new-key '
differs lib/base/noted.c $'static const struct noted_traits more[] = {\n    {"new-event", LOG_ERR, 0},\n};' '^event new-event '
differs lib/state/denials.c $'static const struct denial_event_traits more[] = {\n    {"new-event", LOG_ERR, false},\n};' '^event new-event '
differs bin/mailwicket-log.5 $'.Sh EVENTS\n.It Li old-event No (info)' '^event old-event of'
differs bin/mailwicket-log.5 $'.Sh KEYS\n.It Li old-key' '^key old-key of'
differs lib/log/asa_message.c 'static const struct row more[] = {{"dns-failed", NULL, 719026}};' '^event dns-failed has the number 719026'
differs lib/log/asa_message.c 'static const struct row more[] = {{"new-event", NULL, 719025}};' '^event new-event of the appliance'
differs bin/mailwicket-log.5 $'.Sh THE APPLIANCE\'S MESSAGES\n.It Li evicted , ended No 719001' '^event evicted has not the number 719001'
exit $failed
