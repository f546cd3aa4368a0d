#compdef tomledger
# tomledger's completion for zsh. Use it with
#   source <(tomledger completion zsh)
# or write it to a file _tomledger in a directory of $fpath.
_tomledger() {
    local -a line=("${(@)words[1,CURRENT-1]}") found
    [[ ${words[CURRENT]} == -* ]] && line+=("${words[CURRENT]}")
    found=("${(@f)$("${line[@]}" --generate-bash-completion 2>/dev/null)}")
    if [[ -n "${found[*]}" ]]; then
        compadd -- "${found[@]}"
    else
        _files
    fi
}
if [[ ${funcstack[1]} == _tomledger ]]; then
    _tomledger "$@"
else
    compdef _tomledger tomledger
fi
