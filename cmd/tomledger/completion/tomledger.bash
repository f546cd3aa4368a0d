# tomledger's completion for bash. Use it with
#   source <(tomledger completion bash)
_tomledger() {
    local current=${COMP_WORDS[COMP_CWORD]} line=("${COMP_WORDS[@]:0:COMP_CWORD}")
    [[ $current == -* ]] && line+=("$current")
    local IFS=$'\n'
    COMPREPLY=($(compgen -W "$("${line[@]}" --generate-bash-completion 2>/dev/null)" -- "$current"))
}
complete -o default -F _tomledger tomledger
