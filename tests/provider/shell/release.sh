# The servers of another release, unpacked beside those of this system: sourced by the script install.

# What the scripts beside this one need, and the servers. Debian lets only one IMAP server be
# installed; these are only unpacked, so that each is asked for alone.
programs_of_release=(base-files bash coreutils dash diffutils findutils grep libc-bin mount openssl
    procps sed util-linux)
servers_of_release=(
    "dovecot-imapd dovecot-lmtpd dovecot-sieve dovecot-managesieved postfix"
    "cyrus-imapd cyrus-common sasl2-bin libsasl2-modules libsasl2-modules-db"
    "courier-imap courier-base courier-authlib courier-authlib-userdb"
)

# unpack_release SUITE: with everything they need, libc included, below $cache/SUITE.
unpack_release() {
    local suite=$1 folder=$cache/$1.part packages
    [[ ! -e $cache/$suite/complete ]] || return 0
    need_apt "the servers of $suite, unpacked below $cache/$suite,"
    say "unpacking the servers of $suite below $cache"
    mkdir -p "$cache"
    exec 8>"$cache/$suite.lock"
    flock 8
    [[ ! -e $cache/$suite/complete ]] || return 0
    rm -rf "$folder"
    mkdir -p "$folder/usr/local"
    apt_of_release "$folder"
    for packages in "${servers_of_release[@]}"; do
        # shellcheck disable=SC2086
        private_apt install --yes --download-only "${programs_of_release[@]}" $packages >/dev/null ||
            fail "packages of $suite could not be fetched: $packages"
    done
    unpack_packages "$folder"
    adapt_courier "$folder"
    touch "$folder/complete"
    rm -rf "${cache:?}/$suite"
    mv "$folder" "$cache/$suite"
}

# An apt of its own in FOLDER/apt, which believes that nothing is installed. It needs no root.
apt_of_release() {
    local apt=$1/apt keys=/usr/share/keyrings/$(kind_of "$suite")-archive-keyring.gpg
    [[ -e $keys ]] || fail "the keys of $suite are missing: install $(kind_of "$suite")-archive-keyring"
    mkdir -p "$apt"/{parts,lists/partial,cache/archives/partial}
    : >"$apt/status"
    echo "deb [signed-by=$keys] $(mirror_of "$suite") $suite main $(more_of "$suite")" >"$apt/sources.list"
    cat >"$apt/conf" <<CONF
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "$apt/parts";
Dir::Etc::Preferences "$apt/parts/none";
Dir::Etc::PreferencesParts "$apt/parts";
Dir::State::Lists "$apt/lists";
Dir::State::Status "$apt/status";
Dir::State::Extended_States "$apt/extended";
Dir::Cache "$apt/cache";
APT::Sandbox::User "$(id -un)";
APT::Install-Recommends "false";
Acquire::Languages "none";
Debug::NoLocking "true";
CONF
    private_apt update || fail "the package lists of $suite could not be fetched from $(mirror_of "$suite")"
}

more_of() { [[ $(kind_of "$1") != ubuntu ]] || echo universe; }

private_apt() { APT_CONFIG=$folder/apt/conf apt-get -qq "$@"; }

unpack_packages() {
    local package
    for package in "$1"/apt/cache/archives/*.deb; do
        dpkg -x "$package" "$1" || fail "${package##*/} could not be unpacked"
    done
    rm -rf "$1/apt" "$1"/usr/share/{doc,info,locale,man}
}
