#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# ports.pl COUNT: reserves so many TCP ports, prints their numbers in one line, in ascending order,
# and keeps them until its standard input ends. Nothing listens on them. It begins to look at
# MW_PORTS_FROM, or somewhere.
#
# A port is bound without SO_REUSEADDR, which the kernel allows only while nobody else has it. The
# option is set afterwards: from then on a server that sets it too, as servers do, can listen there,
# but no second ports.pl can take the port, nor does the kernel give it away by itself. All ports
# lie below those that the kernel gives to outgoing connections, for UDP can't be kept like that.
use strict;
use warnings;
use Socket qw(:DEFAULT IN6ADDR_ANY IPPROTO_IPV6 IPV6_V6ONLY pack_sockaddr_in6);

use constant {LOW => 10000, HIGH => 29999};

my $count = shift;
my (@held, @numbers);

# The address is ours alone in IPv4 and IPv6; without IPv6 in IPv4.
sub reserve {
    my ($port) = @_;
    my ($tcp, $udp);
    if (socket $tcp, AF_INET6, SOCK_STREAM, 0) {
        setsockopt $tcp, IPPROTO_IPV6, IPV6_V6ONLY, 0;
        bind $tcp, pack_sockaddr_in6($port, IN6ADDR_ANY) or return;
    } else {
        socket $tcp, AF_INET, SOCK_STREAM, 0 or die "ports: $!\n";
        bind $tcp, pack_sockaddr_in($port, INADDR_ANY) or return;
    }
    socket $udp, AF_INET, SOCK_DGRAM, 0 or die "ports: $!\n";
    bind $udp, pack_sockaddr_in($port, INADDR_ANY) or return;
    setsockopt $tcp, SOL_SOCKET, SO_REUSEADDR, 1 or die "ports: $!\n";
    return $tcp;
}

my $first = $ENV{MW_PORTS_FROM} // LOW + int rand(HIGH - LOW - 2 * $count);
for my $port ($first .. HIGH) {
    last if @held == $count;
    my $socket = reserve($port) or next;
    push @held, $socket;
    push @numbers, $port;
}
@held == $count or die "ports: fewer than $count are free\n";
$| = 1;
print "@numbers\n";
1 while sysread STDIN, my $unread, 4096;
