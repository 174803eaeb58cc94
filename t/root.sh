#!/bin/bash
# SPDX-License-Identifier: ISC
# root.sh make DIR RELEASE PACKAGE …  a root directory of Debian RELEASE, with these packages
# root.sh run DIR COMMAND …           runs a command in it
#
# make adds what is missing if DIR exists; else it needs mmdebstrap. Packages come from where this
# machine's apt gets its own, by the same settings. The exit status is 3 if packages are missing and
# nothing can be fetched from there. run shares the network with this machine, and nothing else. Both
# need root.
set -u
script=$(readlink -f "$0")
die() { printf 'root.sh: %s\n' "$*" >&2; exit 1; }

mirror() { # prints the address of the Debian archive that apt uses, without a release
    local from
    from=$({
        apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
            "Codename: $(. /etc/os-release && echo "$VERSION_CODENAME")"
        apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security
    } | head -1)
    case $from in # as Debian's cloud images have it
    mirror+file:*) awk '!/^ *(#|$)/ {print $1; exit}' "${from#mirror+file:}" ;;
    *) echo "$from" ;;
    esac
}

reachable() { # MIRROR RELEASE
    local file rc
    file=$(mktemp) || exit 1
    /usr/lib/apt/apt-helper download-file "${1%/}/dists/$2/InRelease" "$file"
    rc=$?
    rm -f "$file"
    return $rc
}

# Copies what DIR needs to reach the network as this machine does: apt's settings (a proxy, for example)
# with the files that they name, the certificates that it trusts, and the resolver's configuration.
settings() { # DIR
    local d=$1 conf=$1/etc/apt/apt.conf.d/50machine f
    mkdir -p "${conf%/*}" "$d/etc/ssl/certs"
    apt-config dump | grep -E '^Acquire::' | grep -v '^Acquire::IndexTargets' >"$conf"
    while IFS= read -r f; do
        [ ! -f "$f" ] || install -D -p "$f" "$d$f"
    done < <(sed -n 's/.* "\(\/.*\)";$/\1/p' "$conf")
    for f in /etc/resolv.conf /etc/ssl/certs/ca-certificates.crt; do
        [ ! -e "$f" ] || cp -L "$f" "$d$f"
    done
}

missing() { # DIR PACKAGE …: prints those that are not installed
    local d=$1 p; shift
    for p; do
        dpkg-query --admindir="$d/var/lib/dpkg" -W -f '${db:Status-Status}' "$p" 2>/dev/null |
            grep -qx installed || echo "$p"
    done
}

make_root() { # DIR RELEASE PACKAGE …
    local d=$1 release=$2 from need; shift 2
    mapfile -t need < <(missing "$d" "$@")
    [ -d "$d" ] && [ ${#need[@]} -eq 0 ] && return
    from=$(mirror)
    [ -n "$from" ] || die "apt names no Debian archive"
    reachable "$from" "$release" || exit 3
    from="deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $from $release main"
    if [ -d "$d" ]; then
        echo "$from" >"$d/etc/apt/sources.list"
        run_in "$d" apt-get -q update &&
            run_in "$d" apt-get -q install -y --no-install-recommends "${need[@]}"
        return
    fi
    rm -rf --one-file-system "$d.new" # of an attempt that was interrupted
        mmdebstrap --variant=minbase --include="$(IFS=, && echo "$*")" --setup-hook="bash '$script' settings \"\$1\"" \
        "$release" "$d.new" "$from" || return 1
    printf '#!/bin/sh\nexit 101\n' >"$d.new/usr/sbin/policy-rc.d" # no package starts a service
    chmod 755 "$d.new/usr/sbin/policy-rc.d"
    mv "$d.new" "$d"
}

# Namespaces of its own: mounts and processes end with the command.
inside='
set -e
R=$1; shift
mount --bind "$R" "$R"
mount -t proc proc "$R/proc"
mount --rbind /sys "$R/sys"
mount --rbind /dev "$R/dev"
mount -t tmpfs -o mode=755 tmpfs "$R/run"
mount -t tmpfs tmpfs "$R/tmp"
mkdir -p "$R/.old"
cd "$R"
pivot_root . .old
umount -l .old
rmdir .old
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive \
    ${http_proxy+http_proxy="$http_proxy"} ${https_proxy+https_proxy="$https_proxy"} \
    ${no_proxy+no_proxy="$no_proxy"} "$@"
'
run_in() { # DIR COMMAND …
    local pid
    settings "$1"
    unshare -m -p -f --kill-child --propagation private bash -c "$inside" bash "$@" <&0 &
    pid=$!
    trap 'kill -KILL $pid; exit 130' INT TERM HUP
    wait $pid
}

case ${1:-} in
make) shift && make_root "$@" ;;
run) shift && run_in "$@" ;;
settings) settings "$2" ;; # for make, in a root that is being made
*) sed -n 's/^# root\.sh/usage: root.sh/p' "$0" >&2; exit 2 ;;
esac
