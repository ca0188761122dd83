# Where packages of a release come from: sourced.

# kind_of SUITE: whose release it is.
kind_of() {
    case $1 in
    jammy | noble | plucky | questing) echo ubuntu ;;
    *) echo debian ;;
    esac
}

# mirror_of SUITE: the one that this machine gets such packages from, or the usual one.
mirror_of() {
    local kind own default=http://deb.debian.org/debian
    kind=$(kind_of "$1")
    [[ $kind != ubuntu ]] || default=http://archive.ubuntu.com/ubuntu
    own=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
        grep -oE "https?://[^ ]*/$kind/?( |\$)" || true)
    own=${own%%$'\n'*}
    echo "${own:-$default}"
}
