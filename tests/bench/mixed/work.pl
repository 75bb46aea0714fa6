# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Hashes, sorting by a block, and regular expressions, for so many seconds.
use strict;
use warnings;

sub fib { my $n = shift; return $n < 2 ? $n : fib($n - 1) + fib($n - 2) }

my $end = time() + shift;
while (time() < $end) {
	fib(14);
	my %h = map { $_ => "x$_" x 3 } 1 .. 500;
	my @sorted = sort { $h{$b} cmp $h{$a} } keys %h;
	my $text = join ' ', @sorted;
	$text =~ s/(\d+)/reverse $1/ge;
}
