# SPDX-License-Identifier: ISC
# fold.pl: prints lib/base/user_fold.h from perl's own copy of Unicode: the simple case foldings
# (statuses C and S of CaseFolding.txt) of all that was assigned in Unicode 14.0, outside ASCII.
use strict;
use warnings;
use Unicode::UCD qw(casefold);

die "fold.pl: perl knows Unicode " . Unicode::UCD::UnicodeVersion() . ": expected 14.0 or later\n"
    if (split /\./, Unicode::UCD::UnicodeVersion())[0] < 14;

my @folds;    # [code point, what is added]
for my $c (0x80 .. 0xd7ff, 0xe000 .. 0x10ffff) {
    my $f = chr($c) =~ /\p{Present_In: 14.0}/ ? casefold($c) : undef;
    push @folds, [$c, hex($f->{simple}) - $c] if $f && $f->{simple} ne '';
}

# How many more of the foldings from $at on continue it, $step apart.
sub run {
    my ($at, $step) = @_;
    my $n = 0;
    $n++
        while $at + $n + 1 < @folds
        && $folds[$at + $n + 1][0] == $folds[$at + $n][0] + $step
        && $folds[$at + $n + 1][1] == $folds[$at][1];
    return $n;
}

print <<'EOF';
/* SPDX-License-Identifier: ISC */
/* user_fold - Unicode 14.0's simple case folding outside ASCII, sorted. Made by t/fold.pl;
 * t/fold.sh compares it with perl's Unicode. Included by user.c alone. */
#ifndef MW_USER_FOLD_H
#define MW_USER_FOLD_H

#include <stdint.h>

/* Every step-th code point from first to last folds to itself plus by. */
static const struct user_fold {
    uint32_t first, last;
    uint16_t step;
    int32_t by;
} user_folds[] = {
    /* clang-format off */
EOF
my $line = '   ';
for (my $at = 0; $at < @folds;) {
    my ($step, $n) = run($at, 2) > run($at, 1) ? (2, run($at, 2)) : (1, run($at, 1));
    my ($first, $by) = @{$folds[$at]};
    my $row = sprintf ' {0x%x, 0x%x, %d, %d},', $first, $folds[$at + $n][0], $step, $by;
    if (length($line . $row) > 100) {
        print "$line\n";
        $line = '   ';
    }
    $line .= $row;
    $at += $n + 1;
}
print "$line\n    /* clang-format on */\n};\n\n#endif\n";
