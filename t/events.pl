#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# events.pl SOURCE: compares the log events in the source with mailwicket-log(5). Every event is there
# with its severities, every key is described there, and the page has no others. Likewise the appliance's
# message numbers: each event that has one says which. Prints each difference; the exit status is 1 if
# there is one.
#
# A call that logs is a call of a function with a parameter "const char *event". The argument there is
# a string, a choice of strings, the caller's own parameter of that name, or the event of the table of
# denials. A key is the second argument of log_str, log_text, log_num, or of a "text" that wraps them.
use strict;
use warnings;

my ($source) = @ARGV;
my $page = "$source/bin/mailwicket-log.5";
my %level = (LOG_ERR => 'error', LOG_WARNING => 'warning', LOG_NOTICE => 'notice', LOG_INFO => 'info',
    LOG_DEBUG => 'debug');
my @complaints;

sub complain { push @complaints, join ' ', @_ }

sub slurp {
    my ($name) = @_;
    open my $f, '<', $name or die "$name: $!\n";
    local $/;
    my $text = <$f>;
    $text =~ s{/\*.*?\*/}{my $c = $&; $c =~ tr/\n//cd; $c}gse; # remove comments, keep line numbers
    return $text;
}

# The arguments of the call whose "(" is at pos, split at its own commas.
sub arguments {
    my ($text, $pos) = @_;
    my ($depth, @all) = (0, '');
    pos($text) = $pos;
    while ($text =~ /\G("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|.)/gs) {
        my $c = $1;
        if ($c =~ /^[(\[{]$/ and $depth++ == 0) { next }
        if ($c =~ /^[)\]}]$/ and --$depth == 0) { return @all }
        if ($c eq ',' and $depth == 1) { push @all, ''; next }
        $all[-1] .= $c;
    }
    return @all;
}

my %text = map { $_ => slurp($_) } sort(glob("$source/lib/*/*.[ch]"), glob("$source/bin/*.[ch]"));

# File (or '' for a function that all files see) and function: the number of the argument.
my (%event_at, %level_at);
for my $file (keys %text) {
    while ($text{$file} =~ /^(static )?[\w *]*?\b(\w+)(\([^;{)]*\bconst char \*event\b)/gm) {
        my ($scope, $function, $from) = ($1 ? $file : '', $2, $-[3]);
        my @parameters = arguments($text{$file}, $from);
        for my $i (0 .. $#parameters) {
            $event_at{$scope}{$function} = $i if $parameters[$i] =~ /\bconst char \*event$/;
            $level_at{$scope}{$function} = $i if $parameters[$i] =~ /\bint level$/;
        }
    }
}
complain 'no function with a parameter "const char *event" was found' unless %event_at;

# The events, severities and keys of the calls, and where they are.
my (%seen, %severities, %keys);
for my $file (sort keys %text) {
    my $t = $text{$file};
    next unless $file =~ /\.c$/;
    my %which = (%{ $event_at{''} }, %{ $event_at{$file} // {} });
    my %whose = (%{ $level_at{''} }, %{ $level_at{$file} // {} });
    for my $function (sort keys %which) {
        while ($t =~ /\b$function\s*(\()/g) {
            my $from = $-[1];
            my @arguments = arguments($t, $from);
            my $line = 1 + (substr($t, 0, $from) =~ tr/\n//);
            my $event = $arguments[ $which{$function} ] // '';
            next if $event =~ /\bconst char \*event$/ or $event =~ /^\s*(?:traits->)?event\s*$/;
            my @names = $event =~ /"([^"]*)"/g;
            complain "$file:$line: invalid event of $function: expected a string" unless @names;
            $seen{$_} //= "$file:$line" for @names;
            next unless defined $whose{$function};
            my @found = $arguments[ $whose{$function} ] =~ /\b(LOG_[A-Z]+)\b/g;
            # of two choices by the same condition, the first belongs to the first
            for my $i (0 .. $#names) {
                my @mine = @found == @names ? $found[$i] : @found;
                $severities{ $names[$i] }{ $level{$_} // $_ } = "$file:$line" for @mine;
            }
        }
    }
    while ($t =~ /\b(?:log_(?:str|text|num)|text|put_tail)\(&?l, "([^"]+)"/g) { $keys{$1} //= $file }
}

# The events of denials and notes are in const tables of their traits: {"EVENT", LOG_LEVEL, …}.
for my $file (sort keys %text) {
    while ($text{$file} =~ /\bstruct (?:denial_event|noted)_traits \w+\[\] = \{(.*?)\n\};/gs) {
        my $rows = $1;
        while ($rows =~ /\{"([^"]*)", (LOG_[A-Z]+),/g) {
            $seen{$1} //= $file;
            $severities{$1}{ $level{$2} // $2 } = $file;
        }
    }
}

# The appliance's numbers are in the const table of asa_message: {"EVENT", NULL or "CAUSE", 719NNN}.
my (%numbers, %numbered);
for my $file (sort keys %text) {
    $numbers{$1}{$2} = $file while $text{$file} =~ /\{"([^"]*)", (?:NULL|"[^"]*"), (719\d{3})\}/g;
}

# The page: .It Li EVENT No (SEVERITY, …), for keys .It Li KEY , KEY …, for the appliance's numbers
# .It Li EVENT , EVENT … No NUMBER , NUMBER …
my (%documented, %described, $part);
open my $f, '<', $page or die "$page: $!\n";
while (<$f>) {
    $part = $1 if /^\.Sh (.*)/;
    next unless /^\.It Li (.*)/;
    my $item = $1;
    if ($part eq "THE APPLIANCE'S MESSAGES") {
        for my $e ($item =~ /\b([a-z][a-z-]+)/g) { $numbered{$e}{$_} = 1 for $item =~ /\b(719\d{3})\b/g }
        next;
    }
    my @words = grep { /^[a-z]/ } map { tr/(),//dr } split ' ', $item;
    if ($part eq 'EVENTS') { my $e = shift @words; $documented{$e} = { map { $_ => 1 } @words } }
    elsif ($part eq 'KEYS') { $described{$_} = 1 for @words }
}
close $f;

for (sort keys %seen) {
    complain "event $_ ($seen{$_}) is not in mailwicket-log.5: add when it is logged, its keys and severity"
        unless $documented{$_};
}
for (sort keys %documented) { complain "event $_ of mailwicket-log.5 is not in the source" unless $seen{$_} }
for my $e (sort keys %severities) {
    for (sort keys %{ $severities{$e} }) {
        complain "event $e is logged as $_ ($severities{$e}{$_}), which mailwicket-log.5 does not say"
            if $documented{$e} and not $documented{$e}{$_};
    }
}
for (sort keys %keys) { complain "key $_ ($keys{$_}) is not in mailwicket-log.5" unless $described{$_} }
for (sort keys %described) { complain "key $_ of mailwicket-log.5 is not in the source" unless $keys{$_} }

for my $e (sort keys %numbers) {
    complain "event $e of the appliance's numbers is not logged" unless $seen{$e};
    for (sort keys %{ $numbers{$e} }) {
        complain "event $e has the number $_, which mailwicket-log.5 does not say" unless $numbered{$e}{$_};
    }
}
for my $e (sort keys %numbered) {
    for (sort keys %{ $numbered{$e} }) {
        complain "event $e has not the number $_ of mailwicket-log.5" unless $numbers{$e}{$_};
    }
}

print "$_\n" for @complaints;
printf "events: %d, keys: %d, events of the appliance: %d\n", scalar keys %seen, scalar keys %keys,
    scalar keys %numbers;
exit(@complaints > 0);
