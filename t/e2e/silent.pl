# SPDX-License-Identifier: ISC
# silent.pl - silent.pl PORT: a UDP server that says on standard output that it was asked, and never
# answers.
use strict;
use warnings;
use IO::Socket::INET;

my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ARGV[0], Proto => 'udp') or die "$!\n";
$| = 1;
print "listening\n";
print "asked\n" while defined $s->recv(my $datagram, 65535);
