#!/bin/bash
# SPDX-License-Identifier: ISC
# mailwicketctl metrics: its grammar, and its numbers after things have happened.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
down="ca=\"$BED/tls/ca.pem\" timeout=\"1\""
groups="<server-group name=\"WEB\" type=\"http\" dead-time=\"600\">
  <server url=\"https://127.0.0.1:${port[dead]}/one\" $down/><server url=\"https://127.0.0.1:${port[dead]}/two\" $down/>
 </server-group>"
bed_up methods=mailhost outstanding=2 "groups=$groups"

read_metrics() { ctl metrics >"$BED/cl/metrics" && /usr/bin/python3 "$MW_SRC/t/e2e/prometheus.py" --with-library \
    <"$BED/cl/metrics" >"$BED/cl/samples"; }
# is SAMPLE VALUE: SAMPLE is as prometheus.py prints it, without mailwicket_.
is() { grep -qxF "mailwicket_$1 $2" "$BED/cl/samples" || { grep -F "mailwicket_${1%%\{*}" "$BED/cl/samples"; false; }; }
value() { grep -F "mailwicket_$1 " "$BED/cl/samples" | sed 's/.* //'; }

# What judges it must see what is wrong.
for wrong in '' 'a 1' $'# HELP a x.\n# TYPE a gauge\na one' $'# HELP a x.\n# TYPE a counter\na 1' \
    $'# HELP a x.\n# TYPE a gauge\na{l="x} 1' $'# HELP a x.\n# TYPE a gauge\na 1\na 2' \
    $'# HELP a x.\n# TYPE a gauge\na{l="1",l="2"} 1' $'# HELP a x.\n# HELP b x.\n# TYPE a gauge\na 1' ; do
    check_not "the judge refuses ${wrong@Q}" /usr/bin/python3 "$MW_SRC/t/e2e/prometheus.py" <<<"$wrong"
done

check "a new state file: the grammar is right" read_metrics
check "no connection" is 'connections{protocol="imap4s",state="authenticated"}' 0
check "nothing was denied" [ "$(grep -c denials_total "$BED/cl/samples")" -eq 0 ]
check "a server that nobody asked isn't dead" \
    is "aaa_server_dead{group=\"WEB\",server=\"https://127.0.0.1:${port[dead]}/one\"}" 0
check "a state file of 256 MiB" is state_size_bytes 268435456

# The alert rules and the dashboard that are installed: each by its own tool's grammar, and they know no
# metric but those of this program. promtool reads the dashboard's expressions as rules, which are YAML
# and so JSON.
data=$MW_INST/share/mailwicket
rules=$data/prometheus/mailwicket.rules.yml dashboard=$data/grafana/mailwicket.json
check "promtool finds the metrics right" promtool check metrics <"$BED/cl/metrics"
check "and the alert rules" promtool check rules "$rules"
cp "$rules" "$MW_SRC/t/e2e/prometheus-rules.test.yml" "$BED/cl"
check_says "each alert comes when it should" SUCCESS promtool test rules "$BED/cl/prometheus-rules.test.yml"
sed -i 's/< 14 \* 86400/< 15 * 86400/' "$BED/cl/mailwicket.rules.yml"
check_not "and the test of that can fail" promtool test rules "$BED/cl/prometheus-rules.test.yml"
untested() { # alerts that the test doesn't expect once
    grep -o 'alert: .*' "$rules" | cut -d' ' -f2 | while read -r alert; do
        grep -A1 "alertname: $alert\$" "$MW_SRC/t/e2e/prometheus-rules.test.yml" | grep -q exp_alerts || echo "$alert"
    done
}
check_says "no alert is without a test" '^$' echo "$(untested)"
jq '{groups: [{name: "dashboard", rules: [[.panels[].targets[].expr, "count(mailwicket_build_info)"][]
    | gsub("\\$__rate_interval"; "5m")] | to_entries | map({record: "panel:\(.key)", expr: .value})}]}' \
    "$dashboard" >"$BED/cl/dashboard.rules"
check "promtool reads the dashboard's expressions" promtool check rules "$BED/cl/dashboard.rules"
check_says "all of them" "^$(($(jq '[.panels[].targets[]] | length' "$dashboard") + 1))\$" jq '.groups[0].rules | length' "$BED/cl/dashboard.rules"
check "its panels have what Grafana wants" jq -e '(.uid and .title and .schemaVersion >= 36) and
    ([.panels[].id] | length == (unique | length)) and
    (all(.panels[]; .title != "" and .description != "" and (.type | IN("stat", "timeseries")) and
        (.targets | length > 0) and .datasource.uid == "${datasource}" and
        .gridPos.x + .gridPos.w <= 24 and .gridPos.w > 0 and .gridPos.h > 0 and
        all(.targets[]; (.expr | contains("$instance")) and .refId and .datasource.uid == "${datasource}"))) and
    ([.templating.list[].name] == ["datasource", "instance"])' "$dashboard"
check "and none covers another" jq -e '[.panels[].gridPos | [range(.x; .x + .w) as $x | range(.y; .y + .h) as $y | [$x, $y]]]
    | add | length == (unique | length)' "$dashboard"
named() { grep -oh 'mailwicket_[a-z_]*' "$@" | sort -u; }
printed() { sed -n 's/^# HELP \([^ ]*\) .*/\1/p' "$BED/cl/metrics" | sort; }
for file in "$rules" "$dashboard" "$MW_SRC/t/e2e/prometheus-rules.test.yml"; do
    strangers=$(comm -23 <(named "$file") <(printed))
    check "every metric of ${file##*/} exists: ${strangers:-none is unknown}" [ -z "$strangers" ]
done
undrawn=$(comm -13 <(named "$dashboard") <(printed))
check "and the dashboard shows every metric: ${undrawn:-none is left out}" [ -z "$undrawn" ]
events=$(grep -oh 'MAILWICKET_EVENT=[a-z-]*' "$rules" | cut -d= -f2 | sort -u | while read -r e; do
    [ -z "$e" ] || grep -q "^\.It Li $e\b" "$MW_SRC/bin/mailwicket-log.5" || echo "$e"; done)
check "every event that an alert names exists: ${events:-none is unknown}" [ -z "$events" ]

# Until when the certificate is good, and its chain.
end_of() { date -d "$(openssl x509 -noout -enddate -in "$1" | cut -d= -f2)" +%s; }
expiry() { printf 'certificate_expiry_seconds{file="%s",kind="certificate",subject="CN=%s"}' "$BED/etc/server.pem" "$1"; }
check "the certificate's end" is "$(expiry localhost)" "$(end_of "$BED/etc/server.pem")"
check_says "summary says how many days are left" '^20[0-9-]{8} +(29|30) +certificate +.*server.pem +CN=localhost$' ctl summary
check_not "but not among the connections in JSON" grep -q server.pem <(ctl summary --json)
bed_cert "$BED/tls" ca ended localhost "activation_date = \"$(date -u -d '-9 days' '+%F %T')\"
expiration_date = \"$(date -u -d '-3 days +1 hour' '+%F %T')\""
bed_cert "$BED/tls" ca later between.example "activation_date = \"$(date -u -d '-9 days' '+%F %T')\"
expiration_date = \"$(date -u -d '+10 days' '+%F %T')\""
cat "$BED/tls/server.pem" "$BED/tls/later.pem" >"$BED/etc/server.pem"
read_metrics
check "in a chain the first that ends counts" is "$(expiry between.example)" "$(end_of "$BED/tls/later.pem")"
cp "$BED/tls/ended.pem" "$BED/etc/server.pem"
check "an expired one: the grammar is right" read_metrics
check "and its end is past" is "$(expiry localhost)" "$(end_of "$BED/tls/ended.pem")"
check_says "summary counts the days since" '^20[0-9-]{8} +-3 +certificate ' ctl summary
rm "$BED/etc/server.pem"
check_says "metrics names a file that it can't read" 'server.pem: No such file' ctl metrics
check "and prints the rest" read_metrics
check_not "without a word about that one" grep -q certificate_expiry "$BED/cl/samples"
cp "$BED/tls/server.pem" "$BED/etc/server.pem"

# Sessions, and their octets as they are at their end.
imap_login one bob "$PASS_BOB"
say one 'b NOOP'; hear one '^b OK'; said=$heard
imap_login two bob "$PASS_BOB"
check "with two sessions" read_metrics
check "there are two" is 'connections{protocol="imap4s",state="authenticated"}' 2
check "two came" is 'connections_total{protocol="imap4s",state="authenticated"}' 2
hangup two
until_entries 1
ctl logoff all >/dev/null
ended one; hangup one
until_entries 0
check "when they are over" read_metrics
check "there is none" is 'connections{protocol="imap4s",state="authenticated"}' 0
check "at most there were two" is 'connections_peak{protocol="imap4s",state="authenticated"}' 2
check "octets in" is 'session_bytes_total{direction="in",protocol="imap4s"}' 8
check "octets out" is 'session_bytes_total{direction="out",protocol="imap4s"}' $((${#said} + 1))

# One that is denied, one that is evicted.
talk t "${port[pop3s]}"; hear t '^\+OK'; say t 'USER bob'; hear t '^\+OK'; say t "PASS $PASS_WRONG"; hear t '^-ERR'
for n in x y z; do talk $n "${port[smtps]}"; hear $n '^220'; done
ended x
for n in t x y z; do hangup $n; done
until_entries 0
check "after a denial and an eviction" read_metrics
check "the denial" is 'denials_total{denial="refused",event="not-authenticated",protocol="pop3s"}' 1
check "the eviction" is 'evictions_total{protocol="smtps"}' 1
check "address, user, and both together are counted" is failures_counted 3
used=$(value state_used_bytes)
check "pages of the state file are in use" [ "$used" -gt 0 -a "$used" -lt 1000000 ]

# Servers that are down.
bed_restart methods=aaa "group=WEB" "groups=$groups"
talk t "${port[imap4s]}"; hear t '^\* OK'; say t "a LOGIN alice $PASS_ALICE"
check "all servers down: a temporary failure" hear t '^a NO \[UNAVAILABLE\]'
hangup t
check "then" read_metrics
for n in one two; do
    check "server $n is dead" is "aaa_server_dead{group=\"WEB\",server=\"https://127.0.0.1:${port[dead]}/$n\"}" 1
done
check "and the denial is temporary" is 'denials_total{denial="temporary",event="refused",protocol="imap4s"}' 1
check "the counters of before are still there" is 'evictions_total{protocol="smtps"}' 1
if command -v promtool >/dev/null; then # 100 MB, and so not installed for this alone
    check_says "promtool has nothing to say" '^0$' eval 'promtool check metrics <"$BED/cl/metrics" 2>&1 | wc -c'
fi
check_not "metrics takes no argument" ctl metrics now
onto_full() { ctl metrics >/dev/full; }
check_not "a disk that is full makes no half of the metrics look whole" onto_full
check "nothing is printed where the state file can't be read" \
    [ -z "$(setpriv --reuid=nobody --clear-groups "$(mw mailwicketctl)" --policy "$BED/etc/policy.xml" metrics 2>/dev/null)" ]
done_testing
