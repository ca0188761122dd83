_sharemail() {
    local line="${COMP_LINE:0:COMP_POINT}" words=() last=-1 i blank
    for (( i = 0; i <= COMP_CWORD; i++ )); do
        blank="${line%%[![:space:]]*}"
        line="${line#"$blank"}"
        if (( i == 0 )) || [[ -n "$blank" ]]; then
            (( ++last ))
        fi
        if (( i == COMP_CWORD )); then
            words[last]+="$line"
        else
            words[last]+="${COMP_WORDS[i]}"
            line="${line#"${COMP_WORDS[i]}"}"
        fi
    done
    IFS=$'\013' read -r -d '' -a COMPREPLY < <( \
        _CLAP_IFS=$'\013' \
        _CLAP_COMPLETE_INDEX="$last" \
        SHAREMAIL_COMPLETE=bash \
        sharemail -- "${words[@]}" 2> /dev/null \
    )
    local kept="${words[last]%"$2"}"
    COMPREPLY=("${COMPREPLY[@]#"$kept"}")
    if [[ "${COMPREPLY[*]}" == *[=/:] ]]; then
        compopt -o nospace 2> /dev/null
    fi
}
complete -o bashdefault -o nosort -F _sharemail sharemail 2> /dev/null ||
    complete -o bashdefault -F _sharemail sharemail
