#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# compile_commands.pl SOURCE <LOG: prints a compilation database, for clangd and clang-tidy.
#
# LOG is what `make -n V=1` prints in the build directory, which is the working directory. A source
# file gets one entry, from the first command that compiles it. One command compiles all of the
# relay: its sources get that command where no library has them.
use strict;
use warnings;
use Cwd 'realpath';
use JSON::PP;

my $source = realpath($ARGV[0] // '.');
my (@compile, @relay);
while (defined(my $line = <STDIN>)) {
    $line .= <STDIN> while $line =~ s/\\\n\z//;
    if ($line =~ /^(.*?) -MT \S+ .* -c -o \S+ `test -f '(\S+\.c)'/) {
        push @compile, [$2, $1];
    } elsif ($line =~ /^cd \. && (.*?) -o mailwicket-relay (.*)/) {
        my ($command, $rest) = ($1, $2);
        push @relay, map { [s{^\Q$ARGV[0]\E/}{}r, $command] } $rest =~ /(\S+\.c)\b/g;
    }
}

my (%seen, @entries);
for (@compile, @relay) {
    my ($file, $command) = ("$source/$_->[0]", $_->[1]);
    push @entries, {directory => realpath('.'), file => $file, command => "$command -c $file"}
        unless $seen{$file}++;
}
die "compile_commands: make -n prints no command that compiles\n" unless @entries;
print JSON::PP->new->pretty->canonical->encode(\@entries);
