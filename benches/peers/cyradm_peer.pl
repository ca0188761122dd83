# What cyradm does for "listacl PATTERN" and "setacl PATTERN MEMBER RIGHTS", by the library that it
# is made of, so that no time goes into its prompt.
#
# usage: cyradm_peer.pl read|grant HOST PORT PATTERN MEMBER RIGHTS   (the password in PASSWORD)
use strict;
use warnings;
use Cyrus::IMAP::Admin;

my ($deed, $host, $port, $pattern, $member, $rights) = @ARGV;
my $admin = Cyrus::IMAP::Admin->new($host, $port) or die "cannot connect\n";
$admin->authenticate(-user => 'cyrus', -password => $ENV{PASSWORD}, -mechanism => 'PLAIN')
    or die "cannot log in\n";
my $done = 0;
for my $listed ($admin->listmailbox($pattern)) {
    my $folder = $listed->[0];
    if ($deed eq 'read') {
        my %entries = $admin->listaclmailbox($folder);
        die $admin->error if $admin->error;
    } else {
        $admin->setaclmailbox($folder, $member => $rights) or die $admin->error;
    }
    $done++;
}
print "$done\n";
