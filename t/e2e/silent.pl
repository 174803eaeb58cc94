# SPDX-License-Identifier: ISC
# silent.pl - silent.pl PORT: a UDP port that is taken, and nobody reads from it.
use strict;
use warnings;
use IO::Socket::INET;

my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ARGV[0], Proto => 'udp') or die "$!\n";
$| = 1;
print "listening\n";
sleep;
