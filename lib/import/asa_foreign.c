/* SPDX-License-Identifier: ISC */
/* asa_foreign - PURE: commands of a running configuration that are not about mail. Not all: a command
 * that is missing here is still not about mail, unless it may be the end of a wrapped line or, in a
 * text without indentation, a line of the block before it. */
#include "asa_internal.h"

/* clang-format off */
static const char *const foreign[] = {
    "aaa", "activation-key", "alias", "arp", "arp-inspection", "asdm", "asp", "auth-prompt",
    "auto-update", "banner", "bgp", "boot", "call-home", "class", "class-map", "clock", "cluster",
    "command-alias", "compression", "config-register", "configure", "console", "coredump",
    "ctl-file", "ctl-provider", "cts", "ddns", "dhcp-client", "dhcpd", "dhcprelay", "dns-group",
    "dynamic-access-policy-config", "dynamic-filter", "dynamic-map", "eigrp", "enable",
    "established", "event", "failover", "filter", "fips", "firewall", "fixup", "flow-export",
    "flow-offload", "fragment", "ftp", "ftp-map", "global", "gtp-map", "h225-map", "h323-map",
    "hostname", "hpm", "http", "http-map", "icmp", "igmp", "ike", "import", "ipsec", "ipv6",
    "isakmp", "jumbo-frame", "key", "l2tp", "license", "lldp", "mac-address", "mac-address-table",
    "mac-learn", "management-access", "mdm-proxy", "media-termination", "mfib", "mgcp-map",
    "migrate", "monitor-interface", "mount", "mroute", "mtu", "multicast-routing", "nac-policy",
    "nat", "nat-control", "netmod", "ntp", "nve", "object", "object-group", "object-group-search",
    "pager", "passwd", "password", "password-policy", "phone-proxy", "pim", "policy-list",
    "policy-map", "prefix-list", "privilege", "prompt", "quota", "regex", "route", "route-map",
    "router", "same-security-traffic", "scansafe", "sctp-map", "security-group", "service",
    "service-interface", "service-policy", "setup", "shun", "sip-map", "sla", "snmp-map",
    "snmp-server", "software", "ssh", "static", "sunrpc-server", "sysopt", "tcp-map", "telnet",
    "terminal", "tftp-server", "threat-detection", "timeout", "tls-proxy", "track",
    "traffic-forward", "tunnel-group-map", "unified-communications", "url-block", "url-cache",
    "url-list", "url-server", "user-alert", "user-identity", "user-statistics", "virtual", "vpdn",
    "vpn", "vpn-addr-assign", "vpn-load-balancing", "vpn-session-db", "vpn-sessiondb", "vxlan",
    "wccp", "xlate", "zone",
};
/* clang-format on */

bool asa_is_foreign(struct span name)
{
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (span_eq(name, span_str(foreign[i])))
            return true;
    return false;
}
