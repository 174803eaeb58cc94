# SPDX-License-Identifier: ISC
# hold.sh - sourced after tap.sh: many sessions that are held open, and a stream of new ones beside
# them (hold.py), for tests of what must cost nobody his session.
#
#   hold_start PORT USER PASSWORD   starts it
#   hold COMMAND …                  tells it something; prints its answer
#   go_on                           the stream goes on: as many again as it has, and ten

hold_start() {
    mkfifo "$BED/cl/hold.in" "$BED/cl/hold.out"
    python3 "$MW_SRC/t/e2e/hold.py" "$1" "$CA" "$2" "$3" \
        <"$BED/cl/hold.in" >"$BED/cl/hold.out" 2>"$BED/cl/hold.err" &
    bed_pids+=($!)
    exec {hold_in}>"$BED/cl/hold.in" {hold_out}<"$BED/cl/hold.out"
}
hold() {
    echo "$*" >&$hold_in
    IFS= read -r -u $hold_out said
    printf '%s\n' "$said"
}
streamed() { local n; n=$(hold count); [ "${n#count }" -gt "$1" ]; }
go_on() { local n; n=$(hold count); wait_for streamed $((${n#count } + 10)); }
