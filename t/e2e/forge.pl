# SPDX-License-Identifier: ISC
# forge.pl - forge.pl PORT: a RADIUS server that accepts whatever it is asked, and knows no secret.
use strict;
use warnings;
use IO::Socket::INET;

my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ARGV[0], Proto => 'udp') or die "$!\n";
$| = 1;
print "listening\n";
while (defined(my $from = $s->recv(my $request, 4096))) {
    my ($code, $id) = unpack('CC', $request);
    my $attributes = pack('CC', 25, 11) . 'OU=Staff;';
    my $head = pack('CCn', $code == 1 ? 2 : 5, $id, 20 + length $attributes);
    # Once with nothing, once with the request's own authenticator.
    $s->send($head . ("\0" x 16) . $attributes, 0, $from);
    $s->send($head . substr($request, 4, 16) . $attributes, 0, $from);
}
