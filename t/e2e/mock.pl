#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# mock.pl PORT STEP …: a mail server of few words, on 127.0.0.1, a process a connection.
#
# The first STEP is said at once, each further one after a line from the client; \r, \n, \0, \\ and
# \xHH in a step stand for themselves. A step of its own: CLOSE ends the connection, SILENT says nothing
# until the client closes, FLOOD says a line without end. A step "=TEXT" says TEXT at once too, without
# waiting for a line. @TAG@ is the first word of the client's last line. Behind the last step it reads
# until the client closes. Lines from the client go to standard output.
use strict;
use warnings;
use IO::Socket::INET;

my ($port, @steps) = @ARGV;
my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 64,
    ReuseAddr => 1) or die "mock: $port: $!\n";
$| = 1;
$SIG{CHLD} = 'IGNORE';
$SIG{PIPE} = sub { exit 0 };
print "listening\n";

sub say_step {
    my ($client, $step, $tag) = @_;
    exit 0 if $step eq 'CLOSE';
    if ($step eq 'SILENT') {
        1 while sysread $client, my $unheard, 65536;
        exit 0;
    }
    if ($step eq 'FLOOD') {
        my $junk = 'x' x 65536;
        1 while defined syswrite $client, $junk;
        exit 0;
    }
    my %plain = (r => "\r", n => "\n", 0 => "\0", '\\' => '\\');
    $step =~ s/\\(?:([rn0\\])|x([0-9a-fA-F]{2}))/defined $1 ? $plain{$1} : chr hex $2/ge;
    $step =~ s/\@TAG\@/$tag/g;
    syswrite $client, $step;
}

while (my $client = $listen->accept) {
    next if fork;
    close $listen;
    $SIG{CHLD} = 'DEFAULT';
    my @left = @steps;
    say_step($client, shift @left, '') if @left;
    say_step($client, substr(shift @left, 1), '') while @left && $left[0] =~ /^=/;
    while (my $line = <$client>) {
        $line =~ s/[\r\n]+$//;
        print "C: $line\n";
        my ($tag) = $line =~ /^(\S+)/;
        say_step($client, shift @left, $tag // '') if @left;
        say_step($client, substr(shift @left, 1), $tag // '') while @left && $left[0] =~ /^=/;
    }
    exit 0;
}
