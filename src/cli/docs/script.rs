//! Completion scripts.
//!
//! The scripts are short and ask sharemail itself (see [`answering`](crate::cli::answering)) instead of
//! listing what the command tree holds: only so can they offer profiles and mailboxes, and they
//! seldom change. They call `sharemail` by its name, hence work from the system's completion
//! folders, where they belong to the version that is installed beside them.
//!
//! Two shells need more than the engine's own script. Bash takes `@`, `:` and `=` for the end of a
//! word, and addresses are full of them. Zsh runs a file from its fpath in place of the function
//! on the first Tab.

use super::file::rendered;
use crate::cli::answering::VARIABLE;
use crate::cli::completions::Shell;
use crate::error::Result;
use clap_complete::env::{Elvish, EnvCompleter, Fish, Powershell, Zsh};

const NAME: &str = "sharemail";

/// The name under which a shell finds the script in its completion folders.
pub fn file_name(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => "sharemail.bash",
        Shell::Zsh => "_sharemail",
        Shell::Fish => "sharemail.fish",
        Shell::Powershell => "sharemail.ps1",
        Shell::Elvish => "sharemail.elv",
    }
}

/// The script.
///
/// # Errors
/// When the engine cannot render it.
pub fn text(shell: Shell) -> Result<String> {
    match shell {
        Shell::Bash => Ok(BASH.replace("VARIABLE", VARIABLE)),
        Shell::Zsh => Ok(registration(&Zsh)? + ZSH_AUTOLOAD),
        Shell::Fish => registration(&Fish),
        Shell::Powershell => registration(&Powershell),
        Shell::Elvish => registration(&Elvish),
    }
}

/// The engine's script, each line without blanks at its end.
fn registration(shell: &dyn EnvCompleter) -> Result<String> {
    let text = rendered(|out| shell.write_registration(VARIABLE, NAME, NAME, NAME, out))?;
    Ok(text
        .trim()
        .lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect())
}

/// Found in fpath as `_sharemail`, the file is that function's body; sourced, it is not.
const ZSH_AUTOLOAD: &str = "\
if [[ ${funcstack[1]} == _sharemail ]]; then
    _clap_dynamic_completer_sharemail \"$@\"
fi
";

/// Puts words together again that stand in the line without a blank between them, and hands back
/// of each candidate only what follows the part that bash keeps.
const BASH: &str = r#"_sharemail() {
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
        VARIABLE=bash \
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
"#;
